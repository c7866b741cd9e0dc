import type { Calendars } from '../../change/calendar.ts';
import type { GovernanceBundle } from '../../change/governance-bundle.ts';
import { asksWhenLate } from '../../change/late.ts';
import type { Documents } from '../../documents/documents.ts';
import type { Publisher } from '../../events/publisher.ts';
import type { Inventory } from '../../inventory/inventory.ts';
import { type AuditEntry, appendWrites, chainHead } from '../../ledger/audit-chain.ts';
import { assetChain } from '../../ledger/keys.ts';
import { changeIdOf, type Ledger } from '../../ledger/ledger.ts';
import type { Locks } from '../../ledger/lock.ts';
import type { ChangeRecord, RequestRecord } from '../../ledger/records.ts';
import type { Asset } from '../../model/asset.ts';
import type { Capsule } from '../../model/change.ts';
import { hasExpired } from '../../model/expiry.ts';
import { canonicalJson, hashOf, isObject, type JsonObject, type JsonValue } from '../../model/json.ts';
import { placeOf } from '../../model/place.ts';
import type { HashedPlan } from '../../model/plan.ts';
import type { Waiver } from '../../model/policy.ts';
import type { DesiredState } from '../../model/request.ts';
import type { TypeLookup } from '../../model/spec.ts';
import { tagsOf } from '../../model/tags.ts';
import type { Providers } from '../../providers/provider.ts';
import { runIdOf } from '../apply/begin-run.ts';
import { changeEvent } from '../change-event.ts';
import { getPlan } from '../documents-of.ts';
import { eachOf } from '../pump/outcomes.ts';
import { withoutSecrets } from '../pump/secrecy.ts';
import { isAuthorised } from './ballot.ts';
import { exportProblems } from './exports.ts';

export interface RevalidateServices {
  ledger: Ledger;
  locks: Locks;
  documents: Documents;
  inventory: Inventory;
  providers: Providers;
  lookup: TypeLookup;
  publisher: Publisher;
  /** Hash of the policies an environment is judged by now. */
  bundleHash(environment: string): string;
  governance(environment: string): GovernanceBundle;
  /** Exceptions agreed for an environment. */
  settingsWaivers(environment: string): readonly Waiver[];
  /** Whether a plan that takes so long may begin now, as the calendars stand. */
  windowOpen(capsule: Capsule, now: string): boolean;
  /** The maintenance windows and freezes of an environment. */
  calendars(environment: string): Calendars;
}

export type Verdict = 'Current' | 'Stale' | 'Closed' | 'Cancelled' | 'Refused';

/** How often a request is planned anew before it is given up. */
const attemptsAllowed = 5;

/**
 * Under the lock: is everything still what was approved? The decisions, the window, the policies, every asset
 * version of the impact and the live state of every resource the plan would touch. A closed window is waited for,
 * without the lock; what has moved makes the capsule stale: the plan is made anew under the lock, and asked for anew.
 */
export async function revalidate(
  services: RevalidateServices,
  { requestId, planHash, now }: { requestId: string; planHash: string; now: string },
): Promise<{ verdict: Verdict; runId: string; scope: string }> {
  const { ledger, locks, documents } = services;
  const request = await ledger.request(requestId);
  const plan = await getPlan(documents, planHash);
  const runId = runIdOf(requestId, planHash, 'forward');
  const { scope } = plan;
  const { holder } = await locks.read(scope);
  if (request.cancelRequestedBy !== undefined) return { verdict: 'Cancelled', runId, scope };
  const change = await ledger.change(changeIdOf(requestId));
  const holds = holder?.requestId === requestId && holder.planHash === planHash;
  if (!(await isAuthorised(services, change, now))) return { verdict: 'Refused', runId, scope };
  // It gave the lock up, and its answer was lost: back to the queue.
  if (!holds) return { verdict: 'Closed', runId, scope };
  const capsule = await documents.get<Capsule>(change.capsuleHash);
  if (!services.windowOpen(capsule, now)) return { verdict: 'Closed', runId, scope };
  const moved =
    (await whatMoved(services, change.capsuleHash, capsule, plan, now)) ??
    (await importedSince(services, request, plan)) ??
    whatIsLate(services, capsule, request, now);
  if (moved === undefined) {
    // What an auditor needs to see whether the run began within a window.
    const calendars = services.calendars(plan.environment);
    const looked = calendars.maintenance.length + calendars.freezes.length > 0;
    const calendarsHash = looked ? await documents.put(calendars) : undefined;
    const detail = { planHash, runId, calendarsHash };
    await ledger.record(change.changeId, currentEntry(change.capsuleHash, detail, now));
    return { verdict: 'Current', runId, scope };
  }
  const verdict = await planAnew(services, request, change, moved, now);
  return { verdict, runId, scope };
}

/** What another scope has come to import since, where the plan would change it or take it away: planning anew says so. */
async function importedSince(
  services: RevalidateServices,
  { desiredHash = '' }: RequestRecord,
  plan: HashedPlan,
): Promise<string | undefined> {
  const desired = await services.documents.get<DesiredState>(desiredHash);
  const [problem] = await exportProblems(services, desired, plan);
  return problem?.message;
}

/** What may begin, and that nothing of what was approved had moved. */
function currentEntry(
  capsule: string,
  detail: { planHash: string; runId: string; calendarsHash?: string },
  at: string,
): AuditEntry {
  const key = `Revalidated-${detail.planHash}-${at}`;
  return { key, event: 'Revalidated', actor: 'baton', at, capsule, detail };
}

/**
 * The capsule is stale: what was approved is not what would be done. The lock is kept while it is planned anew, so that
 * nothing moves again meanwhile; a request that then has to wait for people or for time gives it up there.
 */
async function planAnew(
  services: RevalidateServices,
  { requestId, attempt: attempts }: RequestRecord,
  change: ChangeRecord,
  moved: string,
  now: string,
): Promise<Verdict> {
  const { ledger, publisher } = services;
  const attempt = attempts + 1;
  const { capsuleHash } = change;
  await ledger.updateRequest(requestId, { attempt, updatedAt: now, reason: moved });
  await ledger.record(change.changeId, {
    key: `CapsuleStale-${capsuleHash}-${attempt}`,
    event: 'CapsuleStale',
    actor: 'baton',
    at: now,
    capsule: capsuleHash,
    reason: moved,
    detail: { planHash: change.planHashes[0], moved },
  });
  await publisher.publish(changeEvent('Change Stale', change, undefined, now, { reason: moved }));
  return attempt >= attemptsAllowed ? 'Refused' : 'Stale';
}

/** An exception the verdicts rest on that has expired since, or that the settings have no more. */
function lapsedException({ waived }: Capsule, settings: readonly Waiver[], now: string): Waiver | undefined {
  const agreed = new Set(settings.map((one) => canonicalJson(one)));
  const gone = (one: Waiver) => one.source === 'settings' && !agreed.has(canonicalJson(one));
  return waived.find((one) => hasExpired(one.expires, now) || gone(one));
}

async function whatMoved(
  services: RevalidateServices,
  capsuleHash: string,
  capsule: Capsule,
  plan: HashedPlan,
  now: string,
): Promise<string | undefined> {
  const { inventory } = services;
  if (capsule.planHash !== plan.hash) return 'the plan is not the approved one';
  if (capsule.bundleHash !== services.bundleHash(plan.environment)) return 'the policies have changed';
  if (capsule.governanceHash !== services.governance(plan.environment).hash)
    return 'the governance policies have changed';
  const lapsed = lapsedException(capsule, services.settingsWaivers(plan.environment), now);
  if (lapsed !== undefined)
    return `the exception from ${lapsed.rule} for ${lapsed.resource} is no longer valid`;
  const versions = new Map(
    (await inventory.scopeMembers(plan.scope)).map(({ assetId, version }) => [assetId, version]),
  );
  const planned = [...plan.steps, ...plan.unchanged];
  for (const { assetId, assetVersion } of planned)
    if (assetId !== undefined && versions.get(assetId) !== assetVersion)
      return `asset ${assetId} has changed`;
  // A plan speaks of every asset of its scope, but one of verbs of those it names: one it does not know was made since.
  const known = new Set(planned.map(({ assetId }) => assetId));
  const speaksOfAll = !plan.steps.some(({ operation }) => operation === 'act');
  for (const assetId of speaksOfAll ? versions.keys() : [])
    if (!known.has(assetId)) return `asset ${assetId} is new`;
  const dependents = capsule.impact.filter(({ relation }) => relation === 'dependent');
  const current = new Map(
    (await inventory.assets(dependents.map(({ assetId }) => assetId))).map((one) => [one.id, one]),
  );
  for (const { assetId, logicalId, scope, version } of dependents)
    if (current.get(assetId)?.version !== version)
      return `${scope}/${logicalId}, which depends on it, has changed`;
  return liveStateMoved(services, { changeId: capsule.changeId, capsuleHash }, plan, now);
}

/** A standard change that was kept waiting for so long that policy has somebody asked. */
function whatIsLate(
  services: RevalidateServices,
  capsule: Capsule,
  { createdAt }: RequestRecord,
  now: string,
): string | undefined {
  const governance = services.governance(capsule.header.environment);
  return asksWhenLate(governance, capsule, createdAt, now)
    ? `it was submitted at ${createdAt} and should have run earlier`
    : undefined;
}

/** Compares what the plan would touch with what is really there; what differs goes into the inventory. */
async function liveStateMoved(
  services: RevalidateServices,
  change: Pick<ChangeRecord, 'changeId' | 'capsuleHash'>,
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
      const { type, identifier } = asset;
      const live = await services.providers.of(type).read({ type, identifier, place: placeOf(asset) });
      const observed =
        live && withoutSecrets(live, services.lookup(asset.type)?.sensitive ?? [], asset.applied);
      const tags = services.lookup(asset.type)?.tags?.property;
      if (observed !== undefined && sameWhereSet(asset, observed, tags)) return;
      await noteObserved(services, change, asset, observed, now);
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
 * (states, sizes, times) moves all the time and is no reason to plan anew; nor is another order of a list, or a tag that
 * somebody else has put beside those set.
 *
 * @param tags the property that holds tags
 */
export function sameWhereSet({ applied, attributes }: Asset, observed: JsonObject, tags?: string): boolean {
  return Object.keys(applied).every((name) => {
    const set = name === tags ? tagsOf(applied[name]) : undefined;
    if (set === undefined) return inAnyOrder(observed[name]) === inAnyOrder(attributes[name]);
    const [is, was] = [tagsOf(observed[name]), tagsOf(attributes[name])];
    return [...set.keys()].every((key) => inAnyOrder(is?.get(key)) === inAnyOrder(was?.get(key)));
  });
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
  { changeId, capsuleHash }: Pick<ChangeRecord, 'changeId' | 'capsuleHash'>,
  before: Asset,
  observed: JsonObject | undefined,
  now: string,
): Promise<void> {
  const version = before.version + 1;
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
    capsule: capsuleHash,
    detail: { version, changeId, assetHash: hashOf(after) },
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
