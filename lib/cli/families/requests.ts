import { command, type Family } from '../command.ts';
import { environmentOption, jsonOption, reasonOption, requestOptions, watchOptions } from '../options.ts';

const file = { name: 'FILE', count: 'one' } as const;
const request = { name: 'REQUEST', count: 'one' } as const;

export const requests: Family = {
  heading: 'Requests',
  commands: [
    command({
      name: 'plan',
      summary: 'Show what a request would do, without submitting it',
      operand: file,
      options: { ...jsonOption, ...requestOptions },
      reports: ['request-report'],
      examples: ['baton plan examples/web-app.yaml'],
      load: () => import('../commands/plan.ts'),
    }),
    command({
      name: 'submit',
      summary: 'Submit a request and watch it to its end',
      operand: file,
      options: {
        ...watchOptions,
        ...requestOptions,
        id: {
          kind: 'text',
          placeholder: 'ID',
          help: 'Id of the request; by default a new one. Sent again, the same id has one effect',
        },
        detach: { kind: 'flag', help: 'Put the request on the bus and return without watching it' },
      },
      reports: ['request-report', 'submitted'],
      examples: [
        'baton submit examples/web-app.yaml',
        'baton submit template.json --environment dev --detach',
        'baton submit examples/web-app.yaml --id shop-release-1',
      ],
      load: () => import('../commands/submit.ts'),
    }),
    command({
      name: 'watch',
      summary: 'Watch a request to its end',
      operand: request,
      options: watchOptions,
      reports: ['request-report'],
      examples: ['baton watch req-1f0c9a52'],
      load: () => import('../commands/watch.ts'),
    }),
    command({
      name: 'requests list',
      summary: 'List requests: those that are open, and those that ended last',
      description:
        'Shows who submitted each request and when, what it is about, how far it is, and the id of its run.',
      options: {
        ...environmentOption,
        status: {
          kind: 'text',
          placeholder: 'STATUS',
          choices: [
            ...(['Admitted', 'Planned', 'Approved', 'Applying', 'Undoing'] as const),
            ...(['Completed', 'Rejected', 'Failed', 'RolledBack'] as const),
          ],
          help: 'Status; by default all that are open, and the latest that ended',
        },
        ...jsonOption,
      },
      reports: ['requests'],
      examples: ['baton requests list', 'baton requests list --environment prod --status Failed'],
      load: () => import('../commands/requests-list.ts'),
    }),
    command({
      name: 'cancel',
      summary: 'Cancel a request: wait for calls in flight, then roll back',
      operand: request,
      options: reasonOption,
      examples: ['baton cancel req-1f0c9a52 --reason "wrong region"'],
      load: () => import('../commands/cancel.ts'),
    }),
  ],
};
