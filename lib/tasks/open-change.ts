import type { Documents } from '../documents/documents.ts';
import type { Publisher } from '../events/publisher.ts';
import { changeIdOf, type Ledger } from '../ledger/ledger.ts';
import type { Verdicts } from '../model/policy.ts';

export interface OpenChangeServices {
  ledger: Ledger;
  documents: Documents;
  publisher: Publisher;
}

/** Opens the change that authorises exactly this plan, on the verdicts the ledger holds. */
export async function openChange(
  { ledger, documents, publisher }: OpenChangeServices,
  { requestId, planHash, now }: { requestId: string; planHash: string; now: string },
): Promise<{ changeId: string }> {
  const changeId = changeIdOf(requestId);
  const request = await ledger.request(requestId);
  const verdictsHash = request.verdictsHash ?? '';
  const verdicts = await documents.get<Verdicts>(verdictsHash);
  // The verdicts themselves, not what the request says of them.
  if (verdicts.decision !== 'allow' || request.planHash !== planHash)
    throw new Error(`Request ${requestId} holds no allowance for plan ${planHash}.`);
  await ledger.putChange({
    changeId,
    requestId,
    type: 'standard',
    status: 'Approved',
    capsuleHash: '',
    environment: request.header?.environment ?? '',
    service: request.header?.service ?? '',
    requester: request.speaker ?? { voice: `source/${request.requester}`, arn: request.requester },
    riskLevel: 'low',
    reminders: 0,
    planHashes: [planHash],
    verdictsHash,
    bundleHash: verdicts.bundleHash,
    openedAt: now,
  });
  await ledger.updateRequest(requestId, { changeId, status: 'Approved', updatedAt: now });
  await ledger.record(changeId, {
    key: `ChangeOpened-${planHash}`,
    event: 'ChangeOpened',
    actor: 'baton',
    at: now,
    detail: { planHash, type: 'standard', verdictsHash, bundleHash: verdicts.bundleHash },
  });
  await publisher.publish({ detailType: 'Change Opened', detail: { changeId, requestId, planHash } });
  return { changeId };
}
