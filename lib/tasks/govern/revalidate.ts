import type { Calendars } from '../../change/calendar.ts';
import type { GovernanceBundle } from '../../change/governance-bundle.ts';
import { asksWhenLate } from '../../change/late.ts';
import type { Documents } from '../../documents/documents.ts';
import type { Publisher } from '../../events/publisher.ts';
import type { Inventory } from '../../inventory/inventory.ts';
import { appendWrites, chainHead } from '../../ledger/audit-chain.ts';
import { assetChain } from '../../ledger/keys.ts';
import { changeIdOf, type Ledger } from '../../ledger/ledger.ts';
import { covers, type Locks } from '../../ledger/lock.ts';
import type { ChangeRecord, RequestRecord } from '../../ledger/records.ts';
import type { Asset } from '../../model/asset.ts';
import type { ChangeEntry, EntryOf } from '../../model/audit-entries.ts';
import type { Capsule } from '../../model/change.ts';
import { hasExpired } from '../../model/expiry.ts';
import { canonicalJson, hashOf, type JsonObject } from '../../model/json.ts';
import { forgets, replaces } from '../../model/operations.ts';
import { placeOf } from '../../model/place.ts';
import type { HashedPlan } from '../../model/plan.ts';
import type { Waiver } from '../../model/policy.ts';
import type { DesiredState } from '../../model/request.ts';
import type { TypeLookup } from '../../model/spec.ts';
import type { Providers } from '../../providers/provider.ts';
import { runIdOf } from '../apply/begin-run.ts';
import { changeEvent } from '../change-event.ts';
import { getPlan } from '../documents-of.ts';
import { eachOf } from '../each-of.ts';
import { withoutSecrets } from '../pump/secrecy.ts';
import { touchedBy } from '../touched-by.ts';
import { isAuthorized } from './ballot.ts';
import { exportProblems } from './exports.ts';
import { grown, sameWhereSet } from './same-where-set.ts';

export interface RevalidateServices {
  ledger: Ledger;
  locks: Locks;
  documents: Documents;
  inventory: Inventory;
  providers: Providers;
  lookup: TypeLookup;
  publisher: Publisher;
  /** Returns the hash of the current policies of an environment. */
  bundleHash(environment: string): string;
  governance(environment: string): GovernanceBundle;
  /** Returns the waivers in the settings of an environment. */
  settingsWaivers(environment: string): readonly Waiver[];
  /** Tells whether a plan with this duration may begin now, according to the calendars. */
  windowOpen(capsule: Capsule, now: string): boolean;
  /** Returns the maintenance windows and freezes of an environment. */
  calendars(environment: string): Calendars;
}

export type Verdict = 'Current' | 'Stale' | 'Closed' | 'Cancelled' | 'Refused';

/** How often a request is planned again before it fails. */
const attemptsAllowed = 5;

/**
 * Checks under the lock whether everything is still as approved: the decisions, the window, the policies, every asset
 * version of the impact, and the live state of every resource that the plan would change. Waits for a closed window
 * without the lock. Any other difference makes the capsule stale: the plan is made again under the lock, and needs new
 * approvals.
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
  const claim = await locks.claimOf(scope, requestId, planHash);
  if (request.cancelRequestedBy !== undefined) return { verdict: 'Cancelled', runId, scope };
  const change = await ledger.change(changeIdOf(requestId));
  const holds = claim !== undefined && covers(claim, touchedBy(plan));
  if (!(await isAuthorized(services, change, now))) return { verdict: 'Refused', runId, scope };
  // It released the lock, but its response was lost, so it must queue again.
  if (!holds) return { verdict: 'Closed', runId, scope };
  const capsule = await documents.get<Capsule>(change.capsuleHash);
  if (!services.windowOpen(capsule, now)) return { verdict: 'Closed', runId, scope };
  const moved =
    (await whatMoved(
      services,
      change.capsuleHash,
      capsule,
      { plan, limited: claim.assets !== undefined },
      now,
    )) ??
    (await importedSince(services, request, plan)) ??
    whatIsLate(services, capsule, request, now);
  if (moved === undefined) {
    // An auditor needs this to check whether the run began within a window.
    const calendars = services.calendars(plan.environment);
    const looked = calendars.maintenance.length + calendars.freezes.length > 0;
    const calendarsHash = looked ? await documents.put(calendars) : undefined;
    const detail = { planHash, runId, calendarsHash };
    await ledger.record(change.changeId, currentEntry(change.capsuleHash, detail, now));
    return { verdict: 'Current', runId, scope };
  }
  const verdict = await planAgain(services, request, change, moved, now);
  return { verdict, runId, scope };
}

/**
 * Tells whether another scope has since imported an export that the plan would change or remove. Planning again reports
 * it.
 */
async function importedSince(
  services: RevalidateServices,
  { desiredHash = '' }: RequestRecord,
  plan: HashedPlan,
): Promise<string | undefined> {
  const desired = await services.documents.get<DesiredState>(desiredHash);
  const [problem] = await exportProblems(services, desired, plan);
  return problem?.message;
}

/** Returns the entry that the run may begin, and that nothing had changed since the approval. */
function currentEntry(
  capsule: string,
  detail: { planHash: string; runId: string; calendarsHash?: string },
  at: string,
): ChangeEntry {
  const key = `Revalidated-${detail.planHash}-${at}`;
  return { key, event: 'Revalidated', actor: 'baton', at, capsule, detail };
}

/**
 * The capsule is stale: the approved plan no longer applies. The lock is kept while the request is planned again, so
 * that nothing changes again in the meantime. A request that then waits for people or for time releases it there.
 */
async function planAgain(
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

/** Returns an exception of the verdicts that has expired since, or that the settings no longer have. */
function lapsedException({ waived }: Capsule, settings: readonly Waiver[], now: string): Waiver | undefined {
  const agreed = new Set(settings.map((one) => canonicalJson(one)));
  const gone = (one: Waiver) => one.source === 'settings' && !agreed.has(canonicalJson(one));
  return waived.find((one) => hasExpired(one.expires, now) || gone(one));
}

async function whatMoved(
  services: RevalidateServices,
  capsuleHash: string,
  capsule: Capsule,
  { plan, limited }: { plan: HashedPlan; limited: boolean },
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
  // A request that locks single assets also depends on the assets that its steps read. Other requests may change these.
  const read = new Set(plan.steps.flatMap(({ relationships }) => relationships));
  const beside = limited ? plan.unchanged.filter(({ resource }) => read.has(resource)) : plan.unchanged;
  const planned = [...plan.steps, ...beside];
  for (const { assetId, assetVersion } of planned)
    if (assetId !== undefined && versions.get(assetId) !== assetVersion)
      return `asset ${assetId} has changed`;
  // The plan of a whole scope contains every asset of it. An unknown asset was created since.
  const known = new Set(planned.map(({ assetId }) => assetId));
  for (const assetId of limited ? [] : versions.keys())
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

/** A standard change that waited so long that policy now requires an approval. */
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

/** Compares the resources that the plan would change with the live state, and records differences in the inventory. */
async function liveStateMoved(
  services: RevalidateServices,
  change: Pick<ChangeRecord, 'changeId' | 'capsuleHash'>,
  plan: HashedPlan,
  now: string,
): Promise<string | undefined> {
  const touched = plan.steps.flatMap((step) =>
    step.assetId !== undefined && !forgets(step) ? [step.assetId] : [],
  );
  const replaced = new Set(plan.steps.filter(replaces).map(({ assetId }) => assetId));
  const moved: string[] = [];
  await eachOf(
    await services.inventory.assets([...new Set(touched)]),
    async (asset) => {
      const { type, identifier } = asset;
      const live = await services.providers.of(type).read({ type, identifier, place: placeOf(asset) });
      const observed =
        live && withoutSecrets(live, services.lookup(asset.type)?.sensitive ?? [], asset.applied);
      const tags = services.lookup(asset.type)?.tags?.property;
      const isLarger = observed !== undefined && replaced.has(asset.id) && grown(asset, observed);
      if (observed !== undefined && !isLarger && sameWhereSet(asset, observed, tags)) return;
      await noteObserved(services, change, asset, observed, now);
      moved.push(asset.logicalId);
    },
    readsTogether,
  );
  return moved.length === 0 ? undefined : `the live state of ${moved.sort().join(', ')} has changed`;
}

/** Number of concurrent reads: a plan may have thousands of resources, and the function has a minute. */
const readsTogether = 25;

/** Creates a new version of an asset from an observation: changed, or gone. */
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
  const entry: EntryOf<'AssetGone' | 'AssetObserved'> = {
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
