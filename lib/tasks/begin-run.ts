import type { Documents } from '../documents/documents.ts';
import { ConditionFailed } from '../dynamodb/table.ts';
import { changeIdOf, type Ledger } from '../ledger/ledger.ts';
import type { Locks } from '../ledger/lock.ts';
import type { ChangeRecord } from '../ledger/records.ts';
import type { Capsule } from '../model/change.ts';
import { BatonError } from '../model/errors.ts';
import type { HashedPlan } from '../model/plan.ts';
import { isAuthorised } from './ballot.ts';
import { getPlan } from './documents-of.ts';
import { cancelled } from './marks.ts';

/** The ledger holds no approved change, or not the lock, for exactly this plan: nothing is carried out. */
export class RunRefused extends BatonError {
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
  stepCount: number;
}

/**
 * The name of the run of a plan: one request runs one plan once. What follows the request's id has the same length
 * for each direction, so that no two requests have runs of one name.
 */
export function runIdOf(requestId: string, planHash: string, direction: 'forward' | 'undo'): string {
  return `${requestId}-${direction === 'undo' ? 'undo' : 'run'}-${planHash.slice(0, 8)}`;
}

/**
 * The gate of `apply-plan` (design principle 1): whoever starts it, nothing runs unless the ledger holds an
 * approved change and the current lock for exactly this plan hash, and one execution carries a run out. Approved is
 * what the decisions on the capsule add up to, counted here once more, not what the change says of itself.
 * @throws RunRefused
 */
export async function beginRun(
  services: { ledger: Ledger; locks: Locks; documents: Documents },
  { requestId, planHash, runId, executionArn, now }: BeginRunInput,
): Promise<BegunRun> {
  const { ledger, locks, documents } = services;
  const request = await ledger.findRequest(requestId);
  const changeId = changeIdOf(requestId);
  const change = await ledger.findChange(changeId);
  const names = change?.planHashes.includes(planHash);
  if (request === undefined || !change || !names || change.status !== 'Approved')
    throw new RunRefused(`No approved change of request ${requestId} authorises plan ${planHash}.`);
  const { holder } = await locks.read(request.scope ?? '');
  if (holder?.requestId !== requestId || holder.planHash !== planHash)
    throw new RunRefused(
      `Request ${requestId} does not hold the lock of ${request.scope} for plan ${planHash}.`,
    );
  const plan = await getPlan(documents, planHash);
  if (!(await hasAuthority(services, change, plan, now)))
    throw new RunRefused(`No approved change of request ${requestId} authorises plan ${planHash}.`);
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
  try {
    // What was read above only the closing of this very request can take back.
    await ledger.beginRun(run);
  } catch (error) {
    if (!(error instanceof ConditionFailed)) throw error;
    throw new RunRefused(`Request ${requestId} is closed, or is being closed: no run of it may begin.`);
  }
  const begun = await ledger.run(runId);
  if (begun.executionArn !== executionArn)
    throw new RunRefused(`Run ${runId} is carried out by ${begun.executionArn} already.`);
  await ledger.noteExecution(executionArn, requestId);
  const undo = direction === 'undo';
  const { cancelRequestedBy } = await ledger.updateRequest(requestId, {
    ...(undo ? { undoRunId: runId } : { runId }),
    status: undo ? 'Undoing' : 'Applying',
    updatedAt: now,
  });
  // Whoever cancelled before this found no run to stop.
  if (!undo && cancelRequestedBy !== undefined)
    await ledger.stopRun(runId, `${cancelled} by ${cancelRequestedBy}`);
  await ledger.record(changeId, {
    key: `RunBegun-${runId}`,
    event: 'RunBegun',
    actor: 'baton',
    at: now,
    capsule: change.capsuleHash,
    detail: { runId, planHash, direction, executionArn },
  });
  return { requestId, planHash, runId, stepCount };
}

/**
 * Whether a plan is the very one its capsule is about, and that is approved; or undoes what a run of it did, and
 * nothing else: whoever may do may undo, whatever was decided since. What the change says of its plans does not count:
 * others write that than those who decide.
 */
async function hasAuthority(
  services: { ledger: Ledger; documents: Documents },
  change: ChangeRecord,
  plan: HashedPlan,
  now: string,
): Promise<boolean> {
  const { ledger, documents } = services;
  const { requestId, changeId, capsuleHash } = change;
  const capsule = await documents.get<Capsule>(capsuleHash);
  if (capsule.requestId !== requestId || capsule.changeId !== changeId) return false;
  if (plan.direction === 'forward')
    return plan.hash === capsule.planHash && (await isAuthorised(services, change, now));
  const undone = await ledger.findRun(plan.undoes ?? '');
  if (undone?.capsuleHash !== capsuleHash || undone.planHash !== capsule.planHash) return false;
  const { steps } = await getPlan(documents, undone.planHash);
  const touched = new Set(steps.map(({ resource }) => resource));
  return plan.steps.every(({ resource }) => touched.has(resource));
}
