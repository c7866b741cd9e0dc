import type { Documents } from '../documents/documents.ts';
import type { Inventory } from '../inventory/inventory.ts';
import { appendWrites, chainHead } from '../ledger/audit-chain.ts';
import { assetChain } from '../ledger/keys.ts';
import { changeIdOf, type Ledger } from '../ledger/ledger.ts';
import type { Locks } from '../ledger/lock.ts';
import type { RequestRecord } from '../ledger/records.ts';
import type { Asset } from '../model/asset.ts';
import { canonicalJson, isObject, type JsonObject, type JsonValue } from '../model/json.ts';
import type { HashedPlan } from '../model/plan.ts';
import type { TypeLookup } from '../model/spec.ts';
import type { Provider } from '../providers/provider.ts';
import { runIdOf } from './begin-run.ts';
import { getPlan } from './documents-of.ts';
import { eachOf } from './pump/outcomes.ts';
import { withoutSecrets } from './pump/secrecy.ts';

export interface RevalidateServices {
  ledger: Ledger;
  locks: Locks;
  documents: Documents;
  inventory: Inventory;
  provider: Provider;
  lookup: TypeLookup;
  roleArn(environment: string): string;
  /** Hash of the policies an environment is judged by now. */
  bundleHash(environment: string): string;
}

export type Verdict = 'Current' | 'Stale' | 'Cancelled' | 'Refused';

/** How often a request is planned anew before it is given up. */
const attemptsAllowed = 5;

/**
 * Under the lock: is the world still what the plan was made against? Asset versions, policies and the live
 * state of every resource the plan would touch must be the same; where not, the plan is made anew.
 */
export async function revalidate(
  services: RevalidateServices,
  { requestId, planHash, now }: { requestId: string; planHash: string; now: string },
): Promise<{ verdict: Verdict; runId: string }> {
  const { ledger, locks } = services;
  const request = await ledger.request(requestId);
  const plan = await getPlan(services.documents, planHash);
  const runId = runIdOf(requestId, planHash, 'forward');
  const { holder } = await locks.read(plan.scope);
  if (request.cancelRequestedBy !== undefined) return { verdict: 'Cancelled', runId };
  if (holder?.requestId !== requestId || holder.planHash !== planHash) return { verdict: 'Refused', runId };
  const moved = await whatMoved(services, request, plan, now);
  if (moved === undefined) return { verdict: 'Current', runId };
  const attempt = request.attempt + 1;
  await ledger.updateRequest(requestId, { attempt, updatedAt: now, reason: moved });
  await ledger.record(changeIdOf(requestId), {
    key: `PlanStale-${planHash}-${attempt}`,
    event: 'PlanStale',
    actor: 'baton',
    at: now,
    detail: { planHash, moved },
  });
  return { verdict: attempt < attemptsAllowed ? 'Stale' : 'Refused', runId };
}

async function whatMoved(
  services: RevalidateServices,
  request: RequestRecord,
  plan: HashedPlan,
  now: string,
): Promise<string | undefined> {
  const { ledger, inventory } = services;
  const change = await ledger.change(changeIdOf(request.requestId));
  if (change.bundleHash !== services.bundleHash(plan.environment)) return 'the policies have changed';
  const versions = new Map(
    (await inventory.scopeMembers(plan.scope)).map(({ assetId, version }) => [assetId, version]),
  );
  const planned = [...plan.steps, ...plan.unchanged];
  for (const { assetId, assetVersion } of planned)
    if (assetId !== undefined && versions.get(assetId) !== assetVersion)
      return `asset ${assetId} has changed`;
  // A plan speaks of every asset of its scope: one it does not know was made since.
  const known = new Set(planned.map(({ assetId }) => assetId));
  for (const assetId of versions.keys()) if (!known.has(assetId)) return `asset ${assetId} is new`;
  return liveStateMoved(services, request, plan, now);
}

/** Compares what the plan would touch with what is really there; what differs goes into the inventory. */
async function liveStateMoved(
  services: RevalidateServices,
  request: RequestRecord,
  plan: HashedPlan,
  now: string,
): Promise<string | undefined> {
  const touched = plan.steps.flatMap(({ operation, assetId }) =>
    assetId !== undefined && operation !== 'retain' ? [assetId] : [],
  );
  const moved: string[] = [];
  await eachOf(
    await services.inventory.assets([...new Set(touched)]),
    async (asset) => {
      const live = await services.provider.read(
        asset.type,
        asset.identifier,
        services.roleArn(plan.environment),
      );
      const observed =
        live && withoutSecrets(live, services.lookup(asset.type)?.sensitive ?? [], asset.applied);
      if (observed !== undefined && sameWhereSet(asset, observed)) return;
      await noteObserved(services, request, asset, observed, now);
      moved.push(asset.logicalId);
    },
    readsTogether,
  );
  return moved.length === 0 ? undefined : `the live state of ${moved.sort().join(', ')} has changed`;
}

/** Reads under way at once: a plan may touch thousands of resources, and the function has a minute. */
const readsTogether = 25;

/**
 * Whether what was set on the resource is still as it was last seen. What the service counts and writes by itself
 * (states, sizes, times) moves all the time and is no reason to plan anew; nor is another order of a list.
 */
export function sameWhereSet({ applied, attributes }: Asset, observed: JsonObject): boolean {
  return Object.keys(applied).every((name) => inAnyOrder(observed[name]) === inAnyOrder(attributes[name]));
}

/** The value's text, its lists sorted. */
function inAnyOrder(value: JsonValue | undefined): string {
  if (Array.isArray(value)) return `[${value.map(inAnyOrder).sort().join()}]`;
  if (!isObject(value)) return canonicalJson(value ?? null);
  const entries = Object.entries(value).map(([name, inner]) => `${name}:${inAnyOrder(inner)}`);
  return `{${entries.sort().join()}}`;
}

/** A new version of an asset from what was observed: changed, or gone. */
async function noteObserved(
  { ledger, inventory }: RevalidateServices,
  request: RequestRecord,
  before: Asset,
  observed: JsonObject | undefined,
  now: string,
): Promise<void> {
  const version = before.version + 1;
  const changeId = changeIdOf(request.requestId);
  const after: Asset = {
    ...before,
    version,
    updatedAt: now,
    ...(observed === undefined ? { status: 'Retired' } : { attributes: observed }),
  };
  const chain = assetChain(before.id);
  const entry = {
    key: `version-${version}`,
    event: observed === undefined ? 'AssetGone' : 'AssetObserved',
    actor: 'baton',
    at: now,
    detail: { version, changeId },
  };
  const head = await chainHead(ledger.table, chain);
  await ledger.table.transact([
    ...(await inventory.versionWrites({
      assetId: before.id,
      version,
      before,
      after,
      runId: before.runId,
      changeId,
      actor: 'baton',
      at: now,
    })),
    ...appendWrites(ledger.table, chain, head, entry),
  ]);
}
