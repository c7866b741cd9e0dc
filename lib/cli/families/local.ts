import { command, type Family } from '../command.ts';
import { noOptions, requestOptions, speedOption, watchOptions } from '../options.ts';

export const local: Family = {
  heading: 'Local cloud',
  commands: [
    command({
      name: 'local run',
      summary: 'Carry requests out in a fresh local cloud, one after the other',
      description:
        'Brings up a local cloud from the synthesized template, submits each file through its bus, shows the\n' +
        'verdicts, the plan, what happens to each resource, and the assets at the end. No AWS account is needed.',
      operand: { name: 'FILE', count: 'many' },
      options: {
        ...watchOptions,
        ...requestOptions,
        ...speedOption,
        fail: {
          kind: 'faults',
          placeholder: 'RESOURCE[:times]',
          help: 'The cloud fails this resource so many times (once by default); may be repeated',
        },
        as: {
          kind: 'text',
          placeholder: 'NAME',
          help: 'Who asks: a user (ana) or a session (sso~ana@example.com, role~Deploy~build-17); operator by default',
        },
        'approve-as': {
          kind: 'texts',
          placeholder: 'NAME',
          help: 'Approve what awaits approval as this user or session; may be repeated, for several approvers',
        },
        seed: {
          kind: 'count',
          placeholder: 'N',
          help: 'Seed of everything random: the same seed gives the same run',
        },
      },
      reports: ['request-report'],
      examples: [
        'baton local run examples/web-app.yaml --as ana --approve-as ben --approve-as cho',
        'baton local run examples/web-app.yaml --environment dev --fail Database:9',
        'baton local run examples/walk-through/2-corrected.yaml --approve-as ben',
        'baton local run template.yaml --parameter Size=small --inputs inputs.json --json',
      ],
      load: () => import('../commands/local-run.ts'),
    }),
    command({
      name: 'local up',
      summary: 'Keep a local cloud running on 127.0.0.1:4566',
      description:
        'The other commands work on it through AWS_ENDPOINT_URL as they work on AWS. Ctrl-C ends it.',
      options: {
        state: { kind: 'text', placeholder: 'DIR', help: 'Folder the state is kept in between runs' },
        port: { kind: 'port', placeholder: 'N', help: 'Port on 127.0.0.1; 4566 by default' },
        secret: {
          kind: 'text',
          placeholder: 'TEXT',
          help: 'Secret access key of everyone on it; by default a random one, printed at the start',
        },
        ...speedOption,
      },
      examples: ['baton local up', 'baton local up --state .baton/cloud --speed 60'],
      load: () => import('../commands/local-up.ts'),
    }),
    command({
      name: 'local load',
      summary: 'Put load on a resource of a local cloud that is up',
      description:
        'The trace has a line of `time,load` for each interval, or of `load` alone with --interval; loads are per second:\n' +
        'requests of a service or group, capacity units of a table, invocations of a function, reads of a database or\n' +
        'cache. From now on, the local cloud writes the metrics that this load causes at the capacity that the resource\n' +
        'has, for each minute until the trace ends. RESOURCE is an identifier or a part of one.',
      operand: { name: 'RESOURCE TRACE', count: 'many' },
      options: {
        interval: {
          kind: 'text',
          placeholder: 'DURATION',
          help: 'Interval of a trace without times, as 60s',
        },
        scale: { kind: 'speed', placeholder: 'N', help: 'Factor of all loads; 1 by default' },
        'per-unit': {
          kind: 'speed',
          placeholder: 'N',
          help: 'Load that one unit of capacity serves in a second; by default that of the type',
        },
      },
      examples: [
        'baton local load checkout-service trace.csv',
        'baton local load checkout-table loads.csv --interval 5m --scale 0.1',
      ],
      load: () => import('../commands/local-load.ts'),
    }),
    command({
      name: 'local wait',
      summary: 'Let time pass on a local cloud that is up',
      description:
        'There, nobody waits for the clock: it stands still when nothing happens. What is due meanwhile happens at its\n' +
        'own time: schedules such as the seal of the audit trail, windows, deadlines of people.',
      operand: { name: 'DURATION', count: 'one' },
      options: noOptions,
      examples: ['baton local wait 90m', 'baton local wait 3d'],
      load: () => import('../commands/local-wait.ts'),
    }),
  ],
};
