import type { ApprovalState } from './watch-request.ts';

/** Number of voices to name. The rest are counted. */
const voicesNamed = 6;

/** Returns `service-owner: 1 of user/ana, user/ben` for each level. */
export function wantedText({ capsule: { approvals } }: Pick<ApprovalState, 'capsule'>): string {
  return approvals
    .map(({ level, quorum, eligible }) => {
      const named = eligible.slice(0, voicesNamed).join(', ');
      const more = eligible.length > voicesNamed ? ` and ${eligible.length - voicesNamed} more` : '';
      return `${level}: ${quorum} of ${eligible.length === 0 ? 'nobody' : named}${more}`;
    })
    .join('; ');
}
