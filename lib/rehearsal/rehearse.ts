import type { Asset } from '../model/asset.ts';
import type { Rehearsal } from '../model/change.ts';
import type { JsonObject } from '../model/json.ts';
import { creates, removes } from '../model/operations.ts';
import { placeOfStep } from '../model/place.ts';
import type { HashedPlan, Step } from '../model/plan.ts';
import type { TypeLookup } from '../model/spec.ts';
import { checkPlan, planUndo, type StepOutcome, stepOutcome } from '../planner/index.ts';
import { carryOut, type Former, type Stage, type StepResult } from './carry-out.ts';
import type { ModelResource } from './cloud.ts';
import { type Difference, differencesBetween } from './differences.ts';
import { Registry } from './registry.ts';
import { verdictOn } from './verdict.ts';
import { keyIn, ModelWorld } from './world.ts';

/** A resource before the plan: its inventory record, and what a read shows. */
export interface LiveResource {
  asset: Asset;
  /** Sensitive values are hashes. Undefined if the resource is gone. */
  properties: JsonObject | undefined;
}

export interface RehearsalInput {
  plan: HashedPlan;
  /** The run that would apply the plan. */
  runId: string;
  /** The resources that the plan changes and those it refers to. */
  live: readonly LiveResource[];
  seed: Rehearsal['seed'];
  lookup: TypeLookup;
  /** Plans the rollback of a run. */
  undo?: typeof planUndo;
}

/**
 * Applies a plan and then its inverse, from the planner of real rollbacks, to a model of the cloud that starts in its
 * current state. Compares the final state with the initial state. Pure. Effects that the plan declares irreversible are
 * listed and don't fail the rehearsal. An effect that the plan declares reversible and that isn't fully restored fails
 * it.
 */
export function rehearse(input: RehearsalInput): { rehearsal: Rehearsal; inverse: HashedPlan } {
  const { plan, lookup, live, runId, undo = planUndo } = input;
  const registry = new Registry(live.map(({ asset }) => asset));
  const world = new ModelWorld(lookup);
  for (const { asset, properties } of live)
    if (properties !== undefined) world.at(asset).seed({ ...asset, properties });
  const before = world.snapshot();
  const stage: Stage = { world, registry, lookup, before: new Map(), former: new Map() };
  const assets = new Map(live.map(({ asset }) => [asset.id, asset]));

  const done = carryOut(plan, stage);
  const outcomes = plan.steps.map((step) => outcomeOf(plan, step, done.get(step.id), assets, registry));
  const inverse = undo({ plan, outcomes, requestId: plan.requestId, runId, lookup });
  const evidence = { assets: registry.assets(), lookup, undone: plan };
  const unsound = checkPlan(inverse, evidence).map(
    ({ path, message }): Difference => ({
      resource: '',
      type: '',
      path,
      message: `the undo is unsound: ${message}`,
    }),
  );
  const former = formerOf(plan, inverse, before, assets);
  const preImages = new Map(
    plan.steps.flatMap((step) => {
      const image = done.get(step.id)?.preImage;
      return image === undefined ? [] : [[step.resource, image] as const];
    }),
  );
  const undone = carryOut(inverse, { ...stage, before: preImages, former });
  const differences = [
    ...unsound,
    ...failures(plan, done, 'fails'),
    ...failures(inverse, undone, 'fails in the undo'),
    ...differencesBetween(before, world.snapshot(), lookup),
  ];
  const counts = { steps: countOf(done), undoSteps: countOf(undone) };
  return {
    inverse,
    rehearsal: {
      ...counts,
      seed: input.seed,
      ...verdictOn({ plan, inverse, undone, former, differences, lookup }),
    },
  };
}

/** Returns the outcome of a step and the asset before it, in the form of a real run (lib/planner/undo-source.ts). */
function outcomeOf(
  plan: HashedPlan,
  step: Step,
  result: StepResult | undefined,
  assets: ReadonlyMap<string, Asset>,
  registry: Registry,
): StepOutcome {
  const before = assets.get(step.assetId ?? '');
  return {
    ...stepOutcome(step, result, (identifier) => registry.of(placeOfStep(plan, step), step.type, identifier)),
    previousApplied: before?.applied,
    previousDependsOn: before?.dependsOn,
  };
}

/** Returns the resource that each creation of the rollback restores: the one that a step of the plan deleted. */
function formerOf(
  plan: HashedPlan,
  inverse: HashedPlan,
  before: ReadonlyMap<string, ModelResource>,
  assets: ReadonlyMap<string, Asset>,
): Stage['former'] {
  const deletions = new Map(plan.steps.filter(removes).map((step) => [step.id, step]));
  const former = new Map<string, Former>();
  for (const { id, resource } of inverse.steps.filter(creates)) {
    const same = `delete:${id.slice('create:'.length)}`;
    const step = deletions.get(same) ?? [...deletions.values()].find((one) => one.resource === resource);
    const asset = assets.get(step?.assetId ?? '');
    if (step === undefined || asset === undefined) continue;
    const was = before.get(keyIn(asset, step.type, step.identifier ?? ''));
    if (was === undefined) continue;
    deletions.delete(step.id);
    former.set(id, { ...was, desired: asset.desired, applied: asset.applied, deletedBy: step.id });
  }
  return former;
}

function failures(plan: HashedPlan, results: ReadonlyMap<string, StepResult>, how: string): Difference[] {
  return plan.steps.flatMap(({ id, resource, type }) => {
    const problem = results.get(id)?.problem;
    return problem === undefined ? [] : [{ resource, type, path: '', message: `${id} ${how}: ${problem}` }];
  });
}

function countOf(results: ReadonlyMap<string, StepResult>): number {
  return [...results.values()].filter(({ status }) => status === 'Succeeded').length;
}
