import { command, type Family } from '../command.ts';
import { jsonOption } from '../options.ts';

export const scaling: Family = {
  heading: 'Scaling',
  commands: [
    command({
      name: 'scaling status',
      summary: 'Show every scaling policy with its last decision',
      description:
        'ASSET is an id, or ENVIRONMENT/NAME/LOGICAL-ID; all assets without it. Shows each capacity with its bounds, the last\n' +
        'decision that changed it and how its request ended, and the change that is in flight.',
      operand: { name: 'ASSET', count: 'optional' },
      options: {
        why: {
          kind: 'flag',
          help: 'Say why the last decision is what it is: metrics, targets, what was asked for, and each limit',
        },
        ...jsonOption,
      },
      reports: ['scaling-status'],
      examples: ['baton scaling status', 'baton scaling status prod/shop/Api --why'],
      load: () => import('../commands/scaling-status.ts'),
    }),
    command({
      name: 'scaling replay',
      summary: 'Replay a policy on a load of the past, or decide a decision again',
      description:
        'TRACE is a CSV file with `time,load` on each line, or only the load. The policy decides after each interval as it\n' +
        'does in production; new capacity serves two minutes later. Prints its cost as a multiple of the least possible,\n' +
        'load that was not served, and its changes, with the same for the HPA, AWS target tracking and a fixed fleet.\n\n' +
        'With --decision, Baton decides again from the record of that decision alone, reads no metric, and exits with 1 if\n' +
        'anything comes out otherwise.',
      operand: { name: 'TRACE', count: 'optional' },
      options: {
        decision: {
          kind: 'text',
          placeholder: 'ID',
          help: 'Replay this decision in place of a trace: its hash, or the id of the request that it led to',
        },
        policy: {
          kind: 'text',
          placeholder: 'FILE',
          help: 'The policy as under `Baton: { scaling: ... }`, as YAML or JSON; the default policy without it',
        },
        unit: {
          kind: 'speed',
          placeholder: 'N',
          help: 'Load that one unit of capacity serves in an interval; by default that of the policy, or a 28th of the peak',
        },
        interval: {
          kind: 'text',
          placeholder: 'DURATION',
          help: 'Interval of a trace without times, as 60s',
        },
        chart: {
          kind: 'text',
          placeholder: 'FILE',
          help: 'Draw load, capacity and decisions into this SVG file',
        },
        decisions: { kind: 'count', placeholder: 'N', help: 'Number of decisions to list; 10 by default' },
        ...jsonOption,
      },
      reports: ['scaling-replay', 'scaling-decision'],
      examples: [
        'baton scaling replay requests.csv',
        'baton scaling replay requests.csv --policy scaling.yaml --chart replay.svg',
        'baton scaling replay requests.csv --unit 500 --json',
        'baton scaling replay --decision scale-4f1a0c8e2b7d9a6c3e5f1b20',
      ],
      load: () => import('../commands/scaling-replay.ts'),
    }),
  ],
};
