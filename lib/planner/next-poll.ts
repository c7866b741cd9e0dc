import type { Budget } from '../model/run.ts';
import { doneWithin, remainingOf } from './duration.ts';
import type { PlanGraph } from './graph.ts';
import type { RunState } from './schedule.ts';

/** What the moment of the next tick depends on. */
export interface Moment {
  graph: PlanGraph;
  state: RunState;
  settled: readonly boolean[];
  /** Started in this tick. */
  start: readonly number[];
  /** Ready, but held back by the budget or a retry's delay. */
  held: readonly number[];
  budget: Budget;
  now: number;
}

/** An operation in flight as the choice of the next tick sees it. */
interface Flight {
  medianSeconds: number;
  sigma: number;
  elapsed: number;
  /** Expected seconds until the run ends along this one's path. */
  path: number;
  /** That path's variance and doubt, as in the graph. */
  variance: number;
  doubt: number;
  /** Expected seconds from its end to the end of the run. */
  after: number;
}

export const tuning = { scale: 0.5, cost: 1, reserve: 0.5, floor: 0.02, longest: 300 };

/**
 * Whole seconds until the next tick; undefined when every step is final after this one.
 *
 * Polling costs ticks, waiting costs time. At most one tick a completion is allowed over the run, so what is
 * left of that allowance, spread over what is left of the run, sets the price of a tick in seconds of delay.
 * The wait chosen is the one with the least (price + expected delay) per completion it is expected to find,
 * delays weighted by how near the critical path the step is: what has slack is found by the way.
 */
export function nextPoll(moment: Moment): number | undefined {
  const { graph, state, settled, start, held } = moment;
  const flights = inFlight(moment);
  if (flights.length === 0 && held.length === 0) return start.length > 0 ? 1 : undefined;
  let open = 0;
  state.status.forEach((status, index) => {
    if (status !== 'Succeeded' && status !== 'Failed' && status !== 'Skipped' && !settled[index]) open += 1;
  });
  const forBudget = untilBudget(moment);
  if (flights.length === 0) return forBudget;
  const critical = flights.reduce((a, b) => (b.path > a.path ? b : a));
  const scale = 0.5 + tuning.scale * Math.sqrt(critical.variance);
  let horizon = Math.max(critical.path, (open - flights.length) / 5);
  for (const index of held) horizon = Math.max(horizon, graph.remainingSeconds[index] ?? 0);
  const starts = (open - flights.length) / 5;
  const allowance = state.completions + open - state.ticks - tuning.reserve * starts;
  const price = tuning.cost * (critical.doubt / Math.max(allowance, 0.5)) ** 2 + tuning.floor;
  return Math.min(forBudget, cheapestWait(flights, critical.path, scale, price));
}

function inFlight({ graph, state, start, now }: Moment): Flight[] {
  const flights: Flight[] = [];
  const add = (index: number, elapsed: number) => {
    const medianSeconds = graph.medianSeconds[index] ?? 0;
    const sigma = graph.sigma[index] ?? 0;
    const after = (graph.remainingSeconds[index] ?? 0) - medianSeconds * Math.exp(sigma ** 2 / 2);
    const path = remainingOf(medianSeconds, sigma, elapsed) + after;
    flights.push({
      medianSeconds,
      sigma,
      elapsed,
      path,
      variance: graph.remainingVariance[index] ?? 0,
      doubt: graph.remainingDoubt[index] ?? 0,
      after,
    });
  };
  state.status.forEach((status, index) => {
    if (status === 'InFlight' || status === 'Verifying')
      add(index, now - (state.startedAtSeconds[index] ?? now));
  });
  for (const index of start) if (graph.calls[index] !== undefined) add(index, 0);
  return flights;
}

/** Seconds until the budget allows as many of the held steps as it ever does at once; Infinity if none are held. */
function untilBudget({ graph, state, held, budget, now }: Moment): number {
  const wanted = { create: 0, update: 0, delete: 0 };
  let seconds = Number.POSITIVE_INFINITY;
  for (const index of held) {
    const call = graph.calls[index];
    const retryAt = state.retryAtSeconds?.[index] ?? now;
    if (retryAt > now) seconds = Math.min(seconds, retryAt - now);
    else if (call !== undefined) wanted[call] += 1;
  }
  for (const call of ['create', 'update', 'delete'] as const) {
    if (wanted[call] === 0) continue;
    const { tokens, capacity, refillPerSecond } = budget[call];
    const missing = Math.min(wanted[call], capacity) - tokens;
    seconds = Math.min(seconds, missing / refillPerSecond);
  }
  return Math.max(1, Math.ceil(seconds - 1e-6));
}

/** The wait, in whole seconds, with the least cost for each completion it finds. */
function cheapestWait(flights: readonly Flight[], horizon: number, scale: number, price: number): number {
  let best = tuning.longest;
  let bestCost = Number.POSITIVE_INFINITY;
  let delay = 0;
  let before = 0;
  for (let wait = 1; wait <= tuning.longest; wait += 1) {
    let found = 0;
    for (const { medianSeconds, sigma, elapsed, after } of flights) {
      const weight = Math.exp(Math.min(0, (wait + after - horizon) / scale));
      if (weight > 0.01) found += weight * doneWithin(medianSeconds, sigma, elapsed, wait);
    }
    // The delay in noticing is the area under the chance of being done.
    delay += (before + found) / 2;
    before = found;
    if (found < 1e-6) continue;
    const cost = (price + delay) / found;
    if (cost < bestCost) {
      best = wait;
      bestCost = cost;
    } else if (found > 0.2 && cost > 3 * bestCost) break;
  }
  return best;
}
