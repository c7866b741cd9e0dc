import type { Executions } from '../executions/executions.ts';
import type { RequestRecord, RunRecord, StepRecord } from '../ledger/records.ts';
import type { HashedPlan } from '../model/plan.ts';
import { type CloseChangeServices, closeChange } from './close-change.ts';
import type { ToSettle } from './find-requests.ts';
import { conclude, type ObserveServices } from './pump/observe.ts';
import { changeStep, eachOf } from './pump/outcomes.ts';
import { type RunView, readRunView } from './pump/run-view.ts';
import { registerStep } from './register-asset.ts';

export type SettleServices = CloseChangeServices &
  ObserveServices & { executions: Executions; pumpRunArn: string };

/** The timeout of the pump's function: after a stop, at most one invocation lives on for so long. */
const pumpTimeoutSeconds = 30;

export interface Settling {
  settled: boolean;
  waitSeconds: number;
}

/**
 * Brings what a dead execution left to rest: stops nested executions, raises the fence of its runs, observes
 * what is in flight until it has ended, registers what was done and, if nobody else will, closes the request.
 * Called again until `settled`; each call starts from the ledger, so that doing it again has one effect.
 */
export async function settle(
  services: SettleServices,
  { request: { requestId, ending, died }, now }: { request: ToSettle; now: string },
): Promise<Settling> {
  const request = await services.ledger.request(requestId);
  for (const runId of [request.runId, request.undoRunId]) {
    const run = runId === undefined ? undefined : await services.ledger.findRun(runId);
    if (run === undefined || !needsSettling(run)) continue;
    if (!(await settleRun(services, request, run, now))) return { settled: false, waitSeconds: 5 };
  }
  if (ending) await closeChange(services, { requestId, now, died });
  return { settled: true, waitSeconds: 1 };
}

function needsSettling({ status }: RunRecord): boolean {
  return status === 'Running' || status === 'Settling';
}

/** Whether everything of the run is at rest. */
async function settleRun(
  services: SettleServices,
  request: RequestRecord,
  run: RunRecord,
  now: string,
): Promise<boolean> {
  const { ledger, executions } = services;
  const cause = `Settled with request ${request.requestId}`;
  if (run.status === 'Running') await ledger.endRun(run.runId, 'Settling', now);
  await executions.stop(run.executionArn, cause);
  for (const arn of await executions.running(services.pumpRunArn, run.runId))
    await executions.stop(arn, cause);
  const view = await readRunView(services, await ledger.run(run.runId));
  await findLost(services, view, now);
  await observeAll(services, view, now);
  if (view.steps.some(({ status }) => status === 'InFlight')) return false;
  await restSteps(services, view, now);
  await registerAll(services, run, view.plan, view.steps, now);
  const all = view.steps.every(({ status }) => status === 'Succeeded');
  await ledger.endRun(run.runId, all ? 'Succeeded' : 'Settled', now);
  await ledger.record(run.changeId, {
    key: `RunSettled-${run.runId}`,
    event: 'RunSettled',
    actor: 'baton',
    at: now,
    detail: { runId: run.runId, steps: countOf(view.steps) },
  });
  return true;
}

/**
 * Steps whose intent was written and whose call, if it was made, nobody noted: a creation of exactly these
 * properties since then is looked for; where there is none, the call was never made.
 */
async function findLost(services: SettleServices, view: RunView, now: string): Promise<void> {
  const known = new Set(view.steps.flatMap(({ operationToken }) => operationToken ?? []));
  for (const { index, status, operationToken, intent, applied } of view.steps) {
    if (status !== 'InFlight' || operationToken !== undefined) continue;
    const step = view.plan.steps[index];
    if (step === undefined) continue;
    const found = await services.provider.find({
      type: step.type,
      operation: step.operation,
      identifier: step.identifier,
      properties: applied ?? {},
      sinceSeconds: intent?.atSeconds ?? 0,
      known,
    });
    if (found === undefined) {
      // The one invocation that may still be in flight when the fence rises ends within its timeout.
      if (Date.parse(now) / 1000 - (intent?.atSeconds ?? 0) < pumpTimeoutSeconds + 10) continue;
      await changeStep(services, view, index, { status: 'Skipped' });
      continue;
    }
    known.add(found.token);
    await changeStep(services, view, index, { operationToken: found.token });
    await conclude(services, view, index, found.state, now);
  }
}

async function observeAll(services: SettleServices, view: RunView, now: string): Promise<void> {
  const inFlight = view.steps.filter(({ status }) => status === 'InFlight');
  const states = await services.provider.poll(inFlight.map(({ operationToken }) => operationToken ?? ''));
  await eachOf(inFlight, async ({ index, operationToken }) => {
    const state = states.get(operationToken ?? '');
    if (state !== undefined) await conclude(services, view, index, state, now);
  });
}

/** What waits will never start; what was being verified is done, its health unknown. */
async function restSteps(services: SettleServices, view: RunView, now: string): Promise<void> {
  const finishedAtSeconds = Date.parse(now) / 1000;
  await eachOf(view.steps, async ({ index, status, failures = 0 }) => {
    if (status === 'Verifying')
      await changeStep(services, view, index, { status: 'Succeeded', finishedAtSeconds });
    if (status === 'Waiting')
      await changeStep(services, view, index, { status: failures > 0 ? 'Failed' : 'Skipped' });
  });
}

async function registerAll(
  services: SettleServices,
  run: RunRecord,
  plan: HashedPlan,
  steps: StepRecord[],
  now: string,
): Promise<void> {
  const done = steps.filter(({ status, registeredAssetId }) => status === 'Succeeded' && !registeredAssetId);
  await eachOf(done, ({ index }) => registerStep(services, run, plan, index, now));
}

function countOf(steps: StepRecord[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { status } of steps) counts[status] = (counts[status] ?? 0) + 1;
  return counts;
}
