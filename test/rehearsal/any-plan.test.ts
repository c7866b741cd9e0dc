import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PlanRefused, planUndo } from '../../lib/planner/index.ts';
import { ensureTypes, typeLookup } from '../../lib/spec/index.ts';
import { makeManifest } from '../bench/manifest.ts';
import { randomFrom } from '../bench/random.ts';
import { disturbed, standing, tryOut } from './worlds.ts';

const lookup = typeLookup(ensureTypes());
const sizes = fc.integer({ min: 1, max: 60 });
const seeds = fc.integer({ min: 0, max: 1e6 });

/** Rehearses a random change of a random request. Undefined if the planner rejects it. */
function any(size: number, seed: number, share: number, undo?: typeof planUndo) {
  const before = makeManifest(size, seed).desired;
  const live = standing(before, lookup);
  const desired = disturbed(before, randomFrom(seed + 1), share);
  try {
    return tryOut(desired, live, lookup, undo);
  } catch (error) {
    if (error instanceof PlanRefused) return undefined;
    throw error;
  }
}

describe('any plan', () => {
  it('that creates a request from nothing is applied and rolled back without a trace', () => {
    fc.assert(
      fc.property(sizes, seeds, (size, seed) => {
        const { rehearsal } = tryOut(makeManifest(size, seed).desired, [], lookup);
        expect(rehearsal).toMatchObject({ outcome: 'passed', steps: size, undoSteps: size, differences: [] });
      }),
      { numRuns: 40 },
    );
  });

  it('that changes existing resources is restored by its rollback, or a difference says where it is not', () => {
    let rehearsed = 0;
    fc.assert(
      fc.property(sizes, seeds, fc.constantFrom(0.05, 0.3, 1), (size, seed, share) => {
        const result = any(size, seed, share);
        if (result === undefined) return;
        rehearsed += 1;
        const { plan, rehearsal } = result;
        expect(rehearsal.differences, JSON.stringify(rehearsal.differences, null, 1)).toEqual([]);
        expect(rehearsal.outcome).toBe(plan.steps.length === 0 ? 'none' : 'passed');
      }),
      { numRuns: 80 },
    );
    expect(rehearsed).toBeGreaterThan(25);
  });

  it('fails if one step of its rollback is missing', () => {
    let broken = 0;
    fc.assert(
      fc.property(sizes, seeds, fc.nat(), (size, seed, which) => {
        const result = any(size, seed, 0.3, (input) => {
          const plan = planUndo(input);
          const left = plan.steps[which % Math.max(1, plan.steps.length)];
          return { ...plan, steps: plan.steps.filter((step) => step !== left) };
        });
        // Retaining and taking back change only the inventory.
        if (result === undefined || result.plan.steps.every(({ operation }) => operation === 'retain'))
          return;
        broken += 1;
        expect(result.rehearsal.outcome).toBe('failed');
      }),
      { numRuns: 60 },
    );
    expect(broken).toBeGreaterThan(15);
  });

  it('is rehearsed the same way twice', () => {
    for (const seed of [1, 2, 3]) expect(any(40, seed, 0.3)).toEqual(any(40, seed, 0.3));
  });

  it('of 5,000 steps is rehearsed in under five seconds', () => {
    const { desired } = makeManifest(5_000, 1);
    const started = performance.now();
    const { rehearsal } = tryOut(desired, [], lookup);
    const seconds = (performance.now() - started) / 1000;
    expect(rehearsal.outcome).toBe('passed');
    expect(seconds).toBeLessThan(5);
  });
});
