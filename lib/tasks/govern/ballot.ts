import { type Approval, countDecisions } from '../../change/approvals.ts';
import type { Documents } from '../../documents/documents.ts';
import type { Ledger } from '../../ledger/ledger.ts';
import type { ChangeRecord } from '../../ledger/records.ts';
import type { Capsule } from '../../model/change.ts';

/** The capsule a change is about, and how the decisions on it stand at an instant. */
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

/** Whether a change may be carried out as far as people are concerned: read from what they decided, not from what it says. */
export async function isAuthorised(
  services: { ledger: Ledger; documents: Documents },
  change: ChangeRecord,
  now: string,
): Promise<boolean> {
  if (change.status !== 'Approved') return false;
  const { capsule, approval } = await readBallot(services, change, now);
  // What was asked for as an emergency, not what the change is called by now.
  if (capsule.type === 'emergency') return capsule.header.change === 'emergency';
  return approval.status === 'Approved';
}
