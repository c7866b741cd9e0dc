import type { Standing } from '../change/approvals.ts';
import type { ShownChange } from '../client/changes/read-change.ts';
import type { Decision } from '../model/change.ts';
import { named } from './capsule-text-risks.ts';
import { instant } from './capsule-text-time.ts';
import { standingText } from './standing-text.ts';
import type { Paint } from './style.ts';

/** Lists who must approve, who has approved, and why approval is needed. */
export function approvalsText({ change, capsule }: ShownChange, standing: Standing, paint: Paint): string[] {
  if (capsule.approvals.length === 0)
    return [`  ${paint('good', '✓')} none: policy asks for no approval of this change`];
  const open = change.status === 'AwaitingApproval' || change.status.startsWith('Review');
  const levels = capsule.approvals.flatMap(({ level, quorum, groups, because }, index) => {
    const { given = [], open: left = [] } = standing.levels[index] ?? {};
    const full = given.length >= quorum;
    const mark = full ? paint('good', '✓') : paint('warn', '…');
    const may = left.length > 0 ? named(left) : paint('bad', `nobody is left in ${groups.join(', ')}`);
    return [
      `  ${mark} ${paint('strong', level)}  ${given.length} of ${quorum}${given.length > 0 ? `: ${given.join(', ')}` : ''}`,
      ...(full || !open ? [] : [`      may still approve: ${may}`]),
      ...because.map(({ message, rule }) => `      ${paint('quiet', `${message} (${rule})`)}`),
    ];
  });
  const sum = open && capsule.approvals.length > 1 ? [`  ${standingText(standing, 'counted')}`] : [];
  return [...sum, ...levels];
}

const words: Record<Decision['kind'], string> = {
  approve: 'approved',
  reject: 'rejected',
  withdraw: 'withdrew',
};

/** Lists the decisions, oldest first. Decisions on an earlier capsule no longer count. */
export function decisionsText({ change, decisions }: ShownChange, paint: Paint): string[] {
  return [...decisions]
    .sort((a, b) => (a.at < b.at ? -1 : Number(a.at > b.at)))
    .map(({ at, kind, speaker, reason, capsuleHash }) => {
      const text = `${instant(at)}  ${speaker.voice} ${words[kind]} it${reason === '' ? '' : `: ${reason}`}`;
      const stale = capsuleHash !== change.capsuleHash;
      return `  ${stale ? paint('quiet', `${text} (an earlier capsule: does not count)`) : text}`;
    });
}

/** Returns the commands that decide on this capsule. */
export function toDecide({ change }: ShownChange, standing: Standing): string[] {
  const { changeId, capsuleHash, status } = change;
  const pinned = `--capsule ${capsuleHash}`;
  if (status === 'ReviewDue' || status === 'ReviewOverdue')
    return [`  baton approve ${changeId} ${pinned} --reason "what the review found"`];
  if (status !== 'AwaitingApproval' || standing.status !== 'Waiting') return [];
  return [`  baton approve ${changeId} ${pinned}`, `  baton reject ${changeId} ${pinned} --reason "why not"`];
}
