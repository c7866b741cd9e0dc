import { describe, expect, it } from 'vitest';
import { exposuresOf } from '../../lib/change/exposure/classify.ts';
import { type Directive, directivesOf, keepDirective, latestDirective } from '../../lib/ledger/traffic.ts';
import type { Asset } from '../../lib/model/asset.ts';
import type { JsonObject, JsonValue } from '../../lib/model/json.ts';
import type { HashedPlan, Step } from '../../lib/model/plan.ts';
import type { DesiredState } from '../../lib/model/request.ts';
import { readTrafficPolicy } from '../../lib/model/traffic-policy.ts';
import type { ShiftPlan } from '../../lib/model/traffic-shift.ts';
import type { TrafficShift } from '../../lib/model/wish.ts';
import { checkPlan, planChange, planShifts } from '../../lib/planner/index.ts';
import type { FailedAnalysis } from '../../lib/planner/shiftable.ts';
import { ensureTypes, typeLookup } from '../../lib/spec/index.ts';
import { openMemoryTable } from '../dynamodb/memory-table.ts';
import { planOf, play, type Weather } from '../traffic/shift-world.ts';
import { built, desire, rehashed } from './example.ts';

/** Ways around the analysis of a shift, its mark, its policy and its approval, each of which ends nowhere. */
const lookup = typeLookup(ensureTypes());
const listener = 'AWS::ElasticLoadBalancingV2::Listener';
const targetGroup = 'AWS::ElasticLoadBalancingV2::TargetGroup';
const traffic: JsonObject = { strategy: 'canary-10-5m' };
const side = (TargetGroupArn: JsonValue, Weight: number): JsonObject => ({ TargetGroupArn, Weight });
const login = { Type: 'authenticate-oidc', AuthenticateOidcConfig: { ClientId: 'shop' } };
const forward = (...TargetGroups: JsonObject[]): JsonObject => ({
  ...{ LoadBalancerArn: 'arn:lb', Port: 443, Protocol: 'HTTPS' },
  DefaultActions: [login, { Type: 'forward', ForwardConfig: { TargetGroups } }],
});
const both = forward(side({ Ref: 'Blue' }, 100), side({ Ref: 'Green' }, 0));
const group = (Name: string): JsonObject => ({ Name, Port: 80, Protocol: 'HTTP', VpcId: 'vpc-1' });
const manifest = (
  entry: JsonObject,
  blue = group('blue'),
  declared: JsonObject = { traffic },
): DesiredState =>
  desire(
    ['Blue', targetGroup, blue],
    ['Green', targetGroup, group('green')],
    ['Entry', listener, entry, Object.keys(declared).length === 0 ? {} : { baton: declared }],
  );
const scope = manifest(both);
const assets = built(scope, { Entry: { traffic } });
const named = (name: string, of: readonly Asset[] = assets): Asset => {
  const found = of.find(({ logicalId }) => logicalId === name);
  if (found === undefined) throw new Error(`there is no ${name}`);
  return found;
};
const asset = named('Entry').id;
const wishOf = (shift: TrafficShift): DesiredState => ({
  ...{ ...scope, resources: [], wish: { kind: 'shifts', shifts: [shift] } },
});
const planned = (shift: TrafficShift, failed: FailedAnalysis[] = [], standing = assets): HashedPlan =>
  planShifts({ requestId: 'shift-1', desired: wishOf(shift), assets: standing, lookup, failed });

describe('a side that failed stays marked', () => {
  const arn = named('Green').identifier;
  const mark = { asset, failedAt: 9, why: 'metric 0 failed' };
  const renamed = built(manifest(forward(side({ Ref: 'Blue' }, 100))), { Entry: { traffic } }).map((one) =>
    one.logicalId === 'Green' ? { ...one, logicalId: 'Fresh', identifier: arn } : one,
  );
  const named2 = named('Entry', renamed).id;
  for (const [what, to, side, called, standing] of [
    ['if it is named by its ARN', arn, '${Green}', undefined, assets],
    ['if it is named by its ARN, which the mark has', arn, '${Green}', arn, assets],
    ['if it failed under its ARN', 'Green', arn, undefined, assets],
    ['if its resource has a new name', 'Fresh', '${Green}', arn, renamed],
    ['if its resource has a new name, and it is named by its ARN', arn, '${Green}', arn, renamed],
  ] as const)
    it(what, () => {
      const failed = [{ ...mark, asset: named('Entry', standing).id, side, ...(called && { called }) }];
      expect(() => planned({ asset: named2, to }, failed, standing)).toThrow('failed its analysis');
    });
});

describe('the checker derives the shift from the policy and the request', () => {
  const plan = planned({ asset, to: 'Green' });
  const codes = (change: (step: Step) => Step, shift: TrafficShift = { asset, to: 'Green' }) => {
    const given = rehashed({ ...plan, steps: structuredClone(plan.steps).map(change) });
    return checkPlan(given, { desired: wishOf(shift), assets, lookup }).map(({ code }) => code);
  };
  const withPlan = (more: Partial<ShiftPlan>) => (step: Step) => ({
    ...step,
    ...(step.shift && { shift: { ...step.shift, plan: { ...step.shift.plan, ...more } } }),
  });
  it('accepts what was asked for', () => expect(codes((step) => step)).toEqual([]));
  for (const [what, more] of [
    ['fewer requests than the policy wants', { minimumSamples: 1 }],
    ['a rule that the policy does not have', { alarms: ['other'] }],
    ['evaluations once a day', { intervalSeconds: 86_400 }],
    ['a person who is never asked', { patienceSeconds: 1e9 }],
    ['a side that does not drain', { drainSeconds: 0 }],
  ] as const)
    it(`refuses ${what}`, () => expect(codes(withPlan(more))).toContain('NotAsDeclared'));
  it('refuses another side, and another strategy', () => {
    expect(codes((step) => step, { asset, to: 'Other' })).toContain('NotAsDeclared');
    expect(codes((step) => step, { asset, to: 'Green', strategy: 'canary-5-1h' })).toContain('NotAsDeclared');
  });
  it('refuses to change anything else in the property that has the weights', () => {
    const without = (step: Step): Step => {
      const actions = step.desired?.DefaultActions;
      if (!Array.isArray(actions)) return step;
      return { ...step, desired: { ...step.desired, DefaultActions: actions.slice(1) } };
    };
    expect(codes(without)).toContain('NotWeight');
  });
  it('refuses a side that stands for another target group', () => {
    const unchanged = plan.unchanged.map((one) =>
      one.resource === 'Green' ? { ...one, identifier: 'arn:of-another-team' } : one,
    );
    const given = rehashed({ ...plan, unchanged });
    const found = checkPlan(given, { desired: wishOf({ asset, to: 'Green' }), assets, lookup });
    expect(found.map(({ code }) => code)).toContain('WrongVersion');
  });
});

describe('a manifest that declares traffic moves none', () => {
  const change = (desired: DesiredState) =>
    planChange({ requestId: 'again', desired, assets, lookup }).steps.find(
      ({ resource }) => resource === 'Entry',
    );
  it('by replacing the side that has it', () => {
    expect(() => change(manifest(both, { ...group('blue-2'), Port: 81 }))).toThrow('would replace Blue');
    const unused = manifest(both);
    const green = unused.resources.find(({ logicalId }) => logicalId === 'Green');
    if (green !== undefined) green.properties = { ...group('green-2'), Port: 81 };
    expect(() => change(unused)).not.toThrow();
  });
  it('by sending it elsewhere', () => {
    const DefaultActions = [
      { Type: 'redirect', RedirectConfig: { Host: 'elsewhere', StatusCode: 'HTTP_301' } },
    ];
    expect(() => change(manifest({ ...both, DefaultActions }))).toThrow('forwards to Blue no longer');
  });
  it('by naming sides with functions that the service resolves', () => {
    const [one, other] = [{ 'Fn::ImportValue': 'one' }, { 'Fn::ImportValue': 'other' }];
    const entry = forward(side(one, 100), side(other, 0));
    const standing = built(manifest(entry), { Entry: { traffic } });
    const desired = manifest({ ...entry, Port: 8443 });
    const [step] = planChange({ requestId: 'again', desired, assets: standing, lookup }).steps;
    expect(step?.desired).toEqual({ ...entry, Port: 8443 });
  });
});

describe('approvers are asked about', () => {
  const kinds = (plan: HashedPlan) => exposuresOf(plan).map(({ kind }) => kind);
  it('other steps than the manifest declares', () => {
    expect(kinds(planned({ asset, to: 'Green' }))).not.toContain('observability');
    expect(kinds(planned({ asset, to: 'Green', strategy: 'all-at-once' }))).toContain('observability');
  });
  it('a policy that is loosened or taken away', () => {
    const others: JsonObject[] = [{ traffic: { strategy: 'all-at-once' } }, {}];
    for (const declared of others) {
      const desired = manifest(both, group('blue'), declared);
      expect(kinds(planChange({ requestId: 'again', desired, assets, lookup }))).toContain('observability');
    }
  });
});

it('a count of requests is not evaluated by a statistic that is always 1', () => {
  for (const statistic of [undefined, 'Average', 'Maximum', 'p99'])
    for (const metric of ['HTTPCode_Target_5XX_Count', 'RequestCount', 'TargetConnectionErrorCount']) {
      const rule = { kind: 'threshold', metric, above: 5, ...(statistic && { statistic }) };
      expect(readTrafficPolicy({ strategy: 'canary-10-5m', metrics: [rule] })).toMatchObject({
        problems: [{ path: ['metrics', 0, 'statistic'] }],
      });
    }
  const average = { kind: 'threshold', metric: 'Errors', above: 0.1 };
  expect(readTrafficPolicy({ strategy: 'canary-10-5m', metrics: [average] })).toHaveProperty('policy');
});

it('a person does not let a step pass while a rule fails that tolerates it', () => {
  const plan = planOf({
    ...{ strategy: 'canary-10-2m', bake: '2m', patience: '3m' },
    metrics: [{ kind: 'threshold', metric: 'Errors', above: 0.1, failures: 2 }],
  });
  // Without data until a person lets it pass, and then bad in every interval.
  const weather: Weather = (interval) => ({
    samples: 0,
    metrics: [{ target: interval > 8 ? [0.9] : [] }],
    ...(interval === 8 ? { command: 'continue' } : {}),
  });
  const weights = play(plan, weather).flatMap(({ action }) =>
    action.kind === 'set-weight' ? action.weight : [],
  );
  expect(weights).toEqual([10]);
});

describe('directives', () => {
  const told = (id: string, kind: Directive['kind'], second: number): Directive => ({
    ...{ id, kind, by: 'user/ann', reason: 'because' },
    at: new Date(second * 1000).toISOString(),
  });
  const keeping = async (...all: Directive[]) => {
    const memory = await openMemoryTable();
    const kept: boolean[] = [];
    for (const one of all) kept.push(await keepDirective(memory.table, 'shift-1', one));
    const found = await directivesOf(memory.table, 'shift-1');
    await memory.close();
    return { kept, found };
  };

  it('count once, however often and late they are delivered', async () => {
    const [pause, proceed] = [told('b', 'pause', 1), told('a', 'continue', 9)];
    const { kept, found } = await keeping(proceed, pause, proceed, pause);
    expect(kept).toEqual([true, true, false, false]);
    expect(found.map(({ id }) => id)).toEqual(['a', 'b']);
    // The late one pushes nothing past what counted, and is outdated itself.
    expect([0, 1, 2].map((seen) => latestDirective(found, seen))).toEqual(['continue', undefined, undefined]);
  });

  it('of the same second count in the order in which they arrived', async () => {
    const { found } = await keeping(told('b', 'continue', 1), told('a', 'pause', 1));
    expect([0, 1, 2].map((seen) => latestDirective(found, seen))).toEqual(['pause', 'pause', undefined]);
  });

  it('are all kept if they arrive at once', async () => {
    const memory = await openMemoryTable();
    const all = Array.from({ length: 20 }, (_, index) => told(`d${index % 10}`, 'pause', 1));
    await Promise.all(all.map((one) => keepDirective(memory.table, 'shift-1', one)));
    expect(new Set((await directivesOf(memory.table, 'shift-1')).map(({ id }) => id)).size).toBe(10);
    expect(await directivesOf(memory.table, 'shift-1')).toHaveLength(10);
    await memory.close();
  });
});
