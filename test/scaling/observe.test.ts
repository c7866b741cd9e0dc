import { describe, expect, it, test } from 'vitest';
import { findCapacity } from '../../lib/model/capacity/index.ts';
import type { CapacityTrait } from '../../lib/model/capacity/trait.ts';
import { type MetricSeries, queryKey } from '../../lib/model/metric-query.ts';
import { readScalingPolicies } from '../../lib/model/scaling-policy.ts';
import { combine } from '../../lib/scaling/combine.ts';
import { queriesOf, type ScalingSubject } from '../../lib/scaling/metric-queries.ts';
import { type Observations, observe } from '../../lib/scaling/observe.ts';
import { oneRequest } from '../../lib/scaling/one-request.ts';
import { capacityAt, readyAt } from '../../lib/scaling/past-capacity.ts';

// From metrics to the input of a decision: what is there counts, and what is not there holds the capacity.

const trait = findCapacity('AWS::ECS::Service') as CapacityTrait;
const end = Date.parse('2026-01-01T12:00:00Z');
const at = new Date(end).toISOString();
const ago = (minutes: number) => new Date(end - minutes * 60_000).toISOString();
const target = { kind: 'target', metric: 'CPUUtilization', target: 50 };

function subjectOf(policy: object): ScalingSubject {
  const read = readScalingPolicies({ min: 2, max: 40, metrics: [target], ...policy });
  if (!('policies' in read) || read.policies[0] === undefined) throw new Error(JSON.stringify(read));
  const dimensions = { ClusterName: 'a', ServiceName: 'b' };
  return {
    policy: read.policies[0],
    ...{ trait, region: 'eu-west-1', sources: [{ namespace: 'AWS/ECS', dimensions }] },
  };
}

/** Observations with the same values for every query: the last one is that of the period that ends now. */
function seen(subject: ScalingSubject, values: number[], more: Partial<Observations> = {}): Observations {
  const series = queriesOf(subject).map((query): [string, MetricSeries] => {
    const { periodSeconds } = query;
    const start = (index: number) => end - (values.length - index) * periodSeconds * 1000;
    const points = values.map((value, index): [number, number] => [start(index), value]);
    return [queryKey(query), { periodSeconds, points, complete: true }];
  });
  return { at, current: 4, changes: [], alarms: new Map(), series: new Map(series), ...more };
}

const decided = (policy: object, values: number[], more: Partial<Observations> = {}) => {
  const subject = subjectOf(policy);
  return combine(observe(subject, seen(subject, values, more)));
};
const steady = (value: number) => Array.from({ length: 10 }, () => value);

describe('holds the capacity', () => {
  const quiet = steady(1);
  const cases: [string, ReturnType<typeof decided>][] = [
    ['without a point', decided({}, [])],
    ['with a value that is no number', decided({}, [...quiet, Number.NaN])],
    ['while less was asked for within the window', decided({}, [...steady(50), 1])],
    ['with a change in flight', decided({}, steady(90), { inFlight: { to: 9, since: ago(1) } })],
    ['in a freeze', decided({}, steady(90), { freeze: { name: 'end of year' } })],
    ['with a metric whose source is not known', decided({ metrics: [{ ...target, namespace: 'X' }] }, quiet)],
    [
      'with a schedule that has no such day',
      decided({ schedule: [{ cron: '0 7 31 2 99 *', min: 10 }] }, steady(90)),
    ],
    ['with steps of an alarm that does not exist', decided({ metrics: [target, alarmed] }, quiet)],
  ];
  for (const [what, { desired }] of cases) test(what, () => expect(desired).toBe(4));

  test('with stale data', () => {
    const subject = subjectOf({});
    const old = seen(subject, steady(1));
    const later = new Date(end + 4 * 60_000).toISOString();
    expect(combine(observe(subject, { ...old, at: later })).desired).toBe(4);
  });

  test('with partial data that asks for less, and not with partial data that asks for more', () => {
    const subject = subjectOf({});
    const partial = (values: number[]) => {
      const { series, ...rest } = seen(subject, values);
      const cut = [...series].map(([key, one]) => [key, { ...one, complete: false }] as const);
      return combine(observe(subject, { ...rest, series: new Map(cut) })).desired;
    };
    expect([partial(steady(1)), partial(steady(100))]).toEqual([4, 8]);
  });
});

const alarmed = { kind: 'step', alarm: 'deep', steps: [{ lower: 0, adjustment: 3 }] };

it('scales out at once, and in when the whole window asks for less', () => {
  expect(decided({}, [...steady(50), 100]).desired).toBe(8);
  expect(decided({}, steady(25)).desired).toBe(2);
});

it('recomputes what was recommended with the capacity of that time', () => {
  const subject = subjectOf({});
  const changes = [{ at: ago(3), from: 2, to: 4 }];
  const { recommendations = [], ready } = observe(subject, seen(subject, steady(50), { changes }));
  expect(recommendations.map(({ replicas }) => replicas)).toEqual([2, 4, 4, 4]);
  expect(ready).toBe(4);
});

it('takes what started within the warm-up as not ready', () => {
  const changes = [{ at: new Date(end - 30_000).toISOString(), from: 2, to: 4 }];
  expect(readyAt(changes, end, { current: 4, warmUpSeconds: 60 })).toBe(2);
  expect(capacityAt(changes, end - 60_000, 4)).toBe(2);
});

it('makes no change twice, and takes none back, before its effect is measured', () => {
  const just = (from: number, to: number) => [{ at: new Date(end - 30_000).toISOString(), from, to }];
  const noWindow = { behavior: { scaleDown: { stabilizationWindowSeconds: 0 } } };
  // Measured with 2 units, or with some of the new ones.
  expect(decided(noWindow, steady(100), { changes: just(2, 4) }).desired).toBe(4);
  expect(decided(noWindow, steady(40), { changes: just(2, 4) }).desired).toBe(4);
  // Measured with 8 units: half of it is for 4.
  expect(decided(noWindow, steady(25), { changes: just(8, 4) }).desired).toBe(4);
  // What more than all of them measured is more in any case.
  expect(decided(noWindow, steady(150), { changes: just(2, 4) }).desired).toBe(6);
});

it('learns the headroom of a limit, and counts the last period as it is', () => {
  const limit = { metrics: [{ kind: 'limit', metric: 'CPUUtilization', limit: 10 }] };
  expect(decided(limit, steady(100)).desired).toBeGreaterThanOrEqual(10);
  expect(decided(limit, steady(100)).desired).toBeLessThanOrEqual(13);
  expect(decided(limit, []).desired).toBe(4);
});

it('keeps what a limit needed in a minute of the last ten, and adds nothing for it', () => {
  const limit = { metrics: [{ kind: 'limit', metric: 'CPUUtilization', limit: 10 }] };
  // The peak is in a minute that no longer counts in what is learned of five.
  const after = (minutesSince: number, current: number) => {
    const subject = subjectOf(limit);
    const data = seen(subject, steady(40), { current });
    for (const series of data.series.values())
      if (series.periodSeconds === 60)
        series.points = Array.from({ length: 15 }, (_, index): [number, number] => {
          return [end - (15 - index) * 60_000, index === 15 - minutesSince ? 120 : 40];
        });
    return combine(observe(subject, data)).desired;
  };
  expect(after(1, 8)).toBe(12);
  expect([after(2, 12), after(10, 12)]).toEqual([12, 12]);
  expect(after(11, 12)).toBeLessThan(7);
  expect(after(2, 8)).toBe(8);
});

describe('asks for no more in one request than', () => {
  const envelope = { trait, min: 0, max: 100 };
  for (const [from, to, expected] of [
    [2, 40, 6],
    [40, 2, 20],
    [0, 5, 5],
    [5, 4, 4],
    [1, 0, 0],
  ] as const)
    test(`from ${from} to ${to}: ${expected}`, () => expect(oneRequest(envelope, from, to)).toBe(expected));
  test('the bounds, whatever the step to them', () => {
    expect(oneRequest({ trait, min: 10, max: 100 }, 1, 10)).toBe(10);
  });
});
