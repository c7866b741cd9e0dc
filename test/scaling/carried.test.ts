import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { carrierOf } from '../../lib/model/capacity/carrier.ts';
import type { JsonObject } from '../../lib/model/json.ts';
import { type CarriedSizes, planCarried } from '../../lib/scaling/carried.ts';
import { runs } from '../sample.ts';

/** Tasks need instances: the group grows before the service, and shrinks after it. */
const resource = (logicalId: string, type: string, properties: JsonObject = {}) => ({
  logicalId,
  type,
  properties,
});
const group = resource('Group', 'AWS::AutoScaling::AutoScalingGroup', { MinSize: '1', MaxSize: '9' });
const provider = (status = 'DISABLED', of: JsonObject = { Ref: 'Group' }, name = 'Provider') =>
  resource(name, 'AWS::ECS::CapacityProvider', {
    AutoScalingGroupProvider: { AutoScalingGroupArn: of, ManagedScaling: { Status: status } },
  });
const strategy = (...names: (string | JsonObject)[]) =>
  names.map((CapacityProvider) => ({ CapacityProvider }));
const service = (properties: JsonObject = {}) =>
  resource('Service', 'AWS::ECS::Service', { Cluster: { Ref: 'Cluster' }, ...properties });
const cluster = (properties: JsonObject = {}) => resource('Cluster', 'AWS::ECS::Cluster', properties);

describe('the group that carries a service is found', () => {
  const byService = service({ CapacityProviderStrategy: strategy({ Ref: 'Provider' }) });
  const links = resource('Links', 'AWS::ECS::ClusterCapacityProviderAssociations', {
    ...{ Cluster: { Ref: 'Cluster' }, CapacityProviders: [{ Ref: 'Provider' }] },
    DefaultCapacityProviderStrategy: strategy({ Ref: 'Provider' }),
  });
  const cases: [string, ReturnType<typeof service>, ReturnType<typeof resource>[]][] = [
    ['by the strategy of the service', byService, [provider(), group]],
    [
      'by the strategy of its cluster',
      service(),
      [cluster({ DefaultCapacityProviderStrategy: strategy({ Ref: 'Provider' }) }), provider(), group],
    ],
    [
      'by the providers of its cluster',
      service(),
      [cluster({ CapacityProviders: [{ Ref: 'Provider' }] }), provider(), group],
    ],
    ['by an association of its cluster', service(), [cluster(), links, provider(), group]],
    [
      'by the ARN of the group',
      byService,
      [provider('DISABLED', { 'Fn::GetAtt': ['Group', 'AutoScalingGroupARN'] }), group],
    ],
  ];
  test.each(cases)('%s', (_what, one, scope) => expect(carrierOf(one, [one, ...scope])).toEqual({ group }));
});

describe('nothing carries a service', () => {
  const cases: [string, ReturnType<typeof service>, ReturnType<typeof resource>[], RegExp][] = [
    ['on Fargate', service({ LaunchType: 'FARGATE' }), [], /Fargate/],
    [
      'on providers of Fargate',
      service({ CapacityProviderStrategy: strategy('FARGATE', 'FARGATE_SPOT') }),
      [],
      /Fargate/,
    ],
    [
      'that managed scaling makes room for',
      service({ CapacityProviderStrategy: strategy({ Ref: 'Provider' }) }),
      [provider('ENABLED'), group],
      /managed scaling of Provider/,
    ],
  ];
  test.each(cases)('%s', (_what, one, scope, none) =>
    expect(carrierOf(one, [one, ...scope])).toEqual({ none: expect.stringMatching(none) }),
  );
});

describe('it is said why the group of a service can not be found', () => {
  const named = strategy({ Ref: 'Provider' });
  const cases: [string, ReturnType<typeof service>, ReturnType<typeof resource>[], RegExp][] = [
    ['without any provider', service(), [cluster()], /neither it, nor its cluster/],
    [
      'with a provider of another scope',
      service({ CapacityProviderStrategy: strategy('shared') }),
      [cluster()],
      /"shared" of Service is not in its scope/,
    ],
    [
      'with a group of another scope',
      service({ CapacityProviderStrategy: named }),
      [provider('DISABLED', { Ref: 'Other' }), group],
      /group of the capacity provider Provider/,
    ],
    [
      'with several groups',
      service({ CapacityProviderStrategy: strategy({ Ref: 'Provider' }, { Ref: 'Second' }) }),
      [provider(), provider('DISABLED', { Ref: 'More' }, 'Second'), group, { ...group, logicalId: 'More' }],
      /several groups \(Group, More\)/,
    ],
  ];
  test.each(cases)('%s', (_what, one, scope, problem) =>
    expect(carrierOf(one, [one, ...scope])).toEqual({ problem: expect.stringMatching(problem) }),
  );
});

describe('a service and its group', () => {
  const sizes = (
    from: number,
    to: number,
    current: number,
    more: Partial<CarriedSizes> = {},
  ): CarriedSizes => ({
    ...{ carried: { from, to }, carrier: { current, min: 1, max: 9 } },
    ...more,
  });
  it('grow in this order: room first', () =>
    expect(planCarried(sizes(4, 9, 2))).toEqual([
      { of: 'carrier', from: 2, to: 5 },
      { of: 'carried', from: 4, to: 9 },
    ]));
  it('shrink the other way around, not below the minimum of the group', () =>
    expect(planCarried(sizes(9, 1, 5, { perCarrier: 1 }))).toEqual([
      { of: 'carried', from: 9, to: 1 },
      { of: 'carrier', from: 5, to: 1 },
    ]));
  it('leave the group alone where its instances hold the difference', () =>
    expect(planCarried(sizes(9, 8, 3))).toEqual([{ of: 'carried', from: 9, to: 8 }]));
  const problems: [string, CarriedSizes, RegExp][] = [
    ['without a task that tells how many fit', sizes(0, 4, 2), /--per-instance/],
    ['without an instance', sizes(4, 8, 0), /--per-instance/],
    ['beyond the largest group', sizes(8, 40, 2), /need 10 instances, and the group has at most 9/],
  ];
  test.each(problems)('have no plan %s', (_what, one, expected) =>
    expect(planCarried(one)).toMatch(expected),
  );
});

test('at every time of a plan there is room for what is there', () => {
  const size = fc.integer({ min: 0, max: 40 });
  fc.assert(
    fc.property(
      size,
      size,
      fc.integer({ min: 1, max: 20 }),
      fc.integer({ min: 1, max: 5 }),
      (from, to, current, perCarrier) => {
        fc.pre(from <= current * perCarrier);
        const plan = planCarried({
          carried: { from, to },
          carrier: { current, min: 1, max: 100 },
          perCarrier,
        });
        if (typeof plan === 'string') throw new Error(plan);
        let [tasks, instances] = [from, current];
        for (const change of plan) {
          if (change.of === 'carrier') instances = change.to;
          else tasks = change.to;
          expect(tasks).toBeLessThanOrEqual(instances * perCarrier);
        }
        expect(tasks).toBe(to);
      },
    ),
    { ...runs(10_000, 20), seed: 9 },
  );
});
