import { describe, expect, it } from 'vitest';
import { withCooldowns } from '../../lib/scaling/aws/cooldown.ts';
import { failureThreshold, tasksToStart, tasksToStop } from '../../lib/scaling/aws/ecs-deployment.ts';
import { predictedCapacity, predictedMaximum } from '../../lib/scaling/aws/predictive.ts';
import { afterScheduledAction } from '../../lib/scaling/aws/scheduled-action.ts';
import { combinedCapacity } from '../../lib/scaling/aws/several-policies.ts';
import {
  adjustedCapacity,
  afterStep,
  roundedChange,
  stepOf,
  stepsProblem,
} from '../../lib/scaling/aws/step-scaling.ts';
import { capacityForNeed, trackedCapacity } from '../../lib/scaling/aws/target-tracking.ts';

describe('step scaling', () => {
  const scaleOut = [
    { lower: 0, upper: 20, adjustment: 20 },
    { lower: 20, upper: null, adjustment: 60 },
  ];
  const scaleIn = [{ lower: null, upper: 0, adjustment: -20 }];
  const policy = { type: 'PercentChangeInCapacity' as const, threshold: 70, scaleOut, scaleIn };

  it('takes the step by the distance from the threshold; the bound nearer to it belongs to the step', () => {
    expect([70, 89.9, 90, 69.9].map((metric) => stepOf(scaleOut, 70, metric, 'out')?.adjustment)).toEqual([
      20,
      20,
      60,
      undefined,
    ]);
    expect([70, 1, 70.1].map((metric) => stepOf(scaleIn, 70, metric, 'in')?.adjustment)).toEqual([
      -20,
      -20,
      undefined,
    ]);
  });

  it('rounds towards zero, and at least by one', () => {
    expect([2.9, 0.1, 0, -0.1, -2.9].map(roundedChange)).toEqual([2, 1, 0, -1, -2]);
  });

  it.each([
    [{ adjustment: 10, minMagnitude: 3 }, 13],
    [{ adjustment: -10, minMagnitude: 3 }, 7],
    [{ adjustment: 0, minMagnitude: 3 }, 10],
    [{ adjustment: 400, max: 25 }, 25],
    [{ adjustment: -90, min: 4 }, 4],
    [{ adjustment: -400 }, 0],
  ])('10 by %o is %i', (by, capacity) => {
    expect(adjustedCapacity(10, { type: 'PercentChangeInCapacity', ...by })).toBe(capacity);
  });

  it('adds nothing twice and removes nothing while instances warm up', () => {
    expect(afterStep(policy, { capacity: 10, warming: 0 }, 75)).toBe(12);
    expect(afterStep(policy, { capacity: 12, warming: 2 }, 75)).toBe(12);
    expect(afterStep(policy, { capacity: 12, warming: 2 }, 95)).toBe(16);
    expect(afterStep(policy, { capacity: 16, warming: 4 }, 10)).toBe(16);
    expect(afterStep(policy, { capacity: 16, warming: 0 }, 10)).toBe(13);
  });

  it.each([
    [[], /no steps/],
    [[{ lower: null, upper: null, adjustment: 1 }], /no bound/],
    [[{ lower: 5, upper: 5, adjustment: 1 }], /lower before upper/],
    [
      [
        { lower: 0, upper: 10, adjustment: 1 },
        { lower: 5, upper: null, adjustment: 2 },
      ],
      /overlap/,
    ],
    [
      [
        { lower: 0, upper: 10, adjustment: 1 },
        { lower: 15, upper: null, adjustment: 2 },
      ],
      /gap/,
    ],
    [[{ lower: 0, upper: 10, adjustment: 1 }], /highest step/],
    [[{ lower: -10, upper: 0, adjustment: 1 }], /lowest step/],
  ] as [Parameters<typeof stepsProblem>[0], RegExp][])('refuses %o', (steps, problem) => {
    expect(stepsProblem(steps)).toMatch(problem);
    expect(stepsProblem(scaleOut)).toBeUndefined();
    expect(stepsProblem(scaleIn)).toBeUndefined();
  });
});

describe('cooldown', () => {
  const cooldowns = { outSeconds: 300, inSeconds: 300 };
  it.each([
    [
      'a larger step adds its difference only',
      [
        [0, 2],
        [100, 3],
        [200, 3],
      ],
      [12, 13, 13],
    ],
    [
      'after it, all of it',
      [
        [0, 2],
        [300, 2],
      ],
      [12, 14],
    ],
    [
      'a scale-in waits',
      [
        [0, -1],
        [299, -1],
        [300, -1],
      ],
      [9, 9, 8],
    ],
    [
      'a scale-out does not wait for a scale-in, and ends its cooldown',
      [
        [0, -1],
        [60, 2],
        [90, -1],
      ],
      [9, 11, 10],
    ],
  ] as [string, [number, number][], number[]][])('%s', (_what, events, capacities) => {
    const asked = events.map(([at, change]) => ({ at, change }));
    expect(withCooldowns(10, cooldowns, asked)).toEqual(capacities);
  });
});

describe('target tracking', () => {
  it('rounds so that capacity is enough, and changes nothing without data', () => {
    expect([capacityForNeed(3, 4.2), capacityForNeed(9, 4.2), capacityForNeed(3, null)]).toEqual([5, 5, 3]);
    expect(trackedCapacity(10, 75, 50)).toBe(15);
    expect(trackedCapacity(10, 46, 50)).toBe(10);
    expect(trackedCapacity(10, 30, 50)).toBe(6);
    expect(trackedCapacity(10, 30, 50, { scaleInDisabled: true })).toBe(10);
    expect([trackedCapacity(10, null, 50), trackedCapacity(10, Number.NaN, 50)]).toEqual([10, 10]);
  });

  it('of several policies, the largest counts; in only if all that may ask for it', () => {
    expect(combinedCapacity(10, [{ want: 12 }, { want: 20 }, { want: 4 }])).toBe(20);
    expect(combinedCapacity(10, [{ want: 6 }, { want: 8 }])).toBe(8);
    expect(combinedCapacity(10, [{ want: 6 }, { want: null }])).toBe(10);
    expect(combinedCapacity(10, [{ want: 6, scaleInDisabled: true }])).toBe(10);
  });
});

describe('schedules and forecasts', () => {
  it('bounds of an action act at once', () => {
    expect(afterScheduledAction(2, { min: 5 })).toBe(5);
    expect(afterScheduledAction(20, { max: 5 })).toBe(5);
    expect(afterScheduledAction(2, { desired: 30 }, { max: 10 })).toBe(10);
  });

  it('a forecast adds only', () => {
    expect(predictedCapacity({ current: 9, predicted: 4, min: 1, max: 20 })).toBe(9);
    expect(predictedCapacity({ current: 9, predicted: 40, min: 1, max: 20 })).toBe(20);
    expect(predictedMaximum({ predicted: 50, max: 40, mayExceedMax: true, bufferPercent: 0 })).toBe(50);
    expect(predictedMaximum({ predicted: 50, max: 40, mayExceedMax: false, bufferPercent: 10 })).toBe(40);
  });
});

describe('a deployment of ECS', () => {
  it('rounds what must stay up, and what may be there down', () => {
    expect([tasksToStop(5, 50), tasksToStart(5, 150), tasksToStart(3, 100)]).toEqual([2, 2, 0]);
    expect([1, 7, 400, 1_000].map((desired) => failureThreshold(desired))).toEqual([3, 4, 200, 200]);
    expect(failureThreshold(1_000, { type: 'UNBOUNDED_PERCENT', value: 50 })).toBe(500);
    expect(failureThreshold(1_000, { type: 'COUNT', value: 7 })).toBe(7);
  });
});
