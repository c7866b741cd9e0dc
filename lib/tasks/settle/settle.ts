import type { Executions } from '../../executions/executions.ts';
import type { RequestRecord, RunRecord, StepRecord } from '../../ledger/records.ts';
import { waits } from '../../model/operations.ts';
import type { HashedPlan } from '../../model/plan.ts';
import { leavesSomething, registerStep } from '../apply/register-asset.ts';
import { eachOf } from '../each-of.ts';
import { type CloseChangeServices, closeChange } from '../govern/close-change.ts';
import { isUncalled } from '../pump/call.ts';
import { changeStep } from '../pump/outcomes.ts';
import { type PollServices, pollOperations } from '../pump/poll-operations.ts';
import { readRunView } from '../pump/run-view.ts';
import { type RunContext, stepContext } from '../pump/step-context.ts';
import type { ToSettle } from '../scheduled/find-requests.ts';
import { storedJournalHash } from '../undo-source.ts';

export type SettleServices = CloseChangeServices &
  PollServices & { executions: Executions; pumpRunArn: string };

export interface Settling {
  settled: boolean;
  waitSeconds: number;
  /** The run whose unrecorded calls the pump must repeat. Otherwise empty. */
  repeat: string;
  /** How the request ended, if it was ended here. */
  status?: string;
  /** Only for the log line. */
  scope?: string;
}

/**
 * Brings the state of a dead execution to rest: stops nested executions, increments the fence of its runs, polls
 * operations in progress until they have ended, registers their effects and, if no execution will, closes the request.
 * Called again until `settled`. Each call starts from the ledger, so it is idempotent.
 */
export async function settle(
  services: SettleServices,
  { request: { requestId, ending, died }, now }: { request: ToSettle; now: string },
): Promise<Settling> {
  const request = await services.ledger.request(requestId);
  const { scope } = request;
  for (const runId of [request.runId, request.undoRunId]) {
    const run = runId === undefined ? undefined : await services.ledger.findRun(runId);
    if (run === undefined || !needsSettling(run)) continue;
    const rest = await settleRun(services, request, run, now);
    if (rest === 'uncalled') return { settled: false, waitSeconds: 5, repeat: run.runId, scope };
    if (rest === 'in flight') return { settled: false, waitSeconds: 30, repeat: '', scope };
  }
  const ended = ending ? await closeChange(services, { requestId, now, died }) : undefined;
  return { settled: true, waitSeconds: 1, repeat: '', status: ended?.status, scope };
}

function needsSettling({ status }: RunRecord): boolean {
  return status === 'Running' || status === 'Settling';
}

/** Brings a run to rest as far as that is possible by reading. */
async function settleRun(
  services: SettleServices,
  request: RequestRecord,
  run: RunRecord,
  now: string,
): Promise<'uncalled' | 'in flight' | 'at rest'> {
  const { ledger, executions } = services;
  const cause = `Settled with request ${request.requestId}`;
  if (run.status === 'Running') await ledger.endRun(run.runId, 'Settling', now);
  await executions.stop(run.executionArn, cause);
  for (const arn of await executions.running(services.pumpRunArn, run.runId))
    await executions.stop(arn, cause);
  const view = await readRunView(services, await ledger.run(run.runId));
  if (view.steps.some(isUncalled)) return 'uncalled';
  await pollOperations({ services, view, now });
  if (view.steps.some(({ status }) => status === 'InFlight')) return 'in flight';
  await restSteps({ services, view, now });
  const registered = await registerAll(services, run, view.plan, view.steps, now);
  const all =
    registered && view.steps.every((step) => step.status === 'Succeeded' && step.healthUnknown !== true);
  const unwanted = run.direction === 'forward' && request.cancelRequestedBy !== undefined;
  await ledger.record(run.changeId, {
    key: `RunSettled-${run.runId}`,
    event: 'RunSettled',
    actor: 'baton',
    at: now,
    capsule: run.capsuleHash,
    detail: {
      runId: run.runId,
      steps: countOf(view.steps),
      journalHash: storedJournalHash(await ledger.journal(run.runId)),
    },
  });
  await ledger.endRun(run.runId, all && !unwanted ? 'Succeeded' : 'Settled', now);
  return 'at rest';
}

/** Waiting steps will never start. A step that was being verified is complete, with unknown health: its run has not succeeded. */
async function restSteps(run: RunContext<SettleServices>): Promise<void> {
  const finishedAtSeconds = Date.parse(run.now) / 1000;
  await eachOf(run.view.steps, async ({ index, status, failures = 0 }) => {
    const context = stepContext(run, index);
    // A step that only waits did not complete its verification.
    const rest = waits(context.step)
      ? ({ status: 'Skipped' } as const)
      : ({ status: 'Succeeded', healthUnknown: true } as const);
    if (status === 'Verifying') await changeStep(context, { ...rest, finishedAtSeconds });
    if (status === 'Waiting') await changeStep(context, { status: failures > 0 ? 'Failed' : 'Skipped' });
  });
}

async function registerAll(
  services: SettleServices,
  run: RunRecord,
  plan: HashedPlan,
  steps: StepRecord[],
  now: string,
): Promise<boolean> {
  const done = steps.filter((record) => leavesSomething(plan, record) && !record.registeredAssetId);
  let registered = true;
  await eachOf(done, async ({ index }) => {
    registered = (await registerStep(services, run, plan, index, now)) && registered;
  });
  return registered;
}

function countOf(steps: StepRecord[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { status } of steps) counts[status] = (counts[status] ?? 0) + 1;
  return counts;
}
