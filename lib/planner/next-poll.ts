import { type Budget, isFinal } from '../model/run.ts';
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
  /** Expected seconds from its end to the end of the run. */
  after: number;
  /** That path's variance and doubt, as in the graph. */
  variance: number;
  doubt: number;
}

/** Longest wait: a run that is cancelled, or wrong about a duration, is not looked at for longer than that. */
const waitSecondsMax = 300;
/** How far off the critical path a step counts, in standard deviations of that path's length. */
const nearness = 0.5;
/** Price of a tick in seconds of delay when ticks are plenty: not worth a tick to win less. */
const priceMin = 0.02;
/** Share of the ticks which starting at the permitted rate takes that finds nothing on the critical path. */
const startShare = 0.5;

/** A run of fewer steps is small: one tick a completion can't find the ends of a few long operations in time. */
const smallSteps = 60;
/** Ticks a small run may take where it is worth it, whatever its number of steps. */
const smallTicks = 120;
/** How late a small run is to find what its end waits for, in expected seconds. */
const noticedAfterSeconds = 2;

/**
 * Whole seconds until the next tick; undefined when every step is final after this one.
 *
 * Polling costs ticks, waiting costs time. At most one tick a completion is allowed over the run, so what is
 * left of that allowance, spread over what is left of the run, sets the price of a tick in seconds of delay.
 * The wait chosen is the one with the least (price + expected delay) per completion it is expected to find,
 * delays weighted by how near the critical path the step is: what has slack is found by the way. It ends at the
 * latest when the delay to be expected has come to the price.
 *
 * The price: inspecting a failing item at intervals √(2 price ÷ hazard) costs least (J. B. Keller, "Optimum
 * checking schedules for systems subject to random failure", Management Science 21, 1974). For a lognormal
 * duration that takes about 1.44 √(σ median ÷ 2 price) polls, so `a` polls for a whole path come to a price of
 * about (Σ √(σ median) ÷ a)². Half such an interval is the expected delay d, so that a price of 2 d² ÷ (σ median)
 * finds an operation's end that late: what a run of few steps pays, while it has taken few ticks.
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

/** Seconds until the budget allows as many of the held steps as it ever does at once; Infinity if none are held. */
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

/** The wait, in whole seconds, with the least cost for each completion it finds. */
function cheapestWait(flights: readonly Flight[], critical: Flight, price: number): number {
  const scale = 0.5 + nearness * Math.sqrt(critical.variance);
  let best = waitSecondsMax;
  let bestCost = Number.POSITIVE_INFINITY;
  let delay = 0;
  let before = 0;
  for (let wait = 1; wait <= waitSecondsMax; wait += 1) {
    let found = 0;
    for (const { medianSeconds, sigma, elapsed, after } of flights) {
      // Found now, this one's path would be so long: what is shorter than the critical one has slack.
      const weight = Math.exp(Math.min(0, (wait + after - critical.path) / scale));
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
    }
    // Each poll is worth its price in expected delay; the ratio alone would sleep through early completions.
    if (delay >= price) break;
  }
  return best;
}
