import type { RunRecord } from '../../ledger/records.ts';
import { isFinal } from '../../model/run.ts';
import { type Decision, schedule } from '../../planner/index.ts';
import { eachOf } from '../each-of.ts';
import { isUncalled } from './call.ts';
import { cellsOf } from './cell.ts';
import { observe } from './observe.ts';
import { changeStep, failStep, seconds } from './outcomes.ts';
import { endedSteps, reportOf, type TickReport } from './report.ts';
import { isDone, type RunView, readRunView, runState } from './run-view.ts';
import type { PumpServices } from './services.ts';
import { startSteps } from './start.ts';
import { type RunContext, stepContext } from './step-context.ts';
import { lookAgainSeconds } from './verification.ts';
import { callAgain } from './witness.ts';

export interface Tick extends TickReport {
  done: boolean;
  /** Whole seconds until the next tick. */
  waitSeconds: number;
  /** Number of ticks of this execution. */
  ticks: number;
}

/** Maximum number of steps that a tick skips. Each needs a write and a wake-up, and a tick has 30 seconds. */
const settledPerTick = 500;

/** How often a tick starts steps that its own starts have unblocked (after steps without a provider call). */
const roundsPerTick = 10;

/**
 * One tick of the pump: polls operations in progress, records outcomes, and starts ready steps. It depends only on the
 * current state, so the next tick completes one that was interrupted.
 * @throws RunFenced if the run was settled or another tick has overtaken this one
 */
export async function tick(
  services: PumpServices,
  { runId, ticks, now }: { runId: string; ticks: number; now: string },
): Promise<Tick> {
  const view = await currentView(services, await services.ledger.claimTick(runId));
  const run: RunContext = { services, view, now };
  services.views.delete(runId);
  const endedBefore = endedSteps(view);
  await observe(run);
  await repeatCalls(run);
  let waitSeconds = 1;
  let held: readonly number[] = [];
  for (let round = 0; round < roundsPerTick; round += 1) {
    const decision = await decide(run);
    waitSeconds = decision.nextTickSeconds ?? 1;
    held = decision.unblock;
    await settleSteps(run, decision.settle.slice(0, settledPerTick));
    if (decision.settle.length > settledPerTick) waitSeconds = 1;
    await startSteps(run, decision.start);
    const nothingEnded = decision.start.every((index) => !isFinal(view.steps[index]?.status ?? 'Waiting'));
    if (decision.start.length === 0 || nothingEnded) break;
  }
  const done = isDone(view);
  waitSeconds = Math.min(waitSeconds, lookAgainSeconds(view) ?? waitSeconds);
  if (!done) services.views.set(runId, view);
  return { done, waitSeconds, ticks: ticks + 1, ...reportOf(view, { endedBefore, held, now }) };
}

/** Returns the cached view if this tick's fence directly follows it. Otherwise reads the run again. */
async function currentView(services: PumpServices, run: RunRecord): Promise<RunView> {
  const kept = services.views.get(run.runId);
  if (kept !== undefined && kept.run.fence === run.fence - 1) return { ...kept, run };
  const view = await readRunView(services, run);
  // A tick that died may have ended steps without waking their children.
  const unwoken = view.steps.filter(
    ({ status, taskToken, registeredAssetId }) => isFinal(status) && taskToken && !registeredAssetId,
  );
  await eachOf(unwoken, async ({ taskToken, status }) => {
    await services.tokens.succeed(taskToken ?? '', { status });
  });
  return view;
}

/** Repeats the calls of steps with an intent but without a recorded call, with the same token. */
async function repeatCalls(run: RunContext): Promise<void> {
  const uncalled = run.view.steps.filter(
    ({ status, operationToken }) => status === 'InFlight' && !operationToken,
  );
  await eachOf(uncalled, ({ index }) => callAgain(stepContext(run, index)));
}

/** Returns the scheduler's decision. The calls it starts are taken from the budget that all runs share. */
async function decide({ services, view, now }: RunContext): Promise<Decision> {
  const cells = cellsOf(view.plan);
  for (let attempt = 0; attempt < 10; attempt += 1) {
    const read = await services.budgets.read(cells, seconds(now));
    const decision = schedule(view.graph, runState(view), read.budget, seconds(now));
    if (decision.start.length === 0) return decision;
    if (await services.budgets.write(read, decision.budget)) return decision;
  }
  return {
    start: [],
    settle: [],
    unblock: [],
    budget: {},
    nextTickSeconds: 1,
  };
}

/**
 * Ends steps that will never start. One whose last attempt failed has failed. One whose call may have been accepted is
 * called again first, with the same token: its effect must be known before it counts as none.
 */
async function settleSteps(run: RunContext, indexes: readonly number[]): Promise<void> {
  await eachOf(indexes, async (index) => {
    const context = stepContext(run, index);
    const { error, failures = 0, retryAtSeconds = 0 } = context.record;
    if (isUncalled(context.record)) {
      if (retryAtSeconds <= seconds(run.now)) await callAgain(context);
      return;
    }
    if (error !== undefined && failures > 0) await failStep(context, error);
    else await changeStep(context, { status: 'Skipped' });
  });
}
