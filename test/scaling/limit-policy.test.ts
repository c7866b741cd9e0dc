import { beforeAll, describe, expect, test } from 'vitest';
import { LimitPolicy } from '../../lib/scaling/limit/limit-policy.ts';
import { SortedWindow } from '../../lib/scaling/limit/sorted-window.ts';
import { defaultPolicy } from '../../lib/scaling/replay/compare.ts';
import { replay } from '../../lib/scaling/replay/model.ts';
import { policyDecider, type ReplayedDecision } from '../../lib/scaling/replay/policy-decider.ts';
import { randomFrom } from '../bench/random.ts';
import { runs } from '../sample.ts';

const timing = { startUpSeconds: 120, seasons: ['day', 'week'] as const };
/** 10,000 seeds take minutes. */
const longSeconds = 1800;
const seeds = Array.from({ length: runs(10_000, 250).numRuns }, (_, index) => index + 1);

/** A load that jumps, drifts, and has gaps. */
function randomLoads(seed: number, length = 300): (number | null)[] {
  const random = randomFrom(seed);
  let level = 1 + random.next() * 15;
  return Array.from({ length }, () => {
    level = Math.max(0, level * (1 + 0.1 * random.normal()));
    if (random.below(40) === 0) level = random.next() * 30;
    return random.below(20) === 0 ? null : Math.max(0, level + Math.sqrt(level) * 0.3 * random.normal());
  });
}

function replayed(loads: (number | null)[], intervalSeconds: number, bounds = { min: 1, max: 60 }) {
  const decisions: ReplayedDecision[] = [];
  const policy = { ...defaultPolicy(1), ...bounds };
  const decider = policyDecider({ policy, unit: 1, startUpSeconds: 120 }, (one) => decisions.push(one));
  const outcome = replay(loads, intervalSeconds, decider, {
    ...{ startUpSeconds: 120, unservedCost: 10, changeCost: 0.5, targetUtilization: 0.7 },
    ...bounds,
  });
  return { ...outcome, decisions };
}

/** A random load that was replayed, by intervals and bounds that follow from its seed. */
interface Played extends ReturnType<typeof replayed> {
  loads: (number | null)[];
  intervalSeconds: number;
  bounds: { min: number; max: number };
}

function played(seed: number): Played {
  const loads = randomLoads(seed);
  const intervalSeconds = [60, 300, 1800][seed % 3] ?? 300;
  const bounds = seed % 2 === 0 ? { min: 3, max: 12 } : { min: 1, max: 60 };
  return { loads, intervalSeconds, bounds, ...replayed(loads, intervalSeconds, bounds) };
}

/** What holds for each replay. */
const properties: Record<string, (one: Played) => boolean> = {
  'stays within its bounds': ({ intervals, bounds: { min, max } }) =>
    intervals.every(({ decided }) => decided >= min && decided <= max),
  // A replay starts with what the first load needs, and a maximum counts without a metric.
  'changes nothing while a point is missing, except to the maximum': ({ loads, decisions, bounds }) =>
    decisions.every(({ index, from, to }) => loads[index] !== null || (from > to && to === bounds.max)),
  'never goes below the load of the last minutes by decision': ({ bounds, decisions, ...one }) =>
    decisions.every(
      ({ index, to }) => to >= Math.min(bounds.max, Math.ceil(meanOfLatest(one, index) - 1e-6)),
    ),
  'never exceeds what three times the highest load needs': ({ loads, intervals, bounds }) => {
    const most = Math.max(bounds.min, Math.ceil(3 * Math.max(...loads.map((load) => load ?? 0))));
    return intervals.slice(1).every(({ decided }) => decided <= most);
  },
};

/** The mean of the points that there are in the last five minutes. */
function meanOfLatest({ loads, intervalSeconds }: Pick<Played, 'loads' | 'intervalSeconds'>, index: number) {
  const count = Math.max(1, Math.floor(300 / intervalSeconds));
  const latest = loads.slice(Math.max(0, index - count + 1), index + 1).filter((load) => load !== null);
  return latest.reduce((sum, load) => sum + load, 0) / Math.max(1, latest.length);
}

describe('for random loads, the default policy', () => {
  /** Seeds by the property that they break. All properties look at the same replays, which take the time. */
  const broken: Record<string, number[]> = {};
  beforeAll(() => {
    for (const seed of seeds) {
      const one = played(seed);
      for (const [name, holds] of Object.entries(properties))
        if (!holds(one)) broken[name] = [...(broken[name] ?? []), seed];
    }
  }, longSeconds * 1000);

  test.each(Object.keys(properties))('%s', (name) => {
    expect(broken[name] ?? []).toEqual([]);
  });

  test(
    'is raised by its forecast and never lowered',
    () => {
      for (const seed of seeds) {
        const policy = new LimitPolicy({ ...timing, intervalSeconds: 3600 });
        for (const load of randomLoads(seed, 200)) {
          const { capacity, floor, load: expected } = policy.observe(load, 10);
          if (capacity === null || expected === undefined) continue;
          // The capacity is what recent load needs. The floor stands apart and only adds to it.
          const need = Math.max(expected.expected + expected.headroom, expected.latest);
          expect(capacity).toBeGreaterThanOrEqual(Math.min(10, Math.ceil(need - 1e-6)));
          expect(Math.max(capacity, floor)).toBeGreaterThanOrEqual(capacity);
        }
      }
    },
    longSeconds * 1000,
  );
});

test(
  'for the same past, more load never means less capacity',
  () => {
    for (const seed of seeds) {
      const loads = randomLoads(seed, 120 + (seed % 180));
      const last = loads.findLast((load) => load !== null) ?? 1;
      const capacities = [0.5, 0.8, 1, 1.1, 1.3, 1.6, 2, 3].map((factor) => {
        const policy = new LimitPolicy({ ...timing, intervalSeconds: [60, 300, 1800][seed % 3] ?? 300 });
        for (const load of loads) policy.observe(load, 1);
        return policy.observe(last * factor, 1).capacity ?? 0;
      });
      expect(capacities, `seed ${seed}`).toEqual(capacities.toSorted((a, b) => a - b));
    }
  },
  longSeconds * 1000,
);

test('for a past whose errors after an excess were small, more load never means less capacity', () => {
  // The last load is at the border of an excess: with a little more, other residuals count.
  const seed = 92;
  const capacities = [1, 1.1, 1.3].map((factor) => {
    const loads = randomLoads(seed, 120 + (seed % 180));
    const policy = new LimitPolicy({ ...timing, intervalSeconds: 1800 });
    for (const load of loads) policy.observe(load, 1);
    return policy.observe((loads.findLast((load) => load !== null) ?? 1) * factor, 1).capacity ?? 0;
  });
  expect(capacities).toEqual(capacities.toSorted((a, b) => a - b));
});

/** A change after the first half would be oscillation: by then, all is known of a load that does not change. */
function expectSettled(load: number, intervalSeconds: number): void {
  const { intervals, decisions } = replayed(new Array(400).fill(load), intervalSeconds);
  const last = intervals.at(-1)?.decided ?? 0;
  const least = Math.max(1, Math.ceil(load - 1e-9));
  expect(last).toBeGreaterThanOrEqual(least);
  expect(last).toBeLessThanOrEqual(least * 1.2 + 1);
  expect(decisions.every(({ index }) => index < 200)).toBe(true);
}

test.each([60, 300, 1800])(
  'a constant load ends at its capacity and stays there (intervals of %i s)',
  (seconds) => {
    for (const load of [0, 0.4, 3, 7.5, 25]) expectSettled(load, seconds);
    for (const seed of seeds)
      if (seconds === [60, 300, 1800][seed % 3]) expectSettled(randomFrom(seed).next() * 40, seconds);
  },
  longSeconds * 1000,
);

test('a noisy load with a slow start does not drive the capacity up and down', () => {
  for (const seed of seeds.slice(0, 10)) {
    const random = randomFrom(seed);
    const loads = Array.from({ length: 1440 }, () => Math.max(0, 10 + random.normal()));
    const { intervals, changes } = replayed(loads, 60);
    const late = intervals.slice(300).map(({ decided }) => decided);
    expect(Math.min(...late)).toBeGreaterThanOrEqual(10);
    expect(Math.max(...late)).toBeLessThanOrEqual(16);
    expect(changes).toBeLessThan(60);
  }
});

test('capacity is there ahead of a load that comes every day at the same time', () => {
  const day = Array.from({ length: 48 }, (_, half) => (half >= 16 && half < 36 ? 20 : 2));
  const loads = [...day, ...day, ...day, ...day, ...day];
  const { intervals, decisions } = replayed(loads, 1800);
  const morning = 4 * 48 + 16;
  expect(intervals[16]?.ready).toBeLessThan(20);
  expect(intervals[morning]?.ready).toBeGreaterThanOrEqual(20);
  const ahead = decisions.find(({ index }) => index === morning - 1);
  expect(ahead?.decision.bound).toContainEqual(expect.objectContaining({ kind: 'forecast' }));
});

test.each([
  { name: 'noisier at times has more headroom then', noise: 2, ratio: { least: 1.5, most: 4 } },
  { name: 'always as noisy has the same headroom', noise: 0.3, ratio: { least: 0.9, most: 1.1 } },
])('a load that is $name', ({ noise, ratio }) => {
  for (const seed of seeds.slice(0, 5)) {
    const random = randomFrom(seed);
    const policy = new LimitPolicy({ ...timing, intervalSeconds: 300, seasons: [] });
    const sums = { noisy: 0, calm: 0 };
    for (let index = 0; index < 2000; index += 1) {
      const isNoisy = index % 80 >= 60;
      const observed = policy.observe(Math.max(0, 8 + (isNoisy ? noise : 0.3) * random.normal()), 10);
      if (index >= 400) sums[isNoisy ? 'noisy' : 'calm'] += observed.load?.headroom ?? 0;
    }
    const found = sums.noisy / 20 / (sums.calm / 60);
    expect(found).toBeGreaterThan(ratio.least);
    expect(found).toBeLessThan(ratio.most);
  }
});

test('a metric is read in the unit that the policy names', () => {
  const policy = { ...defaultPolicy(500), min: 1, max: 60 };
  const decide = policyDecider({ policy, unit: 1000, startUpSeconds: 120 });
  // Load of 3 units of 1000 each needs 6 that serve 500 each, and the first headroom.
  expect(decide({ index: 0, intervalSeconds: 300, running: 1, ready: 1, load: 3 })).toBe(8);
});

test('a window of values gives quantiles of the latest ones', () => {
  for (const seed of seeds.slice(0, 20)) {
    const random = randomFrom(seed);
    const window = new SortedWindow(24);
    const all: number[] = [];
    for (let count = 0; count < 200; count += 1) {
      all.push(random.below(10));
      window.push(all.at(-1) ?? 0);
      const latest = all.slice(-24).sort((a, b) => a - b);
      expect(window.length).toBe(latest.length);
      expect([window.quantile(0), window.quantile(1)]).toEqual([latest[0], latest.at(-1)]);
    }
  }
});
