import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { findCapacity } from '../../lib/model/capacity/index.ts';
import { settingsSchema } from '../../lib/model/settings.ts';
import { combine, decide } from '../../lib/scaling/combine.ts';
import { explain } from '../../lib/scaling/explain.ts';
import { capacityLimits, type LimitSources } from '../../lib/scaling/limits.ts';
import { nextRequest } from '../../lib/scaling/next-request.ts';
import { oneRequest } from '../../lib/scaling/one-request.ts';
import { runs } from '../sample.ts';

/** Quotas, free addresses and budgets limit growth, by name. */
const at = '2026-11-30T12:00:00Z';
const asking = (current: number, want: number, sources: LimitSources) => {
  const { limits, unknown } = capacityLimits(current, sources);
  const proposals = [{ source: 'load', kind: 'capacity' as const, status: 'ok' as const, value: want }];
  const unknownLimits = unknown.length > 0 ? { unknownLimits: unknown } : {};
  return decide({ at, current, proposals, bounds: { min: 1, max: 100 }, limits, ...unknownLimits });
};
const quota = (max: number, used = 0, perUnit = 1) => ({ quotas: [{ name: 'L-1', max, used, perUnit }] });
const budget = (perMonth: number, perUnitHour: number) => ({
  budgets: [{ name: 'the budget of the policy', perMonth, perUnitHour }],
});
const addresses = (free: Record<string, number>, subnets = Object.keys(free), perUnit = 1) => ({
  addresses: { subnets, free: new Map(Object.entries(free)), perUnit },
});

describe('a scale-out ends at a limit, which the decision names', () => {
  const cases: [what: string, sources: LimitSources, to: number, name: RegExp][] = [
    ['a quota', quota(9), 9, /^the limit quota L-1 of 9$/],
    ['a quota that others share', quota(20, 12), 8, /^the limit quota L-1 of 20, of which others use 12$/],
    ['a quota of what a unit needs', quota(20, 0, 3), 6, /^the limit quota L-1 of 20$/],
    [
      'free addresses of all subnets',
      addresses({ 'subnet-1': 1, 'subnet-2': 2 }),
      7,
      /addresses of subnet-1, subnet-2, of which 3 are free/,
    ],
    [
      'addresses, of which a unit needs several',
      addresses({ 'subnet-1': 5 }, ['subnet-1'], 2),
      6,
      /of which 5 are free/,
    ],
    [
      'a budget',
      budget(500, 0.1),
      6,
      /^the limit the budget of the policy of 500 a month, at 0.1 an hour for each unit$/,
    ],
    [
      'the tightest of all',
      { ...quota(9), ...budget(5000, 0.1), ...addresses({ a: 1 }) },
      5,
      /addresses of a/,
    ],
    ['no free address at all', addresses({ 'subnet-1': 0 }), 4, /of which 0 are free/],
  ];
  test.each(cases)('%s', (_what, sources, to, name) => {
    const record = asking(4, 30, sources);
    expect(record.decision.desired).toBe(to);
    const bound = record.decision.bound.map(
      (one) => explain({ ...record, decision: { ...record.decision, bound: [one] } })[2],
    );
    expect(bound).toEqual([expect.stringMatching(new RegExp(`^30 becomes ${to}: `))]);
    expect(bound[0]?.replace(/^.*?: /, '')).toMatch(name);
    expect(record.decision.beyond).toMatchObject({ to: 30 });
  });
});

describe('a limit', () => {
  it('that is not known limits nothing, and the record says so', () => {
    const record = asking(4, 30, addresses({ 'subnet-1': 2 }, ['subnet-1', 'subnet-2']));
    expect(record.decision.desired).toBe(30);
    expect(record.input.unknownLimits).toEqual(['addresses of subnet-2']);
    expect(explain(record)).toContain('not known, so it limits nothing: addresses of subnet-2');
  });

  const below: [string, LimitSources][] = [
    ['quota', quota(2)],
    ['quota that others have used up', quota(20, 50)],
    ['budget', budget(10, 1)],
    ['budget of nothing', budget(0, 1)],
  ];
  test.each(below)('below the current capacity takes nothing away: %s', (_what, sources) => {
    for (const want of [4, 30]) expect(asking(4, want, sources).decision.desired).toBe(4);
    expect(asking(4, 2, sources).decision.desired).toBe(2);
  });
});

test('no request goes beyond a limit below the lower bound of the policy', () => {
  const trait = findCapacity('AWS::ECS::Service');
  if (typeof trait === 'string') throw new TypeError(trait);
  const envelope = { trait, min: 10, max: 40 };
  expect(oneRequest(envelope, 2, 5)).toBe(2);
  expect(oneRequest(envelope, 12, 30)).toBe(30);
});

test('a request beyond the policy ends at a limit, at a whole unit', () => {
  const trait = findCapacity('AWS::ECS::Service');
  if (typeof trait === 'string') throw new TypeError(trait);
  const { input, decision } = asking(6, 30, budget(500, 0.1));
  const beyond = { ...decision, beyond: { to: 30, limits: [] } };
  expect(nextRequest({ trait, min: 1, max: 40 }, input, beyond, 6)).toBeUndefined();
  expect(
    nextRequest({ trait, min: 1, max: 40 }, { ...input, current: 5 }, { ...beyond, sequence: [] }, 5)?.to,
  ).toBe(6);
});

const amount = fc.integer({ min: 0, max: 60 });
const sourcesOf = fc.record<LimitSources>({
  quotas: fc.array(
    fc.record({ name: fc.constant('q'), max: amount, used: amount, perUnit: fc.integer({ min: 1, max: 4 }) }),
    { maxLength: 3 },
  ),
  budgets: fc.array(
    fc.record({
      name: fc.constant('b'),
      perMonth: fc.integer({ min: 0, max: 40_000 }),
      perUnitHour: fc.integer({ min: 1, max: 9 }),
    }),
    { maxLength: 2 },
  ),
  addresses: fc.dictionary(fc.constantFrom('a', 'b', 'c'), amount).map((free) => addresses(free).addresses),
});

test('no growth exceeds any limit, no limit scales in, and the record replays', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 60 }), amount, sourcesOf, (current, want, sources) => {
      const record = asking(current, want, sources);
      const { desired } = record.decision;
      for (const { max } of record.input.limits ?? [])
        expect(desired).toBeLessThanOrEqual(Math.max(max, current));
      if (want >= current) expect(desired).toBeGreaterThanOrEqual(current);
      else expect(desired).toBe(Math.max(want, 1));
      const again = combine(JSON.parse(JSON.stringify(record.input)));
      expect(JSON.parse(JSON.stringify(again))).toEqual(JSON.parse(JSON.stringify(record.decision)));
    }),
    { ...runs(10_000, 20), seed: 9 },
  );
});

describe('settings of scaling', () => {
  const read = (scaling: object) =>
    settingsSchema.safeParse({ environments: { prod: { policyPacks: [{ name: 'base' }], scaling } } });
  it('are empty by default', () => {
    expect(
      settingsSchema.parse({ environments: { prod: { policyPacks: [{ name: 'base' }] } } }).environments.prod
        ?.scaling,
    ).toEqual({ quotas: [], budgets: [] });
  });
  const wrong: [string, object, RegExp][] = [
    [
      'a type without a capacity',
      { quotas: [{ name: 'q', type: 'AWS::S3::Bucket', max: 1 }] },
      /has no capacity/,
    ],
    [
      'a property that is none',
      { budgets: [{ type: 'AWS::ECS::Service', property: 'Tasks', perUnitHour: 1, perMonth: 1 }] },
      /has no capacity ..Tasks/,
    ],
    ['a price of nothing', { budgets: [{ type: 'AWS::ECS::Service', perUnitHour: 0, perMonth: 1 }] }, />0/],
    ['a negative quota', { quotas: [{ name: 'q', type: 'AWS::ECS::Service', max: -1 }] }, />=0/],
  ];
  test.each(wrong)('are refused with %s', (_what, scaling, expected) => {
    expect(read(scaling).error?.message).toMatch(expected);
  });
});
