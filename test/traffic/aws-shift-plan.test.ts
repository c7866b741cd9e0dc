import { describe, expect, it } from 'vitest';
import { cloudFormationProblem, ecsStrategyProblem } from '../../lib/traffic/aws/ecs-strategy.ts';
import { inPlaceBatches } from '../../lib/traffic/aws/in-place-batches.ts';
import { codeDeployPlans, ecsPlan, linear } from '../../lib/traffic/aws/shift-plan.ts';
import { aliasShares, shareText, weightedAnswers, weightShares } from '../../lib/traffic/aws/weights.ts';

describe('a linear shift', () => {
  it.each([30, 15, 3, 3.1, 7.7, 33.4, 60, 99.9, 100])('of %f %% ends at 100 %%, never above', (step) => {
    const { weights, waitMinutesAfter } = linear(step, 6);
    expect(weights.at(-1)).toBe(100);
    expect(Math.max(...weights)).toBe(100);
    expect(weights).toEqual([...new Set(weights)].toSorted((a, b) => a - b));
    expect(weights.length).toBe(Math.ceil(100 / step - 1e-9));
    expect(waitMinutesAfter.at(-1)).toBe(0);
  });

  it('of 30 % has a last step of 10 %', () => {
    expect(linear(30, 5)).toEqual({ weights: [30, 60, 90, 100], waitMinutesAfter: [5, 5, 5, 0] });
  });
});

it('CodeDeploy has 14 configurations, each of which ends at 100 %', () => {
  expect(codeDeployPlans.size).toBe(14);
  for (const [, plan] of codeDeployPlans) expect(plan.weights.at(-1)).toBe(100);
});

it('ECS shifts by its defaults where nothing is said', () => {
  expect(ecsPlan({ strategy: 'CANARY' })).toEqual({ weights: [5, 100], waitMinutesAfter: [10, 0] });
  expect(ecsPlan({ strategy: 'LINEAR' }).waitMinutesAfter.slice(0, 2)).toEqual([6, 6]);
  expect(ecsPlan({ strategy: 'ROLLING' })).toEqual({ weights: [100], waitMinutesAfter: [0] });
});

describe('a strategy of ECS', () => {
  it.each([
    [{ strategy: 'CANARY', canaryPercent: 0.1 }, undefined],
    [{ strategy: 'CANARY', canaryPercent: 0.15 }, /steps of 0.1/],
    [{ strategy: 'CANARY', stepPercent: 10 }, /has no stepPercent/],
    [{ strategy: 'LINEAR', stepPercent: 2.9 }, /expected 3 to 100/],
    [{ strategy: 'LINEAR', stepBakeTimeInMinutes: 1.5 }, /steps of 1/],
    [{ strategy: 'TELEPORT' }, /expected ROLLING/],
  ])('%o', (shift, problem) => {
    if (problem === undefined) expect(ecsStrategyProblem(shift)).toBeUndefined();
    else expect(ecsStrategyProblem(shift)).toMatch(problem);
  });

  it('may be too long for CloudFormation', () => {
    const long = { strategy: 'LINEAR', stepPercent: 3, stepBakeTimeInMinutes: 60 };
    expect(ecsStrategyProblem(long)).toBeUndefined();
    expect(cloudFormationProblem({ ...long, bakeTimeInMinutes: 60 })).toMatch(/33 hours/);
    expect(cloudFormationProblem({ ...long, stepBakeTimeInMinutes: 30 })).toBeUndefined();
  });
});

describe('weights', () => {
  it('are shares of their sum, and equal if all are 0', () => {
    expect(weightShares([1, 3]).map(shareText)).toEqual(['1/4', '3/4']);
    expect(weightShares([2, 2, 0]).map(shareText)).toEqual(['1/2', '1/2', '0']);
    expect(weightShares([0, 0]).map(shareText)).toEqual(['1/2', '1/2']);
    expect(aliasShares(0.07).map(shareText)).toEqual(['93/100', '7/100']);
  });

  it.each([
    [
      'healthy ones with a weight answer',
      [
        [1, 'healthy'],
        [1, 'unhealthy'],
        [0, null],
      ],
      [true, false, false],
    ],
    [
      'then those of weight 0',
      [
        [1, 'unhealthy'],
        [0, null],
      ],
      [false, true],
    ],
    [
      'if all are unhealthy, all count as healthy',
      [
        [1, 'unhealthy'],
        [0, 'unhealthy'],
      ],
      [true, false],
    ],
    [
      'if all are 0, all answer',
      [
        [0, null],
        [0, 'healthy'],
      ],
      [true, true],
    ],
  ] as [string, [number, 'healthy' | 'unhealthy' | null][], boolean[]][])('%s', (_what, records, answers) => {
    expect(weightedAnswers(records.map(([weight, health]) => ({ weight, health })))).toEqual(answers);
  });
});

it('in place, half of nine are four at once, and five stay', () => {
  expect(inPlaceBatches('CodeDeployDefault.HalfAtATime', 9)).toEqual({
    atOnce: 4,
    minimumHealthy: 5,
    batches: [4, 4, 1],
  });
  expect(inPlaceBatches('CodeDeployDefault.OneAtATime', 3).batches).toEqual([1, 1, 1]);
  expect(inPlaceBatches('CodeDeployDefault.AllAtOnce', 3).batches).toEqual([3]);
  expect(() => inPlaceBatches('Own', 3)).toThrow(/expected CodeDeployDefault/);
});
