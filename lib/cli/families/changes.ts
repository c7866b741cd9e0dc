import type { ChangeStatus } from '../../model/change.ts';
import { command, type Family } from '../command.ts';
import type { OptionTable } from '../option.ts';
import { environmentOption, jsonOption, reasonOption } from '../options.ts';

const change = { name: 'CHANGE', count: 'one' } as const;

const statuses: readonly ChangeStatus[] = [
  'AwaitingApproval',
  'Approved',
  'ReviewDue',
  'ReviewOverdue',
  'Closed',
  'Rejected',
  'Withdrawn',
  'Expired',
  'Refused',
];

/** The options of the decision commands. */
const decideOptions = {
  ...reasonOption,
  capsule: {
    kind: 'text',
    placeholder: 'HASH',
    help: 'The capsule that was looked at; without it, it is shown and you are asked',
  },
  ...jsonOption,
} as const satisfies OptionTable;

export const changes: Family = {
  heading: 'Changes',
  commands: [
    command({
      name: 'changes list',
      summary: 'List changes: under way, to be reviewed, ended lately',
      options: {
        ...environmentOption,
        status: {
          kind: 'text',
          placeholder: 'STATUS',
          choices: statuses,
          help: 'Status; by default all that are open or to be reviewed, and the latest that ended',
        },
        ...jsonOption,
      },
      reports: ['changes'],
      examples: ['baton changes list', 'baton changes list --environment prod --status AwaitingApproval'],
      load: () => import('../commands/changes-list.ts'),
    }),
    command({
      name: 'changes show',
      summary: 'Show what a change would do, its risks, and who must approve it',
      operand: change,
      options: {
        ...jsonOption,
        detail: { kind: 'flag', help: 'Show every value uncut, and of what changes the whole as it will be' },
      },
      reports: ['change'],
      examples: ['baton changes show CHG-req-1f0c9a52'],
      load: () => import('../commands/changes-show.ts'),
    }),
    command({
      name: 'approve',
      summary: 'Approve a change, as whoever the AWS credentials are',
      description:
        'What is approved is a capsule: the plan, its verdicts, its risks and all it depends on. Where any of that has\n' +
        'changed since, the change needs approval again. No one approves their own change.',
      operand: change,
      options: decideOptions,
      reports: ['decision'],
      examples: [
        'baton approve CHG-req-1f0c9a52 --capsule HASH',
        'baton approve CHG-req-1f0c9a52 --reason "looked at it with Ben"',
      ],
      load: () => import('../commands/approve.ts'),
    }),
    command({
      name: 'reject',
      summary: 'Reject a change, with a reason: one rejection ends it',
      operand: change,
      options: decideOptions,
      reports: ['decision'],
      examples: ['baton reject CHG-req-1f0c9a52 --capsule HASH --reason "not in the week of the audit"'],
      load: () => import('../commands/reject.ts'),
    }),
    command({
      name: 'withdraw',
      summary: 'Withdraw a change one has asked for, while it awaits approval',
      operand: change,
      options: decideOptions,
      reports: ['decision'],
      examples: ['baton withdraw CHG-req-1f0c9a52 --capsule HASH --reason "not needed any more"'],
      load: () => import('../commands/withdraw.ts'),
    }),
  ],
};
