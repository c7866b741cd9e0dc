import type { Asset } from '../../model/asset.ts';
import type { Problem } from '../../model/errors.ts';
import { type NativeOwner, nativeScalingOf } from '../../model/native-scaling/owners.ts';
import type { HashedPlan, Step, UnchangedResource } from '../../model/plan.ts';
import type { DesiredResource } from '../../model/request.ts';
import type { TypeLookup } from '../../model/spec.ts';
import { carriesTags, withTags } from '../../model/tags.ts';
import type { PlanEvidence } from './evidence.ts';
import { asNative } from './native.ts';
import { knownOperations } from './operations.ts';
import { asOwned } from './owned.ts';
import { asScaled } from './scaled.ts';
import { asShifted } from './shifted.ts';

/** A plan and its evidence, indexed for the checks. */
export interface Context {
  plan: HashedPlan;
  evidence: PlanEvidence;
  lookup: TypeLookup;
  step: Map<string, Step>;
  /** The step that creates or changes a resource, by logical id. */
  making: Map<string, Step>;
  /** The step that deletes or retains an asset, by asset id. */
  ending: Map<string, Step>;
  unchanged: Map<string, UnchangedResource>;
  desired: Map<string, DesiredResource>;
  /** The managed assets, by id. */
  asset: Map<string, Asset>;
  /** The current asset for each logical id: the one that changed last. */
  current: Map<string, Asset>;
}

export function contextOf(plan: HashedPlan, evidence: PlanEvidence): Context {
  const live = evidence.assets.filter(({ status }) => status === 'Active' || status === 'Unknown');
  const current = new Map<string, Asset>();
  for (const asset of live) {
    const other = current.get(asset.logicalId);
    const age = (one: Asset) => `${one.updatedAt} ${one.id}`;
    if (other === undefined || age(asset) > age(other)) current.set(asset.logicalId, asset);
  }
  const { wish } = evidence.desired ?? {};
  if (wish?.kind === 'changes') settleOthers(current, new Set(wish.changes.map(({ asset }) => asset)));
  const making = plan.steps.filter((step) => isMaking(step));
  const ending = plan.steps.filter(isEnding);
  return {
    plan,
    evidence,
    lookup: evidence.lookup,
    step: new Map(plan.steps.map((step) => [step.id, step])),
    making: new Map(making.map((step) => [step.resource, step])),
    ending: new Map(ending.map((step) => [step.assetId ?? step.id, step])),
    unchanged: new Map(plan.unchanged.map((resource) => [resource.resource, resource])),
    desired: desiredOf(plan, evidence, current),
    asset: new Map(live.map((asset) => [asset.id, asset])),
    current,
  };
}

/** A request doesn't repeat the failed update of an asset that it doesn't name. */
function settleOthers(current: Map<string, Asset>, named: ReadonlySet<string>): void {
  for (const [logicalId, asset] of current)
    if (!named.has(asset.id)) current.set(logicalId, { ...asset, unsettled: undefined });
}

/**
 * Returns the desired state with the tags that Baton adds: to every new resource and every resource that has them, and
 * to others if their step says so.
 */
function desiredOf(
  plan: HashedPlan,
  { desired, lookup, assets, scalers = [] }: PlanEvidence,
  current: ReadonlyMap<string, Asset>,
): Map<string, DesiredResource> {
  const steps = new Map(plan.steps.filter(isMaking).map((step) => [step.resource, step]));
  const { resources = [], tags, wish } = desired ?? {};
  const { owners, unresolved } = nativeScalingOf(resources, assets, scalers);
  const owned = resources.map((resource) => {
    const { logicalId } = resource;
    const asset = current.get(logicalId);
    const native = owners.get(logicalId) ?? [];
    const sizesOnly = wish?.kind === 'changes';
    const isNew = steps.get(logicalId)?.operation === 'replace';
    // A change of named assets leaves sizes alone, except for those of a resource in place of another.
    if (sizesOnly && !isNew) return resource;
    const own = sizesOnly ? resource : asManifestSays(plan, resource, asset, native);
    const how = { native, isNew, sizesOnly, requestId: plan.requestId };
    return withNote(
      asNative(resource, own, asset, how),
      sizesOnly ? undefined : unresolved.get(logicalId),
      plan,
    );
  });
  const expected = owned.map((resource) => {
    const spec = lookup(resource.type);
    if (tags === undefined || spec === undefined) return resource;
    const step = steps.get(resource.logicalId);
    const asset = current.get(resource.logicalId);
    const kept = asset?.type === resource.type && (step === undefined || step.operation === 'update');
    const shown = kept ? [asset.desired, step?.desired ?? {}] : undefined;
    if (shown?.some((properties) => carriesTags(properties, spec, tags)) === false) return resource;
    return { ...resource, properties: withTags(resource.properties, spec, tags) };
  });
  return new Map(expected.map((resource) => [resource.logicalId, resource]));
}

/** A manifest decides its properties, except for those of other owners. */
function asManifestSays(
  { requestId }: HashedPlan,
  resource: DesiredResource,
  asset: Asset | undefined,
  native: readonly NativeOwner[],
): DesiredResource {
  const how = { requestId, native: native.map(({ path }) => path) };
  const scaled = asScaled(resource, asOwned(resource, asset, native), asset, how);
  return asShifted(resource, scaled, asset, requestId);
}

/** A plan says of which scalable targets it can't be told what they scale. */
function withNote(
  resource: DesiredResource,
  unresolved: string | undefined,
  { requestId }: HashedPlan,
): DesiredResource {
  if (unresolved === undefined) return resource;
  const by = resource.logicalId;
  const note = { path: 'ResourceId', owner: 'native' as const, by, requestId, unresolved };
  return { ...resource, kept: [...(resource.kept ?? []), note] };
}

export function isMaking({ operation }: Step): boolean {
  return knownOperations[operation].effect === 'making';
}

export function isEnding({ operation }: Step): boolean {
  return knownOperations[operation].effect === 'ending';
}

/** Returns a problem of one step. */
export function wrong(step: Pick<Step, 'id'>, code: string, message: string): Problem {
  return { path: `steps.${step.id}`, code, message };
}

/** Tells whether a step comes after another by its edges. Keeps no state except for the plan. */
export function comesAfter(context: Context, later: string, earlier: string): boolean {
  const direct = context.step.get(later)?.dependsOn ?? [];
  if (direct.includes(earlier)) return true;
  const seen = new Set(direct);
  for (const id of seen) {
    if (id === earlier) return true;
    for (const further of context.step.get(id)?.dependsOn ?? []) seen.add(further);
  }
  return false;
}
