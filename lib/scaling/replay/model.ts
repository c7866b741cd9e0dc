/**
 * What a policy would have done with a load: capacity that starts late, load that is not served, changes, and the cost of
 * all three. Pure; loads are in units of capacity (1: as much as one unit serves at most).
 */

/** What the model charges, and the limits of the capacity. */
export interface CostModel {
  min: number;
  max: number;
  /** From a decision to capacity that serves. */
  startUpSeconds: number;
  /** Cost of one unit of load that is not served, in unit-intervals. */
  unservedCost: number;
  changeCost: number;
  /** The utilization at which the fixed policies keep the capacity, and at which a replay starts. */
  targetUtilization: number;
}

export const costModel: CostModel = {
  min: 1,
  max: 60,
  startUpSeconds: 120,
  unservedCost: 10,
  changeCost: 0.5,
  targetUtilization: 0.7,
};

/** What a policy sees at the end of an interval. */
export interface Sample {
  /** The number of the interval. */
  index: number;
  intervalSeconds: number;
  /** Capacity that is paid for, and the part of it that serves. */
  running: number;
  ready: number;
  /** Load in the interval, or null if its point is missing. */
  load: number | null;
}

/** Decides the capacity after each interval. It may remember what it saw. */
export type Decider = (sample: Sample) => number;

/** One interval of a replay. */
export interface Interval {
  load: number;
  running: number;
  ready: number;
  /** The capacity decided at its end. */
  decided: number;
}

export interface Outcome {
  cost: number;
  /** Intervals in which some load was not served, in percent. */
  overloadedPercent: number;
  /** Load that was not served, in percent. */
  unservedPercent: number;
  changes: number;
  meanRunning: number;
  intervals: Interval[];
}

/** Returns the intervals until new capacity serves. Halves are rounded to even numbers. */
export function startUpIntervals(intervalSeconds: number, { startUpSeconds }: CostModel): number {
  const exact = startUpSeconds / intervalSeconds;
  const below = Math.floor(exact);
  if (exact - below !== 0.5) return Math.round(exact);
  return below % 2 === 0 ? below : below + 1;
}

interface Starting {
  count: number;
  intervals: number;
}

/** Plays a load against a policy. What is decided at the end of an interval acts from the next one on. */
export function replay(
  loads: readonly (number | null)[],
  intervalSeconds: number,
  decide: Decider,
  model: CostModel = costModel,
): Outcome {
  const late = startUpIntervals(intervalSeconds, model);
  const first = loads.find((load) => load !== null) ?? 0;
  let running = Math.max(model.min, Math.ceil(first / model.targetUtilization));
  let starting: Starting[] = [];
  let last = first;
  let [cost, overloaded, unserved, changes, sum, total] = [0, 0, 0, 0, 0, 0];
  const intervals: Interval[] = [];
  for (const [index, point] of loads.entries()) {
    starting = starting.map(({ count, intervals: left }) => ({ count, intervals: left - 1 }));
    starting = starting.filter(({ intervals: left }) => left >= 0);
    const notReady = starting.reduce((all, { count }) => all + count, 0);
    const ready = Math.max(0, running - notReady);
    // A missing point says nothing about the load, which went on.
    const load = point ?? last;
    last = load;
    const missed = Math.max(0, load - ready);
    total += load;
    sum += running;
    unserved += missed;
    if (missed > 0) overloaded += 1;
    cost += running + model.unservedCost * missed;
    const wanted = decide({ index, intervalSeconds, running, ready, load: point });
    const decided = Math.min(model.max, Math.max(model.min, wanted));
    intervals.push({ load, running, ready, decided });
    if (decided === running) continue;
    changes += 1;
    cost += model.changeCost;
    if (decided > running && late > 0) starting.push({ count: decided - running, intervals: late });
    else starting = withoutNewest(starting, running - decided);
    running = decided;
  }
  const count = Math.max(1, loads.length);
  return {
    ...{ cost, changes, intervals },
    overloadedPercent: (100 * overloaded) / count,
    unservedPercent: total === 0 ? 0 : (100 * unserved) / total,
    meanRunning: sum / count,
  };
}

/** Capacity that has not started yet is removed first, the newest before the others. */
function withoutNewest(starting: readonly Starting[], count: number): Starting[] {
  let left = Math.max(0, count);
  return starting
    .toReversed()
    .map((one) => {
      const removed = Math.min(one.count, left);
      left -= removed;
      return { ...one, count: one.count - removed };
    })
    .reverse();
}

/**
 * Returns the least cost that is possible if the future is known: dynamic programming over the capacity that serves. A
 * rise is paid for during the start-up intervals before it serves.
 */
export function optimum(
  loads: readonly (number | null)[],
  intervalSeconds: number,
  model: CostModel = costModel,
): number {
  const late = startUpIntervals(intervalSeconds, model);
  const size = model.max - model.min + 1;
  let best = new Float64Array(size);
  let next = new Float64Array(size);
  const fromAbove = new Float64Array(size);
  let last = loads.find((load) => load !== null) ?? 0;
  for (const [index, point] of loads.entries()) {
    last = point ?? last;
    let least = Number.POSITIVE_INFINITY;
    for (let at = size - 1; at >= 0; at -= 1) {
      fromAbove[at] = least;
      least = Math.min(least, best[at] ?? 0);
    }
    let fromBelow = Number.POSITIVE_INFINITY;
    for (let at = 0; at < size; at += 1) {
      const capacity = model.min + at;
      const stay = best[at] ?? 0;
      const change = Math.min(fromAbove[at] ?? 0, fromBelow + late * at) + model.changeCost;
      const before = index === 0 ? 0 : Math.min(stay, change);
      next[at] = capacity + model.unservedCost * Math.max(0, last - capacity) + before;
      fromBelow = Math.min(fromBelow, stay - late * at);
    }
    [best, next] = [next, best];
  }
  return Math.min(...best);
}
