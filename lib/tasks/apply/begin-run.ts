import { ConditionFailed } from '../../dynamodb/table.ts';
import { changeIdOf, requireAtRest } from '../../ledger/ledger.ts';
import { covers, type Locks } from '../../ledger/lock.ts';
import type { ChangeRecord, RequestRecord, RunRecord } from '../../ledger/records.ts';
import type { Capsule } from '../../model/change.ts';
import { PermanentError } from '../../model/errors.ts';
import { hashOf } from '../../model/json.ts';
import type { HashedPlan } from '../../model/plan.ts';
import { journalHash, undoDifference } from '../../planner/index.ts';
import { getPlan } from '../documents-of.ts';
import { isAuthorized } from '../govern/ballot.ts';
import { canceled } from '../marks.ts';
import { touchedBy } from '../touched-by.ts';
import { deriveUndo, endedJournalHash, mayUndo, type UndoServices } from '../undo-source.ts';

/** The ledger has no approved change, or not the lock, for exactly this plan. Nothing is applied. */
export class RunRefused extends PermanentError {
  override readonly name = 'RunRefused';
}

export interface BeginRunInput {
  requestId: string;
  planHash: string;
  runId: string;
  executionArn: string;
  now: string;
}

export interface BegunRun {
  requestId: string;
  planHash: string;
  runId: string;
  capsuleHash: string;
  stepCount: number;
  scope: string;
}

/**
 * Returns the name of the run of a plan: a request runs a plan once. The text after the request's id has the same
 * length for each direction, so no two requests share the name of a run.
 */
export function runIdOf(requestId: string, planHash: string, direction: 'forward' | 'undo'): string {
  return `${requestId}-${direction === 'undo' ? 'undo' : 'run'}-${planHash.slice(0, 8)}`;
}

/**
 * The gate of `apply-plan` (design principle 1): whatever starts it, nothing runs unless the ledger has an approved
 * change and the current lock for exactly this plan hash, and only one execution applies a run. The approval is counted
 * here again from the decisions on the capsule and not read from the change. A rollback must equal the one that is
 * derived here again.
 * @throws RunRefused
 */
export async function beginRun(
  services: UndoServices & { locks: Locks },
  { requestId, planHash, runId, executionArn, now }: BeginRunInput,
): Promise<BegunRun> {
  const { ledger, locks, documents } = services;
  const request = await ledger.findRequest(requestId);
  const changeId = changeIdOf(requestId);
  const change = await ledger.findChange(changeId);
  if (request === undefined || change?.status !== 'Approved')
    throw new RunRefused(`No approved change of request ${requestId} authorizes plan ${planHash}.`);
  const plan = await getPlan(documents, planHash);
  const undone = plan.direction === 'undo' ? await undoneRun(services, change, plan, request) : undefined;
  // A rollback continues with the lock of the run that it rolls back.
  const held = undone?.planHash ?? planHash;
  const claim = await locks.claimOf(plan.scope, requestId, held);
  if (claim === undefined)
    throw new RunRefused(`Request ${requestId} does not hold the lock of ${plan.scope} for plan ${held}.`);
  // An undo touches what the plan that it undoes touched or made.
  if (undone === undefined && !covers(claim, touchedBy(plan)))
    throw new RunRefused(`Plan ${planHash} touches assets that request ${requestId} has not locked.`);
  if (undone === undefined) await requireApproved(services, change, plan, now);
  if (runId !== runIdOf(requestId, planHash, plan.direction))
    throw new RunRefused(`Run ${runId} is not the run of plan ${planHash}.`);
  const { direction } = plan;
  const stepCount = plan.steps.length;
  const counts = { status: 'Running' as const, fence: 1, ticks: 0, stepCount };
  const run = {
    runId,
    requestId,
    changeId,
    capsuleHash: change.capsuleHash,
    planHash,
    direction,
    executionArn,
    startedAt: now,
    ...counts,
  };
  // Checked before anything is written, so that an auditor derives the rollback from the same input.
  const sourceHash = undone === undefined ? undefined : await requireDerived(services, undone, plan);
  try {
    // Only the closing of this request can invalidate what was read above.
    await ledger.beginRun(run, undone?.runId);
  } catch (error) {
    if (!(error instanceof ConditionFailed)) throw error;
    throw new RunRefused(
      `Request ${requestId} is closed or being closed, or its run is already rolled back: no run of it may begin.`,
    );
  }
  const begun = await ledger.run(runId);
  if (begun.executionArn !== executionArn)
    throw new RunRefused(`Run ${runId} already has the execution ${begun.executionArn}.`);
  await ledger.noteExecution(executionArn, requestId);
  const undo = direction === 'undo';
  const { cancelRequestedBy } = await ledger.updateRequest(requestId, {
    ...(undo ? { undoRunId: runId } : { runId }),
    status: undo ? 'Undoing' : 'Applying',
    updatedAt: now,
  });
  // An earlier cancellation found no run to stop.
  if (!undo && cancelRequestedBy !== undefined)
    await ledger.stopRun(runId, `${canceled} by ${cancelRequestedBy}`);
  await ledger.record(changeId, {
    key: `RunBegun-${runId}`,
    event: 'RunBegun',
    actor: 'baton',
    at: now,
    capsule: change.capsuleHash,
    detail: { runId, planHash, direction, executionArn, sourceHash },
  });
  return { requestId, planHash, runId, capsuleHash: change.capsuleHash, stepCount, scope: plan.scope };
}

/**
 * Checks that the plan is the one in its capsule and that the capsule is approved. The plans in the change record don't
 * count, because functions that can't decide write it.
 * @throws RunRefused
 */
async function requireApproved(
  services: UndoServices,
  change: ChangeRecord,
  plan: HashedPlan,
  now: string,
): Promise<void> {
  const { requestId, changeId, planHash } = await services.documents.get<Capsule>(change.capsuleHash);
  const own = requestId === change.requestId && changeId === change.changeId && planHash === plan.hash;
  if (own && (await isAuthorized(services, change, now))) return;
  throw new RunRefused(`No approved change of request ${change.requestId} authorizes plan ${plan.hash}.`);
}

/**
 * Returns the run that an inverse plan rolls back: a run of this change and its capsule that is at rest, did not
 * succeed, and isn't to be kept. Permission to apply includes the rollback, whatever was decided since.
 * @throws RunRefused
 */
async function undoneRun(
  { ledger, documents }: UndoServices,
  { requestId, changeId, capsuleHash }: ChangeRecord,
  plan: HashedPlan,
  request: RequestRecord,
): Promise<RunRecord> {
  const run = await ledger.findRun(plan.undoes ?? '');
  const capsule = await documents.get<Capsule>(capsuleHash);
  const own =
    run?.requestId === requestId &&
    run.changeId === changeId &&
    run.capsuleHash === capsuleHash &&
    run.planHash === capsule.planHash;
  if (!own)
    throw new RunRefused(`Plan ${plan.hash} rolls back no run of request ${requestId} and its capsule.`);
  requireAtRest(run);
  if (mayUndo(request, capsule, run)) return run;
  throw new RunRefused(`Run ${run.runId} is ${run.status}: it must not be rolled back.`);
}

/**
 * Checks that the plan is the rollback that follows from the run.
 * @returns the hash of its input
 * @throws RunRefused
 */
async function requireDerived(services: UndoServices, run: RunRecord, plan: HashedPlan): Promise<string> {
  const { undo, source } = await deriveUndo(services, run);
  if ((await endedJournalHash(services.ledger, run)) !== journalHash(source.journal))
    throw new RunRefused(
      `The journal of run ${run.runId} is not the one it ended with, so Baton does not roll back by it.`,
    );
  const difference = undoDifference(undo, plan);
  if (difference === undefined) return hashOf(source);
  const [expected, found] = difference;
  throw new RunRefused(
    `Plan ${plan.hash} is not the rollback of run ${run.runId}: expected ${expected}, found ${found}.`,
  );
}
