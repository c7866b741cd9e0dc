import { whole } from '../documents/spill.ts';
import type { Inventory } from '../inventory/inventory.ts';
import { changeIdOf, requireAtRest } from '../ledger/ledger.ts';
import type { Locks } from '../ledger/lock.ts';
import type { StepRecord } from '../ledger/records.ts';
import type { Asset } from '../model/asset.ts';
import type { Step } from '../model/plan.ts';
import { type StepOutcome, planUndo as undoOf } from '../planner/index.ts';
import { runIdOf } from './begin-run.ts';
import { getPlan, putPlan } from './documents-of.ts';
import { nothingToUndo } from './marks.ts';
import { checked, type PlanServices } from './plan-change.ts';

/** Plans the inverse of what a run did, from its journal, and has the change and the lock authorise it. */
export async function planUndo(
  services: PlanServices & { locks: Locks },
  { requestId, runId, now }: { requestId: string; runId: string; now: string },
): Promise<{ planHash: string; stepCount: number; runId: string }> {
  const { ledger, documents, inventory, lookup, locks } = services;
  const run = await ledger.findRun(runId);
  requireAtRest(run);
  const request = await ledger.request(requestId);
  const kept = request.header?.onFailure === 'keep' && request.cancelRequestedBy === undefined;
  // A run that got all done before its execution died stays done; so does one that is to be kept.
  if (run === undefined || run.status === 'Succeeded' || kept)
    return { planHash: '', stepCount: 0, runId: '' };
  const plan = await getPlan(documents, run.planHash);
  const assets = await inventory.scopeAssets(plan.scope);
  const records = await Promise.all((await ledger.steps(runId)).map((record) => whole(documents, record)));
  const recordOf = new Map(records.map((record) => [record.index, record]));
  const outcomes = await Promise.all(
    plan.steps.map(async (step, index) => ({
      ...outcomeOf(step, recordOf.get(index), assets),
      ...(await before(inventory, step)),
    })),
  );
  const undo = checked(undoOf({ plan, outcomes, requestId, runId, lookup }), { assets, lookup });
  await putPlan(documents, undo);
  const stepCount = undo.steps.length;
  const change = await ledger.change(changeIdOf(requestId));
  const planHashes = [...new Set([...change.planHashes, undo.hash])];
  await ledger.putChange({ ...change, planHashes });
  await locks.enter(plan.scope, { requestId, planHash: undo.hash, token: '' });
  await ledger.record(change.changeId, {
    key: `UndoPlanned-${undo.hash}`,
    event: 'UndoPlanned',
    actor: 'baton',
    at: now,
    capsule: change.capsuleHash,
    detail: { runId, planHash: undo.hash, stepCount },
  });
  const undoRunId = runIdOf(requestId, undo.hash, 'undo');
  // An undo of nothing is done by being planned.
  if (stepCount === 0) await ledger.updateRequest(requestId, { undoRunId: nothingToUndo, updatedAt: now });
  return { planHash: undo.hash, stepCount, runId: undoRunId };
}

/** What had been sent for the resource, and what it needed, in the version the plan was made against. */
async function before(
  inventory: Inventory,
  step: Step,
): Promise<Pick<StepOutcome, 'previousApplied' | 'previousDependsOn'>> {
  if (step.assetId === undefined || step.assetVersion === undefined) return {};
  const version = await inventory.version(step.assetId, step.assetVersion);
  return { previousApplied: version?.after.applied, previousDependsOn: version?.after.dependsOn };
}

/** What a step did, as the undo planner wants it. */
function outcomeOf(step: Step, record: StepRecord | undefined, assets: Asset[]): StepOutcome {
  const makes = step.operation === 'create' || step.operation === 'replace';
  // Of a replacement that was never made, the identifier in the plan is the old one's: that stays.
  const identifier = record?.identifier ?? (makes ? undefined : step.identifier);
  const asset = assets.find(({ type, identifier: known }) => type === step.type && known === identifier);
  return {
    stepId: step.id,
    status: record?.status ?? 'Waiting',
    identifier,
    assetId: asset?.id ?? step.assetId,
    assetVersion: asset?.version,
    preImage: record?.preImage,
    previousDesired: step.previous,
  };
}
