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
import type { ScaledAsset } from '../../model/scaling-state.ts';
import type { AssetChange } from '../../model/wish.ts';
import { decide } from '../../scaling/combine.ts';
import { explain } from '../../scaling/explain.ts';
import { type RequestServices, requestFor } from './request-for.ts';

export interface DecideCapacityServices extends RequestServices {
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
  /** How long its request may take. What a standard change asks for is outdated after half an hour. */
  waitSeconds: number;
  /** Only for the log line. */
  scope?: string;
}

const standardSeconds = 1800;
/** Longer than any approval is waited for (the setting `approvalHours`). */
const normalSeconds = 31 * 86_400;

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
  const none = { assetId, property, requestId: '', request: {}, waitSeconds: 1 };
  const asset = await inventory.asset(assetId);
  const scaled = await scaling.find(assetId);
  const envelope =
    asset && envelopesOf(asset.type, asset.scaling).find((one) => one.trait.property === property);
  if (asset === undefined || scaled === undefined || envelope === undefined)
    return { ...none, decision: 'Kept' };
  const record = decide(await documents.get<DecisionInput>(inputHash));
  const from = record.input.current;
  const { scope } = asset;
  const requestId = `scale-${hashOf(executionArn).slice(0, 24)}`;
  const { decision } = record;
  const next = await requestFor(
    services,
    withoutOwn(scaled, requestId),
    { envelope, input: record.input, decision },
    now,
  );
  if (next === undefined) return { ...none, decision: 'Kept', scope };
  const { to, change, standardTo } = next;
  const flight = { property, from, to, since: now, requestId, executionArn };
  const stored: StoredDecision = {
    ...{ ...record, assetId, type: asset.type, property },
    ...{ to, change, standardTo, policy: asset.scaling ?? null },
  };
  const decisionHash = await documents.put(JSON.parse(JSON.stringify(stored)));
  const slot = change === 'standard' ? 'inFlight' : 'waiting';
  if (!(await scaling.claim(assetId, flight, decisionHash, slot)))
    return { ...none, decision: 'Held', scope };
  const request = bodyOf(asset, requestId, {
    set: groupChange(envelope.trait, asset, to),
    expected: valuesAt(asset, property),
    ...(next.beyond && { beyondPolicy: true as const }),
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
      wanted: decision.wanted,
    },
  });
  const waitSeconds = change === 'standard' ? standardSeconds : normalSeconds;
  return { assetId, property, decision: 'Change', requestId, request, waitSeconds, scope };
}

/** An execution that is retried finds its own change on its way. */
function withoutOwn({ item, state }: ScaledAsset, requestId: string): ScaledAsset {
  const { waiting, ...others } = state;
  return { item, state: waiting?.requestId === requestId ? others : state };
}

function bodyOf(
  asset: Asset,
  requestId: string,
  { reason, ...change }: Pick<AssetChange, 'set' | 'expected' | 'beyondPolicy'> & { reason: string },
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
