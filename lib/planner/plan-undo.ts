import { hashOf, type JsonObject, type JsonValue } from '../model/json.ts';
import { existsBefore, forgets, makes, operations, removes, shiftsTraffic } from '../model/operations.ts';
import type { HashedPlan, Inverse, Plan, PropertyChange, Step, UnchangedResource } from '../model/plan.ts';
import type { StepStatus } from '../model/run.ts';
import type { PropertyOwner } from '../model/wish.ts';
import { missingSecrets } from './inverse.ts';
import { restoredProperties } from './restore.ts';
import type { UndoSpec } from './undo-spec.ts';

/** The effect of a run on one step's resource. */
export interface StepOutcome {
  stepId: string;
  status: StepStatus;
  /** The resource's current identifier (create, replace) or previous one (update, delete). */
  identifier?: string;
  /** The asset after the step. */
  assetId?: string;
  assetVersion?: number;
  /** Live properties immediately before the step. */
  preImage?: JsonObject;
  /** The inventory's desired and applied properties before the step. */
  previousDesired?: JsonObject;
  previousApplied?: JsonObject;
  /** Logical ids that it depended on before. The restored resource refers to these, not to those of the step. */
  previousDependsOn?: string[];
  /** The previous owners of property values, and what was declared under `scaling` and `traffic`. */
  previousOwners?: PropertyOwner[];
  previousScaling?: JsonValue;
  previousTraffic?: JsonValue;
}

export interface UndoInput {
  plan: HashedPlan;
  outcomes: StepOutcome[];
  requestId: string;
  /** The run to roll back. */
  runId: string;
  lookup: UndoLookup;
}

type UndoLookup = (type: string) => UndoSpec | undefined;

/**
 * Returns the inverse of a run, in reverse order: deletes what it created or replaced, restores the pre-image of what
 * it updated, creates again what it deleted, and takes back what it retained. Omits steps without an effect: not
 * started, failed without leaving anything (no identifier for a create, no pre-image for the others), or without an
 * inverse (verbs and verifications). Includes failed updates and deletes, because their effect is unknown.
 * `Plan.unchanged` contains other resources that references read, such as the one before a replacement.
 * Updates of the same resource, as of a shift of traffic, are rolled back in one step to what was before the first.
 */
export function planUndo({ plan, outcomes, requestId, runId, lookup }: UndoInput): HashedPlan {
  const outcomeOf = new Map(outcomes.map((outcome) => [outcome.stepId, outcome]));
  const before = [...plan.unchanged, ...plan.steps.filter(existsBefore)];
  const known = new Set(before.map(({ resource }) => resource));
  const undone = new Map<string, Step>();
  const ids = new Set<string>();
  const shifting = new Map<string, Step>();
  for (const step of plan.steps) {
    const outcome = outcomeOf.get(step.id);
    const make = outcome && hadEffect(step, outcome) ? makerOf(step, outcome) : undefined;
    if (outcome === undefined || make === undefined) continue;
    const first = shiftsTraffic(step) ? shifting.get(step.resource) : undefined;
    if (first !== undefined) {
      const { previous, changes } = make(step, outcome, { lookup, known });
      Object.assign(first, { previous, changes: inOneStep(first.changes, changes) });
      continue;
    }
    const undo = make(step, outcome, { lookup, known });
    if (shiftsTraffic(step)) shifting.set(step.resource, undo);
    // A leftover of an earlier run may have the name of its successor.
    if (ids.has(undo.id)) undo.id = `${undo.id}:${step.assetId?.slice(0, 12) ?? 'old'}`;
    ids.add(undo.id);
    undone.set(step.id, undo);
  }
  for (const step of plan.steps) {
    const undo = undone.get(step.id);
    if (undo === undefined) continue;
    for (const need of step.dependsOn) undone.get(need)?.dependsOn.push(undo.id);
  }
  const steps = [...undone.values()].reverse();
  const { hash: _, direction: __, undoes: ___, ...rest } = plan;
  const made: Plan = {
    ...rest,
    requestId,
    direction: 'undo',
    undoes: runId,
    steps,
    unchanged: readBeside(plan, undone, outcomeOf),
    outputs: {},
  };
  return { ...made, hash: hashOf(made) };
}

/** Tells whether there is, or may be, something to roll back. */
function hadEffect(step: Step, { status, identifier, preImage }: StepOutcome): boolean {
  if (status === 'Waiting' || status === 'Skipped') return false;
  if (status === 'Succeeded') return true;
  return (makes(step) ? identifier : preImage) !== undefined;
}

interface Surroundings {
  lookup: UndoLookup;
  /** Logical ids of resources before the run. The rollback keeps them or creates them again. */
  known: ReadonlySet<string>;
}

type Maker = (step: Step, outcome: StepOutcome, surroundings: Surroundings) => Step;

/** The step that rolls another back, by the operation of its inverse. */
export const undoMakers: Readonly<Record<Inverse['operation'], Maker | undefined>> = {
  delete: unmake,
  update: putBack,
  create: makeAgain,
  none: undefined,
};

/** A failed delete has most likely left the resource in place, so it is restored rather than created again. */
function makerOf(step: Step, outcome: StepOutcome): Maker | undefined {
  if (removes(step) && outcome.status !== 'Succeeded') return putBack;
  return undoMakers[operations[step.operation].undoneBy];
}

function common(step: Step, outcome: StepOutcome) {
  return {
    resource: step.resource,
    type: step.type,
    ...(step.place === undefined ? {} : { place: step.place }),
    dependsOn: [] as string[],
    ...pinned(outcome.assetId ?? step.assetId, outcome.assetVersion),
    deletionPolicy: step.deletionPolicy,
    updateReplacePolicy: step.updateReplacePolicy,
    relationships: step.relationships,
    holdsData: step.holdsData,
  };
}

function pinned(assetId: string | undefined, assetVersion: number | undefined) {
  return {
    ...(assetId === undefined ? {} : { assetId }),
    ...(assetVersion === undefined ? {} : { assetVersion }),
  };
}

/** Deletes what a create or replace created, with any deletion policy, because it existed for this run only. */
function unmake(step: Step, outcome: StepOutcome): Step {
  const { assetId: _, assetVersion: __, ...rest } = common(step, outcome);
  return {
    id: `delete:${step.resource}`,
    operation: 'delete',
    ...rest,
    ...pinned(outcome.assetId, outcome.assetVersion),
    ...(outcome.identifier === undefined ? {} : { identifier: outcome.identifier }),
    ...(step.desired === undefined ? {} : { previous: step.desired }),
    inverse: { operation: 'create' },
  };
}

function previouslyOwned(outcome: StepOutcome): Pick<Step, 'owners' | 'baton'> {
  const { previousOwners: owners, previousScaling: scaling, previousTraffic: traffic } = outcome;
  const baton = {
    ...(scaling === undefined ? {} : { scaling }),
    ...(traffic === undefined ? {} : { traffic }),
  };
  return {
    ...(owners === undefined ? {} : { owners }),
    ...(Object.keys(baton).length === 0 ? {} : { baton }),
  };
}

/** Restores the pre-image of an update. For a retain, takes the resource back unchanged. */
function putBack(step: Step, outcome: StepOutcome, { lookup, known }: Surroundings): Step {
  const desired = outcome.previousDesired ?? step.previous ?? {};
  const restore = restoredProperties(desired, outcome, lookup(step.type), known);
  const identifier = outcome.identifier ?? step.identifier;
  const inverse: Inverse = step.inverse.irreversible === undefined ? { operation: 'update' } : step.inverse;
  return {
    id: `update:${step.id.slice(step.operation.length + 1)}`,
    operation: 'update',
    ...common(step, outcome),
    relationships: outcome.previousDependsOn ?? step.relationships,
    ...previouslyOwned(outcome),
    ...(identifier === undefined ? {} : { identifier }),
    desired,
    ...(restore === undefined ? {} : { restore }),
    previous: forgets(step) ? desired : (step.desired ?? {}),
    changes: step.changes?.map(({ path, before, after, replacement }) => ({
      path,
      ...(after === undefined ? {} : { before: after }),
      ...(before === undefined ? {} : { after: before }),
      replacement,
    })),
    inverse,
  };
}

/** Returns the changes from what a later step left to what was before the first one. */
function inOneStep(first: PropertyChange[] = [], later: PropertyChange[] = []): PropertyChange[] {
  const changes = new Map(first.map((change) => [change.path, change]));
  for (const { before, ...change } of later) {
    const { before: _, ...back }: PropertyChange = changes.get(change.path) ?? change;
    changes.set(change.path, { ...back, ...(before === undefined ? {} : { before }) });
  }
  return [...changes.values()];
}

/** Creates a deleted resource again, with its properties but without its data. */
function makeAgain(step: Step, outcome: StepOutcome, { lookup, known }: Surroundings): Step {
  const desired = outcome.previousDesired ?? step.previous ?? {};
  const spec = lookup(step.type);
  const restore = restoredProperties(desired, outcome, spec, known);
  const lost = spec === undefined ? [] : missingSecrets(spec, { ...outcome.previousApplied, ...desired });
  const reasons = lost.map((path) => `${path} can't be read back and no earlier value is known`);
  // A new resource has no asset or version to pin.
  const { assetId: _, assetVersion: __, ...rest } = common(step, outcome);
  if (step.holdsData) reasons.unshift(`${step.resource} comes back without its data`);
  return {
    id: `create:${step.id.slice(step.operation.length + 1)}`,
    operation: 'create',
    ...rest,
    relationships: outcome.previousDependsOn ?? step.relationships,
    ...previouslyOwned(outcome),
    desired,
    ...(restore === undefined ? {} : { restore }),
    inverse: { operation: 'delete', ...(reasons.length > 0 ? { irreversible: reasons.join('; ') } : {}) },
  };
}

/** Returns existing resources that no step of the inverse plan creates, for references of its steps. */
function readBeside(
  plan: HashedPlan,
  undone: ReadonlyMap<string, Step>,
  outcomeOf: ReadonlyMap<string, StepOutcome>,
): UnchangedResource[] {
  const made = new Set<string>();
  for (const step of undone.values()) if (!removes(step)) made.add(step.resource);
  const beside = new Map(plan.unchanged.map((resource) => [resource.resource, resource]));
  for (const step of plan.steps) {
    const { resource, assetId, assetVersion, identifier } = step;
    if (assetId === undefined || assetVersion === undefined || identifier === undefined) continue;
    if (made.has(resource)) continue;
    const preImage = outcomeOf.get(step.id)?.preImage;
    const old = { resource, assetId, assetVersion, identifier };
    const known = beside.get(resource)?.attributes ?? preImage;
    beside.set(resource, known === undefined ? old : { ...old, attributes: known });
  }
  return [...beside.values()];
}
