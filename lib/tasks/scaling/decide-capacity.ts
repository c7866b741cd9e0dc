import type { Documents } from '../../documents/documents.ts';
import type { InfrastructureRequest } from '../../events/catalog.ts';
import type { Inventory } from '../../inventory/inventory.ts';
import type { ScalingIndex } from '../../inventory/scaling-index.ts';
import { changeIdOf, type Ledger } from '../../ledger/ledger.ts';
import type { Asset } from '../../model/asset.ts';
import { envelopesOf } from '../../model/capacity/envelope.ts';
import { groupChange } from '../../model/capacity/members.ts';
import { hashOf } from '../../model/json.ts';
import { valueAtPath } from '../../model/property-path.ts';
import type { DecisionInput, StoredDecision } from '../../model/scaling-decision.ts';
import type { AssetChange } from '../../model/wish.ts';
import { decide } from '../../scaling/combine.ts';
import { explain } from '../../scaling/explain.ts';
import { oneRequest } from '../../scaling/one-request.ts';

export interface DecideCapacityServices {
  scaling: ScalingIndex;
  inventory: Inventory;
  documents: Documents;
  ledger: Ledger;
}

export interface CapacityDecision {
  assetId: string;
  property: string;
  /** `Kept`: nothing is to change. `Held`: another change is in flight. */
  decision: 'Change' | 'Kept' | 'Held';
  /** The request for the change, and its id; empty without one. */
  requestId: string;
  request: Partial<InfrastructureRequest>;
  /** Only for the log line. */
  scope?: string;
}

/** The reason of a request is read by people, and has 1 to 1024 characters. */
const reasonMax = 500;

/**
 * Decides on a capacity from what was observed. If it is to change, records the decision with everything that it was
 * made from, and returns the request for it. Idempotent for an execution.
 */
export async function decideCapacity(
  services: DecideCapacityServices,
  input: { assetId: string; property: string; inputHash: string; executionArn: string; now: string },
): Promise<CapacityDecision> {
  const { assetId, property, inputHash, executionArn, now } = input;
  const { scaling, documents, ledger, inventory } = services;
  const none = { assetId, property, requestId: '', request: {} };
  const asset = await inventory.asset(assetId);
  const envelope =
    asset && envelopesOf(asset.type, asset.scaling).find((one) => one.trait.property === property);
  if (asset === undefined || envelope === undefined) return { ...none, decision: 'Kept' };
  const record = decide(await documents.get<DecisionInput>(inputHash));
  const from = record.input.current;
  const [first = from] = record.decision.sequence;
  const to = oneRequest(envelope, from, first);
  const { scope } = asset;
  if (to === from) return { ...none, decision: 'Kept', scope };
  const requestId = `scale-${hashOf(executionArn).slice(0, 24)}`;
  const inFlight = { property, from, to, since: now, requestId, executionArn };
  const stored: StoredDecision = { ...record, assetId, property, to, policy: asset.scaling ?? null };
  const decisionHash = await documents.put(JSON.parse(JSON.stringify(stored)));
  if (!(await scaling.claim(assetId, inFlight, decisionHash))) return { ...none, decision: 'Held', scope };
  const request = requestFor(asset, requestId, {
    set: groupChange(envelope.trait, asset, to),
    expected: valuesAt(asset, property),
    reason: `${property} ${from} to ${to}: ${explain(record).join('; ')}`,
  });
  await ledger.record(changeIdOf(requestId), {
    key: `CapacityDecided-${requestId}`,
    event: 'CapacityDecided',
    actor: 'baton',
    at: now,
    detail: {
      decisionHash,
      detailHash: hashOf(request),
      assetId,
      property,
      from,
      to,
      wanted: record.decision.wanted,
    },
  });
  return { assetId, property, decision: 'Change', requestId, request, scope };
}

function requestFor(
  asset: Asset,
  requestId: string,
  {
    reason,
    ...change
  }: { set: ReturnType<typeof groupChange>; expected: AssetChange['expected']; reason: string },
): Partial<InfrastructureRequest> & { requestId: string } {
  const { id, type, scope, environment, service, owner } = asset;
  const [, name = ''] = scope.split('/');
  return {
    requestId,
    file: 'scale',
    header: { action: 'scale', environment, service, name, owner, reason: reason.slice(0, reasonMax) },
    changes: [{ asset: id, type, remove: [], release: [], ...change }],
  };
}

/** Another request may change the capacity before this one is planned, and then the decision is outdated. */
function valuesAt({ desired }: Asset, property: string): AssetChange['expected'] {
  const value = valueAtPath(desired, property);
  return typeof value === 'number' || typeof value === 'string' ? { [property]: value } : {};
}
