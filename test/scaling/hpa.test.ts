import { describe, expect, it, test } from 'vitest';
import { behaviorLimit, defaultBehavior, withinBehavior } from '../../lib/scaling/hpa/behavior.ts';
import { externalMetricReplicas } from '../../lib/scaling/hpa/external-metrics.ts';
import { groupPods } from '../../lib/scaling/hpa/group-pods.ts';
import { withinLimits } from '../../lib/scaling/hpa/limits.ts';
import { podMetricReplicas } from '../../lib/scaling/hpa/pod-metrics.ts';
import { type ReconcileInput, reconcile } from '../../lib/scaling/hpa/reconcile.ts';
import { withScaleEvent } from '../../lib/scaling/hpa/scale-events.ts';
import { largestProposal } from '../../lib/scaling/hpa/several-metrics.ts';
import { stabilizeBoth, stabilizeScaleDown } from '../../lib/scaling/hpa/stabilization.ts';
import { isWithin } from '../../lib/scaling/hpa/tolerance.ts';
import type { MetricTarget, Pod } from '../../lib/scaling/hpa/types.ts';

const rules = { cpuInitializationPeriodSeconds: 300, initialReadinessDelaySeconds: 30 };

/** A pod that has been ready for long and requests one core. */
function pod(name: string, own: Partial<Pod> = {}): Pod {
  return {
    name,
    phase: 'Running',
    ready: true,
    startAgeSeconds: 3_600,
    readyTransitionAgeSeconds: 3_500,
    containerRequestsMilli: [1_000],
    ...own,
  };
}

/** The replicas for pods `p0`, `p1`, … of which those with a value have a sample. */
function replicasFor(
  values: (number | null)[],
  target: MetricTarget,
  own: Record<number, Partial<Pod>> = {},
) {
  return podMetricReplicas({
    resource: 'cpu',
    target,
    pods: values.map((_, at) => pod(`p${at}`, own[at])),
    samples: values.flatMap((valueMilli, at) =>
      valueMilli === null ? [] : [{ pod: `p${at}`, valueMilli, ageSeconds: 0, windowSeconds: 60 }],
    ),
    currentReplicas: values.length,
    tolerance: 0.1,
    rules,
  }).replicas;
}

describe('one metric of pods', () => {
  const half = { averageUtilizationPercent: 50 };
  const rows: [
    what: string,
    values: (number | null)[],
    own: Record<number, Partial<Pod>>,
    replicas: number,
  ][] = [
    ['twice the target doubles', [1_000, 1_000], {}, 4],
    ['within the tolerance nothing is done', [540, 540], {}, 2],
    ['the utilization is truncated: 55.9 % is 55 %', [559, 559], {}, 3],
    ['a missing pod counts as idle when others are over', [1_000, null], {}, 2],
    ['and as fully used when others are under', [100, null], {}, 2],
    ['exactly at the target, a missing pod does not remove any', [500, 500, null], {}, 3],
    ['an unready pod counts as idle when others are over', [1_000, 900], { 1: { phase: 'Pending' } }, 2],
    ['and not at all when others are under', [250, 900], { 1: { phase: 'Pending' } }, 1],
    ['a pod that is deleted counts for nothing', [1_000, 0], { 1: { deleting: true } }, 2],
  ];
  it.each(rows)('%s', (_what, values, own, replicas) => {
    expect(replicasFor(values, half, own)).toBe(replicas);
  });

  it('fails without a request, a pod, or a sample of a ready pod', () => {
    expect(() => replicasFor([1], half, { 0: { containerRequestsMilli: [null] } })).toThrow(
      /expected a request/,
    );
    expect(() => replicasFor([null], half)).toThrow(/no samples/);
    expect(() => replicasFor([1], half, { 0: { ready: null } })).toThrow(/ready pods/);
    expect(() => replicasFor([1], {})).toThrow(/target is empty/);
  });

  it('believes a new pod only after a whole window of being ready', () => {
    const sample = { pod: 'p', valueMilli: 1, ageSeconds: 0, windowSeconds: 60 };
    const grouped = (own: Partial<Pod>) => groupPods([pod('p', own)], [sample], 'cpu', rules).readyPodCount;
    expect(grouped({ startAgeSeconds: 200, readyTransitionAgeSeconds: 59 })).toBe(0);
    expect(grouped({ startAgeSeconds: 200, readyTransitionAgeSeconds: 60 })).toBe(1);
    expect(grouped({ startAgeSeconds: 400, readyTransitionAgeSeconds: 10 })).toBe(1);
    expect(grouped({ startAgeSeconds: 400, readyTransitionAgeSeconds: 390, ready: false })).toBe(0);
    expect(grouped({ startAgeSeconds: 400, readyTransitionAgeSeconds: 100, ready: false })).toBe(1);
  });
});

describe('a metric of something else', () => {
  const metric = {
    target: { valueMilli: 100 },
    pods: [],
    statusReplicas: 0,
    currentReplicas: 0,
    tolerance: 0.1,
  };
  it('starts from zero with any load, and stays there without', () => {
    expect(externalMetricReplicas({ ...metric, valueMilli: 1 }).replicas).toBe(1);
    expect(externalMetricReplicas({ ...metric, valueMilli: 250 }).replicas).toBe(3);
    expect(externalMetricReplicas({ ...metric, valueMilli: 0 }).replicas).toBe(0);
    const average = { ...metric, target: { averageValueMilli: 100 } };
    expect(externalMetricReplicas({ ...average, valueMilli: 0 }).replicas).toBe(0);
    expect(externalMetricReplicas({ ...average, valueMilli: 250 }).replicas).toBe(3);
  });
});

describe('of several metrics', () => {
  const four = { name: 'cpu', replicas: 4 };
  const nine = { name: 'queue', replicas: 9 };
  it('the largest wins, not the first', () => {
    expect(largestProposal([four, nine], 5)).toEqual({ replicas: 9, winner: 'queue' });
    expect(largestProposal([nine, four], 5)).toEqual({ replicas: 9, winner: 'queue' });
    expect(largestProposal([{ name: 'a', replicas: 0 }, four], 5)).toEqual({ replicas: 4, winner: 'cpu' });
  });

  it('an invalid one stops a scale-in only', () => {
    const invalid = { name: 'latency', invalid: 'FailedGetExternalMetric' };
    expect(largestProposal([invalid, nine], 5)).toEqual({ replicas: 9, winner: 'queue' });
    expect(largestProposal([four, invalid], 5)).toEqual({ invalid: 'FailedGetExternalMetric' });
    expect(largestProposal([invalid, { name: 'b', invalid: 'Other' }], 5)).toEqual({
      invalid: invalid.invalid,
    });
    expect(largestProposal([], 5)).toEqual({ invalid: 'NoMetrics' });
  });
});

describe('the tolerance', () => {
  it('is compared as before 1.33 if it is one, and by its ends if each direction has its own', () => {
    expect([isWithin(0.9, 0.1), isWithin(1.1, 0.1)]).toEqual([true, false]);
    expect([isWithin(1.1, { up: 0.1, down: 0 }), isWithin(0.99, { up: 0.1, down: 0 })]).toEqual([
      true,
      false,
    ]);
  });
});

describe('stabilization', () => {
  const past = [
    { replicas: 8, ageSeconds: 100 },
    { replicas: 20, ageSeconds: 300 },
  ];
  it('keeps the largest recommendation that is younger than the window', () => {
    expect(stabilizeScaleDown(3, past, 300)).toEqual({
      replicas: 8,
      log: [past[0], { replicas: 3, ageSeconds: 0 }],
    });
    expect(stabilizeScaleDown(3, past, 301).replicas).toBe(20);
  });

  it('with behavior, moves the current size as little as both windows allow', () => {
    const window = { upSeconds: 200, downSeconds: 200 };
    expect(stabilizeBoth(5, 12, past, window).replicas).toBe(8);
    expect(stabilizeBoth(10, 3, past, window).replicas).toBe(8);
    expect(stabilizeBoth(5, 3, past, window).replicas).toBe(5);
  });
});

describe('limits', () => {
  const limit = { factor: 2, minimum: 4 };
  const rows: [
    current: number,
    desired: number,
    min: number,
    max: number,
    replicas: number,
    reason: string,
  ][] = [
    [1, 9, 1, 20, 4, 'ScaleUpLimit'],
    [10, 90, 1, 15, 15, 'TooManyReplicas'],
    [5, 1, 2, 20, 2, 'TooFewReplicas'],
    [5, 0, 0, 20, 0, 'DesiredWithinRange'],
  ];
  it.each(rows)('%i to %i in %i to %i is %i: %s', (current, desired, min, max, replicas, reason) => {
    expect(withinLimits(current, desired, { min, max }, limit)).toEqual({ replicas, reason });
  });
});

describe('behavior', () => {
  const none = { up: [], down: [] };
  const perMinute = (selectPolicy: 'Max' | 'Min' | 'Disabled') => ({
    selectPolicy,
    policies: [
      { type: 'Pods' as const, value: 4, periodSeconds: 60 },
      { type: 'Percent' as const, value: 50, periodSeconds: 60 },
    ],
  });

  it('lets the size go as far as the policy that is selected', () => {
    expect(behaviorLimit('up', 11, none, perMinute('Max'))).toBe(17);
    expect(behaviorLimit('up', 11, none, perMinute('Min'))).toBe(15);
    expect(behaviorLimit('down', 11, none, perMinute('Max'))).toBe(5);
    expect(behaviorLimit('down', 11, none, perMinute('Min'))).toBe(7);
    expect(behaviorLimit('down', 11, none, perMinute('Disabled'))).toBe(11);
  });

  it('counts from the size at the start of the period, and never crosses the current size', () => {
    const up = [
      { change: 3, ageSeconds: 59 },
      { change: 5, ageSeconds: 60 },
    ];
    expect(behaviorLimit('up', 11, { up, down: [] }, perMinute('Min'))).toBe(12);
    const many = { up: [{ change: 9, ageSeconds: 1 }], down: [] };
    const behavior = { ...defaultBehavior, scaleUp: perMinute('Min') };
    expect(withinBehavior(11, 30, { min: 1, max: 99 }, many, behavior)).toEqual({
      replicas: 11,
      reason: 'ScaleUpLimit',
    });
  });

  it('keeps an event in the slot of one that no policy looks at', () => {
    const old = [
      { change: 1, ageSeconds: 61 },
      { change: 2, ageSeconds: 10 },
    ];
    expect(withScaleEvent(old, 7, perMinute('Max')).map(({ change }) => change)).toEqual([7, 2]);
    expect(withScaleEvent(old.slice(1), 7, perMinute('Max')).map(({ change }) => change)).toEqual([2, 7]);
  });
});

describe('reconcile', () => {
  const input: ReconcileInput = {
    bounds: { min: 2, max: 10 },
    currentReplicas: 5,
    metrics: () => [{ name: 'cpu', replicas: 7 }],
    recommendations: null,
    downscaleStabilizationSeconds: 300,
    scaleUpLimit: { factor: 2, minimum: 4 },
    behavior: null,
    events: { up: [], down: [] },
  };
  const unasked = { ...input, metrics: () => expect.unreachable('metrics are asked for') };

  it.each([
    ['above the maximum', { ...unasked, currentReplicas: 12 }, 10, 'SucceededRescale'],
    ['below the minimum', { ...unasked, currentReplicas: 1 }, 2, 'SucceededRescale'],
    ['switched off at zero', { ...unasked, currentReplicas: 0 }, 0, 'SucceededGetScale'],
    ['as the metric asks', input, 7, 'SucceededRescale'],
    [
      'first run, so no scale-in',
      { ...input, metrics: () => [{ name: 'a', replicas: 3 }] },
      5,
      'ScaleDownStabilized',
    ],
    ['without data', { ...input, metrics: () => [{ name: 'a', invalid: 'Failed' }] }, 5, 'SucceededGetScale'],
    [
      'with behavior',
      { ...input, behavior: defaultBehavior, metrics: () => [{ name: 'a', replicas: 40 }] },
      10,
      'SucceededRescale',
    ],
  ] as [string, ReconcileInput, number, string][])('%s', (_what, given, replicas, reason) => {
    const answer = reconcile(given);
    expect([answer.replicas, answer.conditions.AbleToScale.reason]).toEqual([replicas, reason]);
  });

  test('a metric from zero asks for what it needs, where the minimum is zero', () => {
    const zero = { ...input, bounds: { min: 0, max: 10 }, currentReplicas: 0 };
    expect(reconcile({ ...zero, metrics: () => [{ name: 'queue', replicas: 3 }] }).replicas).toBe(3);
    expect(reconcile({ ...zero, metrics: () => [{ name: 'queue', invalid: 'Failed' }] }).replicas).toBe(0);
  });
});
