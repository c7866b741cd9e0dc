import type { Documents } from '../../documents/documents.ts';
import { whole } from '../../documents/spill.ts';
import type { Inventory } from '../../inventory/inventory.ts';
import { bucketOf } from '../../ledger/budgets.ts';
import type { Ledger } from '../../ledger/ledger.ts';
import type { RunRecord, StepRecord } from '../../ledger/records.ts';
import type { Asset } from '../../model/asset.ts';
import type { JsonObject } from '../../model/json.ts';
import { changes } from '../../model/operations.ts';
import type { HashedPlan } from '../../model/plan.ts';
import type { Verdicts, Waiver } from '../../model/policy.ts';
import { isFinal } from '../../model/run.ts';
import type { TypeLookup } from '../../model/spec.ts';
import { type PlanGraph, prepareGraph, type RunState } from '../../planner/index.ts';
import { approvedWaivers } from '../../policy/waivers.ts';
import type { ResourceOutputs } from '../../template/index.ts';
import { attributeOf } from '../../template/index.ts';
import { getPlan } from '../documents-of.ts';
import { expectedDurations } from '../duration-history.ts';
import { eachOf } from '../each-of.ts';
import { cellOf } from './cell.ts';

/**
 * A run as the pump sees it, with the journal of its steps in memory until another tick increments the fence. The
 * ledger is the source of truth; a tick may use this copy only if it claimed the next fence.
 */
export interface RunView {
  run: RunRecord;
  plan: HashedPlan;
  graph: PlanGraph;
  steps: StepRecord[];
  /** Unchanged assets that steps refer to, by logical id. */
  unchanged: Map<string, Asset>;
  /** The step that creates or changes each logical id. */
  stepOf: Map<string, number>;
  /** For a rollback: live properties before the run, by logical id. */
  before: Map<string, JsonObject>;
  /** For a rollback: what had been sent for the resource before the run. */
  sentBefore: Map<string, JsonObject>;
  /** Exceptions of the request that were approved with its change. */
  approved: Waiver[];
}

/** Reads a complete run: after a cold start, a crash, or another tick. */
export async function readRunView(
  services: { ledger: Ledger; documents: Documents; inventory: Inventory },
  run: RunRecord,
): Promise<RunView> {
  const plan = await getPlan(services.documents, run.planHash);
  const { told } = await expectedDurations(services.inventory, plan.environment);
  const graph = prepareGraph(plan, told, (step, call) => bucketOf(cellOf(plan, step), call));
  const steps: StepRecord[] = plan.steps.map((_, index) => ({ index, status: 'Waiting' }));
  for (const record of await services.ledger.steps(run.runId))
    steps[record.index] = await whole(services.documents, record);
  const referred = new Set(plan.steps.flatMap(({ relationships }) => relationships));
  const ids = plan.unchanged.filter(({ resource }) => referred.has(resource)).map(({ assetId }) => assetId);
  const assets = await services.inventory.assets(ids);
  const unchanged = new Map(assets.map((asset) => [asset.logicalId, asset]));
  const stepOf = new Map(
    plan.steps.flatMap((step, index) =>
      step.desired === undefined ? [] : [[step.resource, index] as const],
    ),
  );
  const { before, sentBefore } = await propertiesBefore(services, plan);
  const approved = await approvedExceptions(services, run);
  return { run, plan, graph, steps, unchanged, stepOf, before, sentBefore, approved };
}

/** Exceptions of a change don't apply to what its rollback restores. */
async function approvedExceptions(
  { ledger, documents }: { ledger: Ledger; documents: Documents },
  { direction, changeId }: RunRecord,
): Promise<Waiver[]> {
  if (direction === 'undo') return [];
  const { verdictsHash } = await ledger.change(changeId);
  return approvedWaivers(await documents.get<Verdicts>(verdictsHash));
}

/**
 * Returns the resources before the run that is rolled back. A rollback runs in reverse order, so a restored value may
 * refer to a resource that is restored later. It then uses the value that the resource had and will have again.
 */
async function propertiesBefore(
  { ledger, documents, inventory }: { ledger: Ledger; documents: Documents; inventory: Inventory },
  plan: HashedPlan,
): Promise<Pick<RunView, 'before' | 'sentBefore'>> {
  const [before, sentBefore] = [new Map<string, JsonObject>(), new Map<string, JsonObject>()];
  const undone = plan.undoes === undefined ? undefined : await ledger.findRun(plan.undoes);
  if (undone === undefined) return { before, sentBefore };
  const { steps } = await getPlan(documents, undone.planHash);
  const first = new Map<string, number>();
  await eachOf(await ledger.journal(undone.runId), async (record) => {
    const step = steps[record.index];
    // A large pre-image is a separate document.
    const { preImage } = await whole(documents, record);
    if (step === undefined) return;
    const { assetId, assetVersion, resource } = step;
    // A shift changes its resource several times: what counts is what was before the first change.
    if (preImage !== undefined && record.index <= (first.get(resource) ?? record.index)) {
      first.set(resource, record.index);
      before.set(resource, preImage);
    }
    if (assetId === undefined || assetVersion === undefined) return;
    const version = await inventory.version(assetId, assetVersion);
    if (version !== undefined) sentBefore.set(resource, version.after.applied);
  });
  return { before, sentBefore };
}

/** Returns the run in the form of the scheduler. */
export function runState({ run, steps }: RunView): RunState {
  return {
    status: steps.map(({ status }) => status),
    startedAtSeconds: steps.map(({ startedAtSeconds }) => startedAtSeconds),
    retryAtSeconds: steps.map(({ retryAtSeconds }) => retryAtSeconds),
    stopping: run.stopping !== undefined,
    ticks: run.ticks,
    completions: steps.filter(({ status }) => status === 'Succeeded' || status === 'Failed').length,
  };
}

export function isDone({ steps }: RunView): boolean {
  return steps.every(({ status }) => isFinal(status));
}

/**
 * Returns the outputs of another resource for a step's properties: from this run's steps, or else from the inventory.
 */
export function outputsOf(view: RunView, lookup: TypeLookup, logicalId: string): ResourceOutputs | undefined {
  const index = view.stepOf.get(logicalId);
  if (index !== undefined) {
    const record = view.steps[index];
    const step = view.plan.steps[index];
    if (step === undefined) return undefined;
    const before = view.before.get(logicalId);
    if (record?.status !== 'Succeeded' && changes(step) && before !== undefined)
      return outputs(lookup, step.type, step.identifier ?? '', before);
    if (record?.status !== 'Succeeded') return undefined;
    return outputs(lookup, step.type, record.identifier ?? '', record.attributes ?? {});
  }
  const asset = view.unchanged.get(logicalId);
  return asset && outputs(lookup, asset.type, asset.identifier, asset.attributes);
}

/** Returns the values of `Ref` and `Fn::GetAtt` for a resource. */
export function outputs(
  lookup: TypeLookup,
  type: string,
  identifier: string,
  attributes: JsonObject,
): ResourceOutputs {
  const ref = lookup(type)?.ref ?? 'identifier';
  const value = ref === 'identifier' ? identifier : attributeOf(attributes, ref);
  return { ref: value ?? identifier, attributes };
}
