import { describe, expect, test } from 'vitest';
import { mannWhitney } from '../../lib/traffic/analysis/mann-whitney.ts';

/** The example of SciPy's documentation of `scipy.stats.mannwhitneyu`: ages at diagnosis, with its printed results. */
const males = [19, 22, 16, 29, 24];
const females = [20, 11, 17, 12];

test('agrees with the example of SciPy', () => {
  const exact = mannWhitney(males, females, 'two-sided');
  expect(exact.u).toBe(17);
  expect(mannWhitney(females, males, 'two-sided').u).toBe(3);
  expect(exact.p).toBeCloseTo(0.1111111111111111, 12);
  expect(mannWhitney(males, females, 'two-sided', 'normal').p).toBeCloseTo(0.11134688653314041, 6);
});

test('agrees with the example of R (wilcox.test: placenta data of Hollander and Wolfe 1973): W = 35, p = 0.1272', () => {
  const term = [0.8, 0.83, 1.89, 1.04, 1.45, 1.38, 1.91, 1.64, 0.73, 1.46];
  const weeks = [1.15, 0.88, 0.9, 0.74, 1.21];
  const { u, p } = mannWhitney(term, weeks, 'greater');
  expect(u).toBe(35);
  expect(p).toBeCloseTo(0.1272, 4);
});

/** Critical values of U, two-tailed, at 0.05 and at 0.01: tables after Mann and Whitney 1947. [size, at 0.05, at 0.01] */
const table: [number, number, number][] = [
  [5, 2, 0],
  [6, 5, 2],
  [7, 8, 4],
  [8, 13, 7],
  [9, 17, 11],
  [10, 23, 16],
  [12, 37, 27],
  [15, 64, 51],
];

/** Two samples of distinct values whose smaller U is as given. */
function samplesWith(size: number, u: number): [number[], number[]] {
  const second = Array.from({ length: size }, (_, index) => index + 1);
  let left = u;
  const first = Array.from({ length: size }, (_, index) => {
    const beats = Math.min(size, left);
    left -= beats;
    return beats + 0.5 + index / 1000;
  });
  return [first, second];
}

describe.each(table)('the critical values for %d and %d', (size, at5, at1) => {
  test.each([
    [0.05, at5],
    [0.01, at1],
  ])('at %d', (level, critical) => {
    const p = (u: number) => mannWhitney(...samplesWith(size, u), 'two-sided', 'exact').p;
    expect(p(critical)).toBeLessThanOrEqual(level);
    expect(p(critical + 1)).toBeGreaterThan(level);
  });
});

test('corrects for ties: the variance by hand', () => {
  // Ranks 1.5, 1.5, 3, 5, 5, 5, 7; tied = (2³-2) + (3³-3) = 30; variance = 12/12 · (8 - 30/42) = 7.2857
  const { u, p } = mannWhitney([1, 3, 4, 5], [1, 4, 4], 'greater');
  expect(u).toBe(16.5 - 10);
  expect(p).toBeCloseTo(0.5, 6);
  const above = mannWhitney([4, 4, 5, 5], [1, 1, 4], 'greater');
  // Ranks of the first 4, 4, 6.5, 6.5: U = 21 - 10 = 11; tied = 6 + 24 + 6 = 36; z = (11 - 6 - 0.5) / √(8 - 36/42)
  expect(above.u).toBe(11);
  expect(above.p).toBeCloseTo(0.046148, 4);
});

test('concludes nothing from equal values', () => {
  expect(mannWhitney([1, 1, 1], [1, 1, 1], 'greater')).toEqual({ u: 4.5, p: 1, effect: 0.5 });
});

test('mirrors: greater for one is less for the other, and the effects add up to 1', () => {
  const [a, b] = [
    [3, 1, 4, 1, 5],
    [9, 2, 6, 5, 3, 5],
  ];
  const one = mannWhitney(a, b, 'greater');
  const other = mannWhitney(b, a, 'less');
  expect(one.p).toBeCloseTo(other.p, 12);
  expect(one.effect + other.effect).toBeCloseTo(1, 12);
});

test('finds a bad side by its third value against ten stable ones', () => {
  const stable = [10, 11, 12, 13, 14, 15, 16, 17, 18, 19];
  expect(mannWhitney([90, 91, 92], stable, 'greater').p).toBeCloseTo(1 / 286, 12);
});
