import { type OtherChange, overlapsOf, type Touched } from '../../change/overlaps.ts';
import type { Documents } from '../../documents/documents.ts';
import type { Ledger } from '../../ledger/ledger.ts';
import type { Capsule, ChangeStatus, Overlap } from '../../model/change.ts';
import { eachOf } from '../each-of.ts';

/**
 * Maximum number of open requests to compare, oldest first: an approver reads no more, and the function has a minute.
 */
const lookedAt = 200;
const readsTogether = 25;
/** Statuses of changes that no longer run. */
const over: readonly ChangeStatus[] = ['Rejected', 'Withdrawn', 'Expired', 'Refused', 'Closed'];

/**
 * Returns other open changes on the same assets, according to their capsules. Two changes that are opened at the same
 * moment may miss each other: overlaps are only shown to people, while the lock and revalidation keep the changes
 * apart.
 */
export async function findOverlaps(
  { ledger, documents }: { ledger: Ledger; documents: Documents },
  own: Touched,
): Promise<Overlap[]> {
  const open = await ledger.openRequests(lookedAt);
  const others: OtherChange[] = [];
  await eachOf(
    open.filter(({ requestId, changeId }) => changeId !== undefined && requestId !== own.requestId),
    async ({ changeId = '' }) => {
      const { status, capsuleHash } = await ledger.change(changeId);
      if (over.includes(status) || capsuleHash === '') return;
      const { requestId, scope, impact, steps } = await documents.get<Capsule>(capsuleHash);
      others.push({ changeId, requestId, scope, impact, steps: steps.map(({ resource }) => ({ resource })) });
    },
    readsTogether,
  );
  return overlapsOf(own, others);
}
