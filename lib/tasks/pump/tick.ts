import type { RunRecord } from '../../ledger/records.ts';
import { isFinal } from '../../model/run.ts';
import { type Decision, schedule } from '../../planner/index.ts';
import { observe } from './observe.ts';
import { changeStep, eachOf, failStep, seconds } from './outcomes.ts';
import { isDone, type RunView, readRunView, runState } from './run-view.ts';
import type { PumpServices } from './services.ts';
import { startSteps } from './start.ts';

export interface Tick {
  done: boolean;
  /** Whole seconds until the next tick. */
  waitSeconds: number;
  /** Ticks of this execution so far. */
  ticks: number;
}

/** Times a tick starts what its own starts have unblocked (steps that need no provider call). */
const roundsPerTick = 10;

/**
 * One tick of the pump: observes what is in flight, records outcomes, starts what may start. It is driven by
 * the state of the world, so that a tick lost halfway is made good by the next.
 * @throws RunFenced when the run was settled or another tick overtook this one
 */
export async function tick(
  services: PumpServices,
  { runId, ticks, now }: { runId: string; ticks: number; now: string },
): Promise<Tick> {
  const run = await services.ledger.claimTick(runId);
  const view = await currentView(services, run);
  services.views.delete(runId);
  await observe(services, view, now);
  await restartUncalled(services, view, now);
  let waitSeconds = 1;
  for (let round = 0; round < roundsPerTick; round += 1) {
    const decision = await decide(services, view, now);
    waitSeconds = decision.nextTickSeconds ?? 1;
    await settleSteps(services, view, decision.settle, now);
    await startSteps(services, view, decision.start, now);
    const nothingEnded = decision.start.every((index) => !isFinal(view.steps[index]?.status ?? 'Waiting'));
    if (decision.start.length === 0 || nothingEnded) break;
  }
  services.views.set(runId, view);
  return { done: isDone(view), waitSeconds, ticks: ticks + 1 };
}

/** The kept view, if this tick's fence is the one right after it; else the run is read anew. */
async function currentView(services: PumpServices, run: RunRecord): Promise<RunView> {
  const kept = services.views.get(run.runId);
  if (kept !== undefined && kept.run.fence === run.fence - 1) return { ...kept, run };
  const view = await readRunView(services, run);
  // A tick that died may have ended steps without waking their children.
  const unwoken = view.steps.filter(
    ({ status, taskToken, registeredAssetId }) => isFinal(status) && taskToken && !registeredAssetId,
  );
  await eachOf(unwoken, async ({ taskToken }) => {
    await services.tokens.succeed(taskToken ?? '');
  });
  return view;
}

/**
 * Steps whose intent was written but whose call was not noted: the same call again, with the same token. Not so
 * an update that was called: what it changed would make another patch of it, which the token refuses.
 */
async function restartUncalled(services: PumpServices, view: RunView, now: string): Promise<void> {
  const uncalled = view.steps.filter(
    ({ status, operationToken }) => status === 'InFlight' && !operationToken,
  );
  const again: number[] = [];
  await eachOf(uncalled, async ({ index }) => {
    const found = await calledUpdate(services, view, index);
    if (found === undefined) again.push(index);
    else await changeStep(services, view, index, { operationToken: found, refusals: 0 });
  });
  await startSteps(
    services,
    view,
    again.sort((a, b) => a - b),
    now,
  );
}

/** The token of the operation of a step that updates, if it was called. */
async function calledUpdate(
  { provider }: PumpServices,
  view: RunView,
  index: number,
): Promise<string | undefined> {
  const step = view.plan.steps[index];
  const { intent, applied = {} } = view.steps[index] ?? {};
  if (step?.operation !== 'update') return undefined;
  const { type, operation, identifier } = step;
  const sinceSeconds = intent?.atSeconds ?? 0;
  const found = await provider.find({
    type,
    operation,
    identifier,
    properties: applied,
    sinceSeconds,
    known: new Set(),
  });
  return found?.token;
}

/** What the scheduler wants now; the calls it starts are taken from the budget all runs share. */
async function decide(services: PumpServices, view: RunView, now: string): Promise<Decision> {
  const { account, region } = view.plan;
  for (let attempt = 0; attempt < 10; attempt += 1) {
    const read = await services.budgets.read(account, region, seconds(now));
    const decision = schedule(view.graph, runState(view), read.budget, seconds(now));
    if (decision.start.length === 0) return decision;
    if (await services.budgets.write(account, region, read, decision.budget)) return decision;
  }
  return {
    start: [],
    settle: [],
    unblock: [],
    budget: (await services.budgets.read(account, region, seconds(now))).budget,
    nextTickSeconds: 1,
  };
}

/** Ends steps that will never start; one whose last try ended badly has failed. */
async function settleSteps(
  services: PumpServices,
  view: RunView,
  indexes: readonly number[],
  now: string,
): Promise<void> {
  await eachOf(indexes, async (index) => {
    const { error, failures = 0 } = view.steps[index] ?? {};
    if (error !== undefined && failures > 0) await failStep(services, view, index, error, now);
    else await changeStep(services, view, index, { status: 'Skipped' });
  });
}
