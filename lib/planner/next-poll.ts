import { type Budget, isFinal } from '../model/run.ts';
import { doneWithin, remainingOf } from './duration.ts';
import type { PlanGraph } from './graph.ts';
import type { RunState } from './run-state.ts';

/** The input for choosing the time of the next tick. */
export interface Moment {
  graph: PlanGraph;
  state: RunState;
  settled: readonly boolean[];
  /** Steps started in this tick. */
  start: readonly number[];
  /** Steps that are ready but delayed by the budget or a retry. */
  held: readonly number[];
  budget: Budget;
  now: number;
}

/** An operation in progress, as needed for choosing the next tick. */
interface Flight {
  medianSeconds: number;
  sigma: number;
  elapsed: number;
  /** Expected seconds until the run ends along this operation's path. */
  path: number;
  /** Expected seconds from its end to the end of the run. */
  after: number;
  /** That path's variance and doubt, as in the graph. */
  variance: number;
  doubt: number;
}

/** The longest wait, which limits the delay for a canceled run or a wrong duration. */
const waitSecondsMax = 300;
/** How far from the critical path a step still counts, in standard deviations of that path's length. */
const nearness = 0.5;
/** The minimum price of a tick in seconds of delay, even if many ticks are left. */
const priceMin = 0.02;
/** Share of the ticks that find nothing on the critical path while steps start at the permitted rate. */
const startShare = 0.5;

/**
 * A run with fewer steps is small: one tick for each completion is too few to notice the ends of a few long operations
 * in time.
 */
const smallSteps = 60;
/** Number of ticks that a small run may take if they are useful, whatever its number of steps. */
const smallTicks = 120;
/** The target delay in expected seconds for noticing the end of a critical operation in a small run. */
const noticedAfterSeconds = 2;

/**
 * Returns whole seconds until the next tick, or undefined if every step is final after this one.
 *
 * Polling costs ticks, and waiting costs time. A run may take at most one tick for each completion, so the remaining
 * allowance, divided over the rest of the run, determines the price of a tick in seconds of delay. The chosen wait has
 * the lowest (price + expected delay) for each completion it is expected to find, with delays weighted by how near the
 * step is to the critical path: steps with slack are found along the way. The wait ends at the latest when the expected
 * delay reaches the price.
 *
 * The price: inspecting a failing item at intervals √(2 price ÷ hazard) costs least (J. B. Keller, "Optimum checking
 * schedules for systems subject to random failure", Management Science 21, 1974). For a lognormal duration that takes
 * about 1.44 √(σ median ÷ 2 price) polls, so `a` polls for a whole path correspond to a price of about (Σ √(σ median) ÷
 * a)². Half of such an interval is the expected delay d, so a price of 2 d² ÷ (σ median) finds an operation's end with
 * that delay. A run with few steps pays this price while it has taken few ticks.
 */
export function nextPoll(moment: Moment): number | undefined {
  const { graph, state, settled, start, held } = moment;
  const soon = start.some((index) => graph.calls[index] === undefined);
  const flights = inFlight(moment);
  if (flights.length === 0 && held.length === 0) return soon ? 1 : undefined;
  const forBudget = soon ? 1 : untilBudget(moment);
  if (flights.length === 0) return forBudget;
  const open = state.status.reduce((sum, status, at) => sum + Number(!isFinal(status) && !settled[at]), 0);
  const rate = Math.max(...Object.values(moment.budget).map(({ refillPerSecond }) => refillPerSecond));
  const starts = (open - flights.length) / rate;
  const allowance = state.completions + open - state.ticks - startShare * starts;
  const critical = flights.reduce((a, b) => (b.path > a.path ? b : a));
  const affordable = (critical.doubt / Math.max(allowance, 0.5)) ** 2;
  const small = state.completions + open < smallSteps && state.ticks < smallTicks;
  const spread = critical.sigma * critical.medianSeconds;
  const inTime = small && spread > 0 ? (2 * noticedAfterSeconds ** 2) / spread : Number.POSITIVE_INFINITY;
  const price = Math.min(affordable, inTime) + priceMin;
  return Math.min(forBudget, cheapestWait(flights, critical, price));
}

function inFlight({ graph, state, start, now }: Moment): Flight[] {
  const flights: Flight[] = [];
  const add = (index: number, elapsed: number) => {
    const medianSeconds = graph.medianSeconds[index] ?? 0;
    const sigma = graph.sigma[index] ?? 0;
    const after = (graph.remainingSeconds[index] ?? 0) - medianSeconds * Math.exp(sigma ** 2 / 2);
    const variance = graph.remainingVariance[index] ?? 0;
    const doubt = graph.remainingDoubt[index] ?? 0;
    const path = remainingOf(medianSeconds, sigma, elapsed) + after;
    flights.push({ medianSeconds, sigma, elapsed, path, after, variance, doubt });
  };
  state.status.forEach((status, index) => {
    if (status !== 'InFlight' && status !== 'Verifying') return;
    add(index, Math.max(0, now - (state.startedAtSeconds[index] ?? now)));
  });
  for (const index of start) if (graph.calls[index] !== undefined) add(index, 0);
  return flights;
}

/**
 * Returns the seconds until the budget allows as many of the held steps as it ever does at once. Infinity if none are
 * held.
 */
function untilBudget({ graph, state, held, budget, now }: Moment): number {
  const wanted = new Map<string, number>();
  let seconds = Number.POSITIVE_INFINITY;
  for (const index of held) {
    const call = graph.calls[index];
    const retryAt = state.retryAtSeconds?.[index] ?? now;
    if (retryAt > now) seconds = Math.min(seconds, retryAt - now);
    else if (call !== undefined) wanted.set(call, (wanted.get(call) ?? 0) + 1);
  }
  for (const [call, count] of wanted) {
    const bucket = budget[call];
    if (bucket === undefined) continue;
    const missing = Math.min(count, bucket.capacity) - bucket.tokens;
    seconds = Math.min(seconds, missing / bucket.refillPerSecond);
  }
  return Math.max(1, Math.ceil(seconds - 1e-6));
}

/** Returns the wait in whole seconds with the lowest cost for each completion it finds. */
function cheapestWait(flights: readonly Flight[], critical: Flight, price: number): number {
  const scale = 0.5 + nearness * Math.sqrt(critical.variance);
  let best = waitSecondsMax;
  let bestCost = Number.POSITIVE_INFINITY;
  let delay = 0;
  let before = 0;
  for (let wait = 1; wait <= waitSecondsMax; wait += 1) {
    let found = 0;
    for (const { medianSeconds, sigma, elapsed, after } of flights) {
      // The length of this path if the completion is found now. A path shorter than the critical one has slack.
      const weight = Math.exp(Math.min(0, (wait + after - critical.path) / scale));
      if (weight > 0.01) found += weight * doneWithin(medianSeconds, sigma, elapsed, wait);
    }
    // The delay in noticing is the area under the probability of being done.
    delay += (before + found) / 2;
    before = found;
    if (found < 1e-6) continue;
    const cost = (price + delay) / found;
    if (cost < bestCost) {
      best = wait;
      bestCost = cost;
    }
    // Each poll is worth its price in expected delay. The ratio alone would miss early completions.
    if (delay >= price) break;
  }
  return best;
}
