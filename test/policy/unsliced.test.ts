import { expect, test } from 'vitest';
import { compareWithUnsliced } from './unsliced.ts';

const seed = 20_251_120;
// The bench compares 10,000: `npm run bench -- --only policy`.
const decisions = 100;

test(`slicing does not change ${decisions} random evaluations (seed ${seed})`, () => {
  const { differences, denied, open } = compareWithUnsliced(decisions, seed);
  expect(differences).toEqual([]);
  // The comparison is meaningful only if both decisions occur.
  expect(denied).toBeGreaterThan(decisions);
  expect(open).toBeGreaterThan(decisions / 4);
}, 30_000);
