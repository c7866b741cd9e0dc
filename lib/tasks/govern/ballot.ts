import { type Approval, countDecisions } from '../../change/approvals.ts';
import type { Documents } from '../../documents/documents.ts';
import type { Ledger } from '../../ledger/ledger.ts';
import type { ChangeRecord } from '../../ledger/records.ts';
import type { Capsule } from '../../model/change.ts';

/** Returns the capsule of a change, and the state of its approvals at an instant. */
export async function readBallot(
  { ledger, documents }: { ledger: Ledger; documents: Documents },
  change: ChangeRecord,
  now: string,
): Promise<{ capsule: Capsule; approval: Approval }> {
  const { capsuleHash, expiresAt } = change;
  const capsule = await documents.get<Capsule>(capsuleHash);
  const decisions = await ledger.decisions(change.changeId);
  return { capsule, approval: countDecisions({ capsule, capsuleHash, decisions, now, expiresAt }) };
}

/** Tells whether people have authorized a change, according to their decisions rather than to its status. */
export async function isAuthorized(
  services: { ledger: Ledger; documents: Documents },
  change: ChangeRecord,
  now: string,
): Promise<boolean> {
  if (change.status !== 'Approved') return false;
  const { capsule, approval } = await readBallot(services, change, now);
  // Uses the requested type rather than the current one of the change.
  if (capsule.type === 'emergency') return capsule.header.change === 'emergency';
  return approval.status === 'Approved';
}
