import { expect, test } from 'vitest';
import { decisionMilliseconds, policies, types } from './speed.ts';

// Five times the time of an idle machine: enough for a busy one, and far below the time without slices.
test.each([
  ['0.75 ms when all is known', false, 0.75],
  ['5 ms when a value is unknown', true, 5],
])(`an evaluation with ${policies} policies takes at most %s`, (_what, open, limit) => {
  expect(types).toHaveLength(100);
  const sorted = decisionMilliseconds(open).toSorted((a, b) => a - b);
  expect(sorted[Math.floor(sorted.length / 2)]).toBeLessThan(limit);
});
