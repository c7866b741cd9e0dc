import type { Plan, Step } from '../model/plan.ts';
import type { Budget, ProviderCall, StepStatus } from '../model/run.ts';
import { type Expectation, expectationOf, prepareGraph } from './graph.ts';
import { schedule } from './schedule.ts';

/** Ticks after which a prediction is given up: what it has come to by then is returned. */
const ticksMax = 100_000;

/**
 * How many seconds a plan is expected to take: the scheduler of real runs, on a clock that jumps from tick to
 * tick, against a cloud that takes its expected time for every step. Counts the rate of calls and the time until a
 * completion is noticed; leaves out health checks, retries and what other runs take of the budget.
 */
export function predictSeconds(
  plan: Pick<Plan, 'steps'>,
  expectations: (step: Step) => Expectation,
  callsPerSecond: Record<ProviderCall, number>,
): number {
  const graph = prepareGraph(plan, expectations);
  const seconds = plan.steps.map((step) => meanSeconds(expectationOf(step, expectations)));
  const status = new Array<StepStatus>(graph.size).fill('Waiting');
  const startedAtSeconds = new Array<number | undefined>(graph.size);
  let budget = fullBudget(callsPerSecond);
  let flying: number[] = [];
  let completions = 0;
  let now = 0;
  for (let ticks = 1; ticks <= ticksMax; ticks += 1) {
    flying = flying.filter((index) => {
      if ((startedAtSeconds[index] ?? 0) + (seconds[index] ?? 0) > now + 1e-9) return true;
      status[index] = 'Succeeded';
      completions += 1;
      return false;
    });
    const state = { status, startedAtSeconds, stopping: false, ticks, completions };
    const decision = schedule(graph, state, budget, now);
    if (decision.nextTickSeconds === undefined) return now;
    budget = decision.budget;
    for (const index of decision.start) {
      status[index] = 'InFlight';
      startedAtSeconds[index] = now;
      flying.push(index);
    }
    // What needs no call has ended as it starts, and what it unblocks starts in the same tick.
    const instant = decision.start.some((index) => seconds[index] === 0);
    now += instant ? 0 : decision.nextTickSeconds;
  }
  return now;
}

function meanSeconds({ medianSeconds, sigma }: Expectation): number {
  return medianSeconds * Math.exp(sigma ** 2 / 2);
}

function fullBudget(callsPerSecond: Record<ProviderCall, number>): Budget {
  const bucket = (rate: number) => ({
    tokens: rate,
    capacity: rate,
    refillPerSecond: rate,
    updatedAtSeconds: 0,
  });
  const { create, update, delete: remove } = callsPerSecond;
  return { create: bucket(create), update: bucket(update), delete: bucket(remove) };
}
