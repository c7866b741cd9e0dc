import type { Asset } from '../model/asset.ts';
import type { Problem } from '../model/errors.ts';
import { hashOf } from '../model/json.ts';
import { isSamePlace, type Place, placeOf } from '../model/place.ts';
import type { HashedPlan, Plan, PropertyChange, Step, UnchangedResource } from '../model/plan.ts';
import type { DesiredResource, DesiredState } from '../model/request.ts';
import type { TypeLookup, TypeSpec } from '../model/spec.ts';
import type { Wish } from '../model/wish.ts';
import { cleanUpLast, cleanUpSteps, type Doomed } from './clean-up.ts';
import { currentAssets } from './current-assets.ts';
import { refuseIfAny } from './errors.ts';
import { inverseOf } from './inverse.ts';
import { byText, replacedIn, type Verdict } from './judge.ts';
import { judgeTagged } from './judge-tagged.ts';
import { nameConflict, nameStillTaken } from './names.ts';
import { type NativePlan, nativeConflicts, nativePlan } from './native-plan.ts';
import { inOrder } from './order.ts';
import { withOwners } from './owners.ts';
import { referencesIn } from './references.ts';
import { withScaling } from './scaled.ts';
import { sideProblems, withTraffic } from './shifted.ts';
import { updatePolicyProblem } from './update-policy.ts';
import { verifyStepOf } from './verify-step.ts';
import { remedyOf, unsendable } from './write-only.ts';

export interface ChangeInput {
  requestId: string;
  desired: DesiredState;
  /** Assets of the scope. Retired and retained ones are ignored. */
  assets: Asset[];
  /** Assets of other scopes by which native auto scaling may decide capacities of this one. */
  scalers?: readonly Asset[];
  lookup: TypeLookup;
}

/**
 * Compares the desired state with the inventory and plans the change. Resources that already match are in `unchanged`,
 * and a plan without steps is a no-op. Assets that the request no longer names are deleted or retained after everything
 * else. Throws `PlanRefused` with every reason why there is no plan: a cycle, an unknown type, a custom name that
 * blocks a replacement.
 */
export function planChange({ requestId, desired, assets, scalers, lookup }: ChangeInput): HashedPlan {
  const { byName, leftovers } = currentAssets(assets);
  const home = placeOf({ ...desired, environment: desired.header.environment });
  const native = nativePlan({ requestId, desired, assets, scalers });
  const problems: Problem[] = nativeConflicts(native, desired);
  const named = namedBy(desired.wish);
  const verdicts = new Map<string, Verdict>();
  const resources: DesiredResource[] = [];
  for (const written of inOrder(desired.resources)) {
    const asset = byName.get(written.logicalId);
    const { place = home } = written;
    if (asset !== undefined && !isSamePlace(asset, place)) problems.push(elsewhere(asset, place));
    const asked = desired.wish.kind === 'resources' ? owned(written, asset, requestId, native) : written;
    problems.push(...sideProblems(asked, asset, desired, replacedIn(verdicts)));
    const spec = lookup(asked.type);
    const isNamed = named?.has(asset?.id ?? '') ?? true;
    if (spec === undefined && asset !== undefined && isNamed) problems.push(unknownType(asked));
    const judged = (one: DesiredResource) =>
      judgeTagged(one, isNamed ? asset : settled(asset), spec, verdicts, desired.tags);
    const first = judged(native.keeping(written, asked, asset));
    const [resource, verdict] =
      first[1].operation === 'replace' ? judged(native.replacing(written, asked, asset)) : first;
    resources.push(resource);
    if (!isNamed && verdict.operation !== 'unchanged' && asset?.unsettled !== undefined)
      problems.push(unsettled(asked));
    if (verdict.operation === 'replace' && spec !== undefined && asset?.type === resource.type)
      problems.push(...[nameConflict(resource, verdict.changes, spec) ?? []].flat());
    if (verdict.operation === 'update' && spec !== undefined)
      problems.push(...unsendable(verdict.changes, spec).map((change) => notSent(resource, change, spec)));
    verdicts.set(resource.logicalId, verdict);
  }
  const doomed = doomedBy(desired.resources, verdicts, byName, leftovers);
  const going = new Map(doomed.map(({ asset }) => [`${asset.type} ${asset.identifier}`, asset]));
  const idsOf = new Map<string, string[]>();
  const reach = new Map<string, string[]>();
  const steps: Step[] = [];
  const unchanged: UnchangedResource[] = [];
  for (const resource of resources) {
    const verdict = verdicts.get(resource.logicalId) ?? { operation: 'unchanged', changes: [] };
    const asset = byName.get(resource.logicalId);
    const needs = stepsBefore(resource, idsOf, reach);
    if (verdict.operation === 'create' && going.size > 0) {
      problems.push(...[nameStillTaken(resource, verdict.spec, going) ?? []].flat());
    }
    if (verdict.operation === 'unchanged') {
      if (needs.length > 0) reach.set(resource.logicalId, needs);
      if (asset !== undefined) unchanged.push(unchangedOf(asset, resource));
      continue;
    }
    const step = stepOf(resource, verdict, asset, needs, home);
    problems.push(...[updatePolicyProblem(resource, step) ?? []].flat());
    const made = withVerification(step);
    idsOf.set(
      resource.logicalId,
      made.map(({ id }) => id),
    );
    steps.push(...made);
  }
  refuseIfAny(problems);
  const cleanUp = cleanUpSteps(doomed, lookup);
  cleanUpLast(steps, cleanUp);
  addAttributes(unchanged, steps, desired, byName);
  const { header, scope, account, region, partition, outputs } = desired;
  const { environment, service, owner } = header;
  const plan: Plan = {
    version: 1,
    requestId,
    scope,
    environment,
    service,
    owner,
    account,
    region,
    partition,
    direction: 'forward',
    steps: [...steps, ...cleanUp],
    unchanged,
    outputs,
  };
  return { ...plan, hash: hashOf(plan) };
}

/**
 * Returns the ids of the only assets that may change on their own, or undefined if the request covers the whole scope.
 */
function namedBy(wish: Wish): ReadonlySet<string> | undefined {
  return wish.kind === 'changes' ? new Set(wish.changes.map(({ asset }) => asset)) : undefined;
}

/** Returns a resource as its manifest declares it, with the values that others own. */
function owned(
  written: DesiredResource,
  asset: Asset | undefined,
  requestId: string,
  native: NativePlan,
): DesiredResource {
  const paths = native.pathsOf(written);
  const others = withOwners(written, asset, paths);
  const scaled = withScaling(written, others, asset, { requestId, native: paths });
  return withTraffic(written, scaled, asset, requestId);
}

/** Returns an asset without its failed update, because a request that doesn't name the asset doesn't repeat it. */
function settled(asset: Asset | undefined): Asset | undefined {
  if (asset?.unsettled === undefined) return asset;
  const { unsettled: _, ...rest } = asset;
  return rest;
}

function unsettled({ logicalId }: DesiredResource): Problem {
  return {
    path: logicalId,
    code: 'LastUpdateFailed',
    message:
      `${logicalId} would change too, since it reads what is changed, and its last update failed. Submit its manifest ` +
      'first, so that it is known what it should be, or name it in the same request',
  };
}

function elsewhere({ logicalId, scope, account, region }: Asset, place: Place): Problem {
  return {
    path: `Resources.${logicalId}`,
    code: 'OtherPlace',
    message:
      `${logicalId} of ${scope} is in ${account}/${region}, and the request wants it in ` +
      `${place.account}/${place.region}; resources do not move: decommission it first, or give it another logical id`,
  };
}

function unknownType({ logicalId, type }: DesiredResource): Problem {
  return {
    path: `Resources.${logicalId}.Type`,
    code: 'UnknownType',
    message: `${type} is not known: whether a change replaces ${logicalId} can't be told`,
  };
}

function notSent({ logicalId }: DesiredResource, change: PropertyChange, spec: TypeSpec): Problem {
  const { path } = change;
  return {
    path: `Resources.${logicalId}.Properties.${path}`,
    code: 'WriteOnlyRemoved',
    message:
      `${path} of ${logicalId} can't be removed: it is write-only, so that an update that leaves it out sends ` +
      `nothing and it stays as it is. ${remedyOf(change, spec)}`,
  };
}

/** Returns a step, and if it has a bake time, the step that waits until its health checks have held. */
function withVerification(step: Step): Step[] {
  const { health = [], bakeSeconds } = step;
  if (health.length === 0 || bakeSeconds === undefined) return [step];
  // The identifier of a new or replaced resource is not known yet.
  return [step, verifyStepOf({ ...step, identifier: undefined }, step.id)];
}

/**
 * Returns the steps that a resource must wait for: those of its dependencies, or of their dependencies if they are
 * unchanged.
 */
function stepsBefore(
  resource: DesiredResource,
  idsOf: ReadonlyMap<string, string[]>,
  reach: ReadonlyMap<string, string[]>,
): string[] {
  const found = new Set<string>();
  for (const name of resource.dependsOn) {
    for (const id of idsOf.get(name) ?? reach.get(name) ?? []) found.add(id);
  }
  return [...found];
}

function stepOf(
  resource: DesiredResource,
  verdict: Verdict,
  asset: Asset | undefined,
  dependsOn: string[],
  home: Place,
): Step {
  const operation = verdict.operation as 'create' | 'update' | 'replace';
  const previous = asset && {
    identifier: asset.identifier,
    assetId: asset.id,
    assetVersion: asset.version,
    previous: asset.desired,
    changes: verdict.changes,
  };
  const { logicalId, type, place = home, health, bakeSeconds, baton, updatePolicy, owners, kept } = resource;
  return {
    id: `${operation}:${logicalId}`,
    resource: logicalId,
    type,
    operation,
    place,
    dependsOn,
    desired: resource.properties,
    ...previous,
    ...(health === undefined ? {} : { health }),
    ...(bakeSeconds === undefined ? {} : { bakeSeconds }),
    ...(baton === undefined ? {} : { baton }),
    ...(updatePolicy === undefined ? {} : { updatePolicy }),
    ...(owners === undefined ? {} : { owners }),
    ...(kept === undefined ? {} : { kept }),
    deletionPolicy: resource.deletionPolicy,
    updateReplacePolicy: resource.updateReplacePolicy,
    relationships: resource.dependsOn.toSorted(byText),
    holdsData: verdict.spec?.holdsData ?? false,
    inverse: inverseOf({ operation, type, previous: asset?.desired, changes: verdict.changes }, verdict.spec),
  };
}

/**
 * Returns the assets to remove: old resources of replacements, assets that the request no longer names, and leftovers.
 */
function doomedBy(
  resources: readonly DesiredResource[],
  verdicts: ReadonlyMap<string, Verdict>,
  byName: ReadonlyMap<string, Asset>,
  leftovers: readonly Asset[],
): Doomed[] {
  const doomed: Doomed[] = [];
  const named = new Map(resources.map((resource) => [resource.logicalId, resource]));
  for (const asset of byName.values()) {
    const resource = named.get(asset.logicalId);
    if (resource === undefined) doomed.push({ asset, policy: asset.deletionPolicy });
    else if (verdicts.get(asset.logicalId)?.operation === 'replace') {
      // As in CloudFormation, the policy of the replacing template applies.
      doomed.push({ asset, policy: resource.updateReplacePolicy });
    }
  }
  return [...doomed, ...leftovers.map((asset) => ({ asset, policy: asset.updateReplacePolicy }))];
}

function unchangedOf(
  { logicalId, id, version, identifier }: Asset,
  { kept }: DesiredResource,
): UnchangedResource {
  const resource = { resource: logicalId, assetId: id, assetVersion: version, identifier };
  return kept === undefined ? resource : { ...resource, kept };
}

/** Adds only the attributes that steps or outputs read, to keep plans small. */
function addAttributes(
  unchanged: UnchangedResource[],
  steps: readonly Step[],
  desired: DesiredState,
  byName: ReadonlyMap<string, Asset>,
): void {
  const read = new Set(steps.flatMap((step) => step.relationships));
  for (const { target } of referencesIn({
    outputs: Object.values(desired.outputs).map(({ value }) => value),
  })) {
    read.add(target);
  }
  for (const resource of unchanged) {
    const asset = read.has(resource.resource) ? byName.get(resource.resource) : undefined;
    if (asset !== undefined) resource.attributes = asset.attributes;
  }
}
