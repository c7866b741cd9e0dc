import { describe, expect, it } from 'vitest';
import type { Step } from '../../lib/model/plan.ts';
import { durationsSeen, learnedExpectation, planChange, predictSeconds } from '../../lib/planner/index.ts';
import { ensureTypes, typeLookup } from '../../lib/spec/index.ts';
import { makeManifest } from '../bench/manifest.ts';

const rates = { create: 5, update: 5, delete: 5 };

function step(id: string, dependsOn: string[] = [], operation: Step['operation'] = 'create'): Step {
  return {
    ...{
      id,
      resource: id,
      type: 'AWS::SNS::Topic',
      operation,
      dependsOn,
      relationships: [],
      holdsData: false,
    },
    ...{ deletionPolicy: 'Delete', updateReplacePolicy: 'Delete', inverse: { operation: 'delete' } },
  };
}

const known = (medianSeconds: number) => () => ({ medianSeconds, sigma: 0 });

describe('the predicted time of a plan', () => {
  it('is zero without steps', () => {
    expect(predictSeconds({ steps: [] }, known(10), rates)).toBe(0);
  });

  it('is that of its longest path', () => {
    const steps = [step('a'), step('b', ['a']), step('c', ['b']), step('d', ['a'])];
    expect(predictSeconds({ steps }, known(20), rates)).toBe(60);
  });

  it('adds no time for retained resources, and continues right after them', () => {
    const steps = [step('a', [], 'retain'), step('b', ['a']), step('c', ['b'], 'retain')];
    expect(predictSeconds({ steps }, known(20), rates)).toBe(20);
  });

  it('includes the rate of calls', () => {
    const steps = Array.from({ length: 101 }, (_, index) => step(`s${index}`));
    const seconds = predictSeconds({ steps }, known(10), rates);
    expect(seconds).toBeGreaterThanOrEqual(10 + 96 / 5);
    expect(seconds).toBeLessThan(10 + 96 / 5 + 5);
    expect(predictSeconds({ steps }, known(10), { ...rates, create: 50 })).toBeLessThan(15);
  });

  it('is longer if durations are less certain, because a wait lasts as long as the slowest', () => {
    const steps = [step('a'), step('b', ['a'])];
    const unsure = predictSeconds({ steps }, () => ({ medianSeconds: 60, sigma: 0.8 }), rates);
    expect(unsure).toBeGreaterThan(predictSeconds({ steps }, known(60), rates));
  });

  it('of 2,000 steps is computed in a second or two', () => {
    const { desired } = makeManifest(2_000, 1);
    const lookup = typeLookup(ensureTypes());
    const plan = planChange({ requestId: 'r', desired, assets: [], lookup });
    const started = performance.now();
    const seconds = predictSeconds(plan, () => ({ medianSeconds: 30, sigma: 0.3 }), rates);
    expect(performance.now() - started).toBeLessThan(4_000);
    expect(seconds).toBeGreaterThan(2_000 / 5);
  });
});

describe('the history of durations', () => {
  const guess = { medianSeconds: 100, sigma: 0.3 };

  it('is empty without runs', () => {
    expect(learnedExpectation(guess, undefined)).toEqual(guess);
    expect(learnedExpectation(guess, durationsSeen([]))).toEqual(guess);
    expect(learnedExpectation(guess, durationsSeen([0, 0]))).toEqual(guess);
  });

  it('moves from the default to the observed duration', () => {
    const medians = [1, 3, 30, 300].map(
      (count) => learnedExpectation(guess, durationsSeen(new Array<number>(count).fill(400))).medianSeconds,
    );
    expect(medians).toEqual(medians.toSorted((a, b) => a - b));
    expect(medians[0]).toBeGreaterThan(100);
    expect(medians[1]).toBeCloseTo(200, 3);
    expect(medians[3]).toBeGreaterThan(390);
  });

  it('has the observed spread, and never none', () => {
    const even = learnedExpectation(guess, durationsSeen(new Array<number>(500).fill(100)));
    expect(even.sigma).toBe(0.1);
    const wide = Array.from({ length: 500 }, (_, index) => (index % 2 === 0 ? 50 : 200));
    expect(learnedExpectation(guess, durationsSeen(wide)).sigma).toBeCloseTo(Math.log(2), 1);
  });
});
