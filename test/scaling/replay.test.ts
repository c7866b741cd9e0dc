import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { type Comparison, compareOnTrace, defaultPolicy, unitOf } from '../../lib/scaling/replay/compare.ts';
import { costModel, optimum, replay, startUpIntervals } from '../../lib/scaling/replay/model.ts';
import { randomFrom } from '../bench/random.ts';

const file = join(import.meta.dirname, '..', '..', '..', 'shared', 'data', 'scaling', 'traces.json');
const windows: { id: string; intervalSeconds: number; values: number[] }[] = existsSync(file)
  ? JSON.parse(readFileSync(file, 'utf8'))
  : [];

/** The means over the windows of a source, by policy: cost ÷ optimum, overloaded %, unserved %, changes a day, capacity. */
function means(source: string): Record<string, number[]> {
  const comparisons = windows
    .filter(({ id }) => id.startsWith(source))
    .map((window): Comparison => {
      const unit = unitOf(window);
      const { intervalSeconds, values } = window;
      return compareOnTrace({ intervalSeconds, values }, defaultPolicy(unit), unit);
    });
  const names = comparisons[0]?.rows.map(({ policy }) => policy) ?? [];
  return Object.fromEntries(
    names.map((name, index) => {
      const rows = comparisons.map(({ rows }) => Object.values(rows[index] ?? {}).slice(1) as number[]);
      return [
        name,
        (rows[0] ?? []).map((_, at) => rows.reduce((sum, row) => sum + (row[at] ?? 0), 0) / rows.length),
      ];
    }),
  );
}

/** What replay_baselines.py of the shared data prints for its policies, and how good the default policy is. */
const sources: Record<
  string,
  { python: Record<string, number[]>; cost: number; unserved: number; changes: number }
> = {
  'elb-requests': {
    python: {
      'HPA defaults': [3.14, 20.59, 15.64, 170.14, 10.14],
      'AWS target tracking': [3.35, 20.73, 16.44, 152.29, 10.98],
      'fixed fleet': [6.99, 0, 0, 0.14, 39.99],
    },
    ...{ cost: 2.6, unserved: 7, changes: 60 },
  },
  'nasa-http': {
    python: {
      'HPA defaults': [1.59, 2.46, 0.58, 241, 12.54],
      'AWS target tracking': [1.51, 4.51, 1.15, 52.09, 11.67],
      'fixed fleet': [5.3, 0.01, 0, 0.14, 40],
    },
    ...{ cost: 1.45, unserved: 0.75, changes: 60 },
  },
  'nyc-taxi': {
    python: {
      'HPA defaults': [1.41, 3.4, 0.2, 21.87, 21.76],
      'AWS target tracking': [1.44, 2.87, 0.18, 29.69, 22.24],
      'fixed fleet': [2.55, 0, 0, 0.14, 39.92],
    },
    ...{ cost: 1.2, unserved: 1.1, changes: 30 },
  },
  'twitter-amzn': {
    python: {
      'HPA defaults': [1.57, 2.46, 1.77, 83.29, 4.59],
      'AWS target tracking': [1.65, 2.7, 1.77, 110.33, 4.79],
      'fixed fleet': [12.92, 0, 0, 0.14, 39.98],
    },
    ...{ cost: 1.5, unserved: 2.05, changes: 40 },
  },
};

describe.skipIf(windows.length === 0).each(Object.entries(sources))('%s', (source, { python, ...most }) => {
  const found = means(source);

  test.each(Object.entries(python))('%s costs what the script says, to rounding', (policy, figures) => {
    expect(found[policy]?.map((figure) => figure.toFixed(2))).toEqual(
      figures.map((figure) => figure.toFixed(2)),
    );
  });

  test('the default policy costs little, serves nearly all, and changes seldom', () => {
    const [cost = 9, , unserved = 99, changes = 999] = found['this policy'] ?? [];
    expect(cost).toBeLessThanOrEqual(most.cost);
    expect(unserved).toBeLessThanOrEqual(most.unserved);
    expect(changes).toBeLessThanOrEqual(most.changes);
  });
});

test('capacity that is added serves two minutes later, and what has not started is removed first', () => {
  const wishes = [4, 9, 9, 3, 3, 3];
  const { intervals } = replay([1, 1, 1, 1, 1, 1], 60, ({ index }) => wishes[index] ?? 3);
  expect(intervals.map(({ running }) => running)).toEqual([2, 4, 9, 9, 3, 3]);
  expect(intervals.map(({ ready }) => ready)).toEqual([2, 2, 2, 4, 3, 3]);
});

test.each([
  [10, 12],
  [60, 2],
  [48, 2],
  [240, 0],
  [300, 0],
])('intervals of %i s: capacity starts in %i of them', (seconds, intervals) => {
  expect(startUpIntervals(seconds, costModel)).toBe(intervals);
});

test('cost is capacity, ten times what is not served, and half a unit for each change', () => {
  const { cost, unservedPercent, overloadedPercent, changes } = replay([1, 5, 1], 300, () => 3);
  expect({ cost, changes }).toEqual({ cost: 2 + 3 + 3 + 10 * 2 + 0.5, changes: 1 });
  expect(unservedPercent).toBeCloseTo((100 * 2) / 7);
  expect(overloadedPercent).toBeCloseTo(100 / 3);
});

test('a missing point is the load before it, and the policy is told that it is missing', () => {
  const seen: (number | null)[] = [];
  replay([3, null, 2], 300, ({ load }) => {
    seen.push(load);
    return 3;
  });
  expect(seen).toEqual([3, null, 2]);
  expect(optimum([3, null, 2], 300)).toBe(optimum([3, 3, 2], 300));
});

test('no policy costs less than the optimum, where capacity serves at once', () => {
  for (let seed = 1; seed <= 40; seed += 1) {
    const random = randomFrom(seed);
    const loads = Array.from({ length: 60 }, () => random.next() * 20);
    const any = replay(loads, 300, ({ running }) => running + random.below(9) - 4);
    expect(any.cost).toBeGreaterThanOrEqual(optimum(loads, 300) - 2 * costModel.max);
    const steady = replay(loads, 300, ({ running }) => running);
    expect(steady.cost).toBeGreaterThanOrEqual(optimum(loads, 300) - 1e-9);
  }
});
