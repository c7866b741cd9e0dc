import type { Documents } from '../../documents/documents.ts';
import type { Inventory } from '../../inventory/inventory.ts';
import { ledgerKeys } from '../../ledger/keys.ts';
import { changeIdOf, type Ledger } from '../../ledger/ledger.ts';
import type { Asset } from '../../model/asset.ts';
import type { Rehearsal } from '../../model/change.ts';
import { forgets } from '../../model/operations.ts';
import { placeOf } from '../../model/place.ts';
import type { HashedPlan } from '../../model/plan.ts';
import type { TypeLookup } from '../../model/spec.ts';
import { ProviderBusy, type Providers } from '../../providers/provider.ts';
import { type LiveResource, rehearse as rehearsalOf } from '../../rehearsal/index.ts';
import { runIdOf } from '../apply/begin-run.ts';
import { getPlan, putPlan } from '../documents-of.ts';
import { eachOf } from '../each-of.ts';
import { withoutSecrets } from '../pump/secrecy.ts';

export interface RehearseServices {
  ledger: Ledger;
  documents: Documents;
  inventory: Inventory;
  providers: Providers;
  lookup: TypeLookup;
}

/** Number of concurrent reads, and of all reads: the function has a minute, and a read takes up to half a second. */
const readsTogether = 25;
const readsMax = 2_000;

/**
 * Rehearses a plan and its rollback, and stores the result for the capsule. If the rehearsal itself fails, because a
 * read is denied or because of a defect, its result is failed with that reason. It then neither stops nor approves the
 * request, and policy requires a higher level.
 */
export async function rehearse(
  services: RehearseServices,
  { requestId, planHash, now }: { requestId: string; planHash: string; now: string },
): Promise<{ rehearsal: Rehearsal['outcome']; scope: string }> {
  const { ledger, documents } = services;
  const plan = await getPlan(documents, planHash);
  const { rehearsal, inverse } = await held(services, requestId, plan);
  const rehearsalHash = await documents.put(rehearsal);
  const inverseHash = inverse === undefined ? undefined : await putPlan(documents, inverse);
  const set = { rehearsalHash, updatedAt: now, ...(inverseHash === undefined ? {} : { inverseHash }) };
  // The inverse of an earlier plan must not be stored together with this rehearsal.
  const remove = inverseHash === undefined ? ['inverseHash'] : [];
  const { outcome, seed, steps, undoSteps } = rehearsal;
  await ledger.record(changeIdOf(requestId), {
    key: `PlanRehearsed-${planHash}-${rehearsalHash.slice(0, 12)}`,
    event: 'PlanRehearsed',
    actor: 'baton',
    at: now,
    detail: { planHash, rehearsalHash, inverseHash: inverseHash ?? null, outcome, seed, steps, undoSteps },
  });
  // Stored after its audit entry: a capsule must not depend on a rehearsal that the trail doesn't contain.
  await ledger.table.update({ key: ledgerKeys.request(requestId), set, remove });
  return { rehearsal: outcome, scope: plan.scope };
}

async function held(
  services: RehearseServices,
  requestId: string,
  plan: HashedPlan,
): Promise<{ rehearsal: Rehearsal; inverse?: HashedPlan }> {
  const { lookup } = services;
  const runId = runIdOf(requestId, plan.hash, 'forward');
  const seed = touchedBy(plan).length > readsMax ? 'inventory' : 'live';
  try {
    const live = await resourcesOf(services, plan, seed);
    const { rehearsal, inverse } = rehearsalOf({ plan, runId, live, seed, lookup });
    return plan.steps.length === 0 ? { rehearsal } : { rehearsal, inverse };
  } catch (error) {
    // The state retries it, and continues without a rehearsal if that does not help.
    if (!(error instanceof Error) || error instanceof ProviderBusy) throw error;
    const message = `the rehearsal failed with an error: ${error.name}: ${error.message}`;
    const differences = [{ resource: '', path: '', message }];
    const nothing = { steps: 0, undoSteps: 0, irreversible: [] };
    return { rehearsal: { outcome: 'failed', planHash: plan.hash, seed, ...nothing, differences } };
  }
}

function touchedBy({ steps }: HashedPlan): string[] {
  return [...new Set(steps.flatMap(({ assetId }) => assetId ?? []))];
}

/** Returns the resources of the plan, live or as last seen, and those that they refer to or referred to. */
async function resourcesOf(
  services: RehearseServices,
  plan: HashedPlan,
  seed: Rehearsal['seed'],
): Promise<LiveResource[]> {
  const { inventory } = services;
  const touched = await inventory.assets(touchedBy(plan));
  const names = [
    ...plan.steps.map(({ relationships }) => relationships),
    ...touched.map((one) => one.dependsOn),
  ];
  const referred = new Set(names.flat());
  const besides = await inventory.assets(
    plan.unchanged.flatMap(({ resource, assetId }) => (referred.has(resource) ? [assetId] : [])),
  );
  const forgotten = new Set(plan.steps.filter(forgets).map(({ assetId }) => assetId));
  const read = seed === 'live' ? touched.filter(({ id }) => !forgotten.has(id)) : [];
  const live = await readAll(services, read);
  return [...touched, ...besides].map((asset) => ({
    asset,
    properties: live.has(asset.id) ? live.get(asset.id) : asset.attributes,
  }));
}

async function readAll(
  { providers, lookup }: RehearseServices,
  assets: readonly Asset[],
): Promise<Map<string, LiveResource['properties']>> {
  const live = new Map<string, LiveResource['properties']>();
  await eachOf(
    assets,
    async (asset) => {
      const { id, type, identifier, applied } = asset;
      const properties = await providers.of(type).read({ type, identifier, place: placeOf(asset) });
      live.set(id, properties && withoutSecrets(properties, lookup(type)?.sensitive ?? [], applied));
    },
    readsTogether,
  );
  return live;
}
