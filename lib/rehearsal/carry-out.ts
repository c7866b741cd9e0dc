import type { Asset } from '../model/asset.ts';
import type { JsonObject } from '../model/json.ts';
import { changes, keeps, makes, operations, removes } from '../model/operations.ts';
import { placeOfStep } from '../model/place.ts';
import type { HashedPlan, Step } from '../model/plan.ts';
import type { TypeLookup } from '../model/spec.ts';
import { findVerb } from '../model/verbs/index.ts';
import { updatePatch } from '../providers/update-patch.ts';
import { attributeOf, type ResourceOutputs } from '../template/index.ts';
import { ModelRefusal, type ModelResource } from './cloud.ts';
import type { Registry } from './registry.ts';
import { NotThere, resolved, type Sent } from './resolve.ts';
import type { ModelWorld } from './world.ts';

/** The result of one step on the model. */
export interface StepResult {
  status: 'Succeeded' | 'Failed' | 'Skipped';
  identifier?: string;
  /** The properties with resolved references, if the step sent any. */
  applied?: JsonObject;
  attributes?: JsonObject;
  preImage?: JsonObject;
  /** Why the step failed. */
  problem?: string;
}

/** A deleted resource as it was, and the step that deleted it. */
export interface Former extends ModelResource, Sent {
  deletedBy: string;
}

export interface Stage {
  world: ModelWorld;
  registry: Registry;
  lookup: TypeLookup;
  /** For a rollback: live properties before the run that it rolls back, by logical id. */
  before: ReadonlyMap<string, JsonObject>;
  /** The resource that a re-created resource replaces, by the id of the step that creates it. */
  former: ReadonlyMap<string, Former>;
}

/**
 * Applies a plan to the model as the pump does to the cloud: each step after its dependencies, with references resolved
 * from the resources that exist by then, and pre-images taken immediately before. Skips steps that depend on a failed
 * step and continues with the others, so that one rehearsal finds every problem.
 */
export function carryOut(plan: HashedPlan, stage: Stage): Map<string, StepResult> {
  const results = new Map<string, StepResult>();
  const makerOf = new Map(
    plan.steps.flatMap((step) => (step.desired === undefined ? [] : [[step.resource, step] as const])),
  );
  const besides = new Map(plan.unchanged.map((one) => [one.resource, one.assetId]));
  const outputsOf = (logicalId: string): ResourceOutputs | undefined => {
    const maker = makerOf.get(logicalId);
    if (maker === undefined) return outputsOfAsset(stage, besides.get(logicalId));
    const result = results.get(maker.id);
    if (result?.status === 'Succeeded')
      return outputs(stage, maker.type, result.identifier ?? '', result.attributes ?? {});
    const before = changes(maker) ? stage.before.get(logicalId) : undefined;
    return before && outputs(stage, maker.type, maker.identifier ?? '', before);
  };
  for (const step of inOrder(plan.steps)) {
    const ready = step.dependsOn.every((id) => results.get(id)?.status === 'Succeeded');
    const result: StepResult = ready ? perform(plan, step, stage, outputsOf) : { status: 'Skipped' };
    results.set(step.id, result);
    const { status, identifier = step.identifier ?? '', applied = {}, attributes = {} } = result;
    if (status === 'Succeeded') stage.registry.register(plan, step, { identifier, applied, attributes });
  }
  return results;
}

function perform(
  plan: HashedPlan,
  step: Step,
  stage: Stage,
  outputsOf: (logicalId: string) => ResourceOutputs | undefined,
): StepResult {
  const { world, registry } = stage;
  const place = placeOfStep(plan, step);
  const cloud = world.at(place);
  const { type, identifier = '' } = step;
  if (keeps(step)) return actedOn(plan, step, stage);
  if (operations[step.operation].sends === undefined) return { status: 'Succeeded', identifier };
  const preImage = makes(step) ? undefined : cloud.read(type, identifier);
  const known = preImage === undefined ? {} : { preImage };
  try {
    if (removes(step)) {
      if (preImage !== undefined) cloud.delete(type, identifier);
      return { status: 'Succeeded', identifier, ...known };
    }
    const former = stage.former.get(step.id);
    const asset = registry.of(place, type, identifier);
    const last = former ?? registry.original(place, type, identifier);
    const applied = resolved(step.restore ?? step.desired ?? {}, outputsOf, last);
    if (changes(step)) {
      if (preImage === undefined) throw new ModelRefusal('NotFound', `there is no ${type} ${identifier}`);
      const patch = patchOf(plan, step, stage, { preImage, applied, asset });
      if (patch.length > 0) cloud.update(type, identifier, patch);
      return { status: 'Succeeded', identifier, ...known, applied, attributes: cloud.read(type, identifier) };
    }
    const made = cloud.create(type, step.resource, applied, former);
    return { status: 'Succeeded', identifier: made, applied, attributes: cloud.read(type, made) };
  } catch (error) {
    if (error instanceof ModelRefusal)
      return { status: 'Failed', ...known, problem: `${error.code}: ${error.message}` };
    if (error instanceof NotThere) return { status: 'Failed', ...known, problem: error.message };
    throw error;
  }
}

/** Carries out a verb or a verification. Neither changes a property: the resource must exist and meet the precondition. */
function actedOn(plan: HashedPlan, step: Step, { world, registry }: Stage): StepResult {
  const standing = registry.assets().find(({ logicalId }) => logicalId === step.resource);
  const identifier = step.identifier ?? standing?.identifier ?? '';
  const live = world.at(placeOfStep(plan, step)).read(step.type, identifier);
  if (live === undefined)
    return { status: 'Failed', problem: `NotFound: there is no ${step.type} ${identifier}` };
  const unmet = findVerb(step.type, step.act?.verb ?? '')?.precondition.unmet(live);
  if (unmet !== undefined) return { status: 'Failed', problem: `PreconditionFailed: ${unmet}` };
  return { status: 'Succeeded', identifier, attributes: live };
}

/** Returns the patch that the pump would send (lib/tasks/pump/prepare.ts). */
function patchOf(
  plan: HashedPlan,
  step: Step,
  { lookup }: Stage,
  { preImage, applied, asset }: { preImage: JsonObject; applied: JsonObject; asset: Asset | undefined },
) {
  return updatePatch({
    direction: plan.direction,
    previous: step.previous,
    applied: asset?.applied,
    unsettled: asset?.unsettled,
    after: applied,
    live: preImage,
    spec: lookup(step.type),
  });
}

function outputsOfAsset(stage: Stage, assetId: string | undefined): ResourceOutputs | undefined {
  const asset = assetId === undefined ? undefined : stage.registry.byId(assetId);
  return asset && outputs(stage, asset.type, asset.identifier, asset.attributes);
}

/** Returns the values of `Ref` and `Fn::GetAtt` for a resource. */
function outputs(
  { lookup }: Stage,
  type: string,
  identifier: string,
  attributes: JsonObject,
): ResourceOutputs {
  const ref = lookup(type)?.ref ?? 'identifier';
  const value = ref === 'identifier' ? identifier : attributeOf(attributes, ref);
  return { ref: value ?? identifier, attributes };
}

/** Returns the steps in dependency order. Omits steps in a cycle (the plan checker rejects these). */
function inOrder(steps: readonly Step[]): Step[] {
  const indexOf = new Map(steps.map(({ id }, index) => [id, index]));
  const dependents: number[][] = steps.map(() => []);
  const open = steps.map(({ dependsOn }, index) => {
    for (const id of dependsOn) dependents[indexOf.get(id) ?? -1]?.push(index);
    return dependsOn.length;
  });
  const ready = open.flatMap((count, index) => (count === 0 ? [index] : []));
  const order: Step[] = [];
  for (const index of ready) {
    const step = steps[index];
    if (step !== undefined) order.push(step);
    for (const next of dependents[index] ?? []) {
      open[next] = (open[next] ?? 0) - 1;
      if (open[next] === 0) ready.push(next);
    }
  }
  return order;
}
