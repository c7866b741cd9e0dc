import type { Plan, Step } from '../model/plan.ts';
import type { Budget, ProviderCall, StepStatus } from '../model/run.ts';
import { type Expectation, expectationOf, prepareGraph } from './graph.ts';
import { schedule } from './schedule.ts';

/** The number of ticks after which a prediction stops and returns its current result. */
const ticksMax = 100_000;

/**
 * Returns the expected seconds of a plan. Runs the real scheduler with a clock that jumps from tick to tick, and with a
 * cloud that takes the expected time for every step. Includes the rate of calls and the time until a completion is
 * noticed. Excludes health checks, retries and the budget that other runs use.
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
    // A step without a call ends when it starts, and its dependents start in the same tick.
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
