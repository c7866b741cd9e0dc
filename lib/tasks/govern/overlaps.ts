import { type OtherChange, overlapsOf, type Touched } from '../../change/overlaps.ts';
import type { Documents } from '../../documents/documents.ts';
import type { Ledger } from '../../ledger/ledger.ts';
import type { Capsule, ChangeStatus, Overlap } from '../../model/change.ts';
import { eachOf } from '../pump/outcomes.ts';

/** How many open requests are looked at, the oldest first: an approver reads no more, and the function has a minute. */
const lookedAt = 200;
const readsTogether = 25;
/** Changes that will touch nothing any more. */
const over: readonly ChangeStatus[] = ['Rejected', 'Withdrawn', 'Expired', 'Refused', 'Closed'];

/**
 * Other open changes on the same assets, as their capsules say. Of two that are opened at the same moment neither
 * may see the other: they are shown to people, and it is lock and revalidation that keep them apart.
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
