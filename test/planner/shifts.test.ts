import { describe, expect, it, test } from 'vitest';
import { actionsOf } from '../../lib/model/actions.ts';
import type { Asset } from '../../lib/model/asset.ts';
import { InvalidInput } from '../../lib/model/errors.ts';
import type { JsonObject } from '../../lib/model/json.ts';
import type { HashedPlan, Step } from '../../lib/model/plan.ts';
import type { DesiredState } from '../../lib/model/request.ts';
import type { TrafficShift } from '../../lib/model/wish.ts';
import { checkPlan, configure, planChange, planShifts, planUndo } from '../../lib/planner/index.ts';
import type { FailedAnalysis } from '../../lib/planner/shiftable.ts';
import { ensureTypes, typeLookup } from '../../lib/spec/index.ts';
import { built, desire, outline, rehashed } from './example.ts';

/** Shifts of traffic as plans, and manifests that leave the weights in force. */
const lookup = typeLookup(ensureTypes());
const traffic = { strategy: 'canary-10-5m', alarms: [{ Ref: 'Errors' }] };
const group = (name: string): JsonObject => ({ Name: name, Port: 80, Protocol: 'HTTP', VpcId: 'vpc-1' });
const forward = (...groups: JsonObject[]): JsonObject => ({
  ...{ LoadBalancerArn: 'arn:lb', Port: 80, Protocol: 'HTTP' },
  DefaultActions: [{ Type: 'forward', ForwardConfig: { TargetGroups: groups } }],
});
const weighted = (blue: number, green: number) =>
  forward(
    { TargetGroupArn: { Ref: 'Blue' }, Weight: blue },
    { TargetGroupArn: { Ref: 'Green' }, Weight: green },
  );
const otherGroup = 'arn:aws:elasticloadbalancing:us-east-1:111111111111:targetgroup/other/0123456789abcdef';
const targetGroup = 'AWS::ElasticLoadBalancingV2::TargetGroup';
const listener = 'AWS::ElasticLoadBalancingV2::Listener';
const alarm = { MetricName: 'Errors', Namespace: 'Shop', ComparisonOperator: 'GreaterThanThreshold' };

const manifest = (entry: JsonObject, declared: JsonObject = { baton: { traffic } }) =>
  desire(
    ['Blue', targetGroup, group('blue')],
    ['Green', targetGroup, group('green')],
    ['Errors', 'AWS::CloudWatch::Alarm', { ...alarm, EvaluationPeriods: 1, Threshold: 1 }],
    ['Entry', listener, entry, declared],
    ['V1', 'AWS::Lambda::Version', { FunctionName: 'shop' }],
    ['V2', 'AWS::Lambda::Version', { FunctionName: 'shop' }],
    [
      'Live',
      'AWS::Lambda::Alias',
      { FunctionName: 'shop', Name: 'live', FunctionVersion: { 'Fn::GetAtt': ['V1', 'Version'] } },
      { baton: { traffic: { strategy: 'linear-50-1m' } } },
    ],
    [
      'Stage',
      'AWS::ApiGateway::Stage',
      { RestApiId: 'api', StageName: 'prod', DeploymentId: 'first' },
      { baton: { traffic: { strategy: 'all-at-once' } } },
    ],
    ['Queue', 'AWS::SQS::Queue', {}],
    ['Plain', listener, weighted(100, 0)],
  );
const scope = manifest(weighted(100, 0));
const declaredBy = ({ resources }: DesiredState) =>
  Object.fromEntries(
    resources.flatMap(({ logicalId, baton }) =>
      baton?.traffic === undefined ? [] : [[logicalId, { traffic: baton.traffic }]],
    ),
  );
const assets = built(scope, declaredBy(scope));
const named = (name: string, of: readonly Asset[] = assets): Asset => {
  const found = of.find(({ logicalId }) => logicalId === name);
  if (found === undefined) throw new Error(`there is no ${name}`);
  return found;
};
const wishOf = (shift: TrafficShift, onFailure: 'undo' | 'keep' = 'undo'): DesiredState => ({
  ...scope,
  header: { ...scope.header, onFailure },
  resources: [],
  wish: { kind: 'shifts', shifts: [shift] },
});

function planned(shift: TrafficShift, standing = assets, failed: FailedAnalysis[] = []): HashedPlan {
  const desired = wishOf(shift);
  const plan = planShifts({ requestId: 'shift-1', desired, assets: standing, lookup, failed });
  expect(checkPlan(plan, { desired, assets: standing, lookup })).toEqual([]);
  return plan;
}

const toGreen = { asset: named('Entry').id, to: 'Green' };

describe('a plan of a shift', () => {
  it('sets one weight after the other, analyzes each, and drains', () => {
    const plan = planned(toGreen);
    expect(outline(plan)).toEqual([
      'verify:Entry:sides',
      'update:Entry:10 < verify:Entry:sides',
      'verify:Entry:10 < update:Entry:10',
      'update:Entry:100 < verify:Entry:10',
      'verify:Entry:100 < update:Entry:100',
      'verify:Entry:drained < verify:Entry:100',
    ]);
    expect(plan.steps.map(({ bakeSeconds }) => bakeSeconds)).toEqual([0, undefined, 300, undefined, 0, 300]);
    expect(plan.steps[0]?.shift?.plan).toMatchObject({
      ...{ sides: { stable: '${Blue}', target: '${Green}' }, original: 0, alarms: ['${Errors}'] },
    });
    expect(plan.steps.at(3)?.desired).toEqual(weighted(0, 100));
    expect(plan.unchanged.map(({ resource }) => resource)).toEqual(['Blue', 'Errors', 'Green']);
    expect(actionsOf(plan.steps)).toEqual(['shift-traffic']);
  });

  it('names a version by its attribute, and makes it the main one at the end', () => {
    const plan = planned({ asset: named('Live').id, to: 'V2' });
    const version = (name: string) => ({ 'Fn::GetAtt': [name, 'Version'] });
    const half = { AdditionalVersionWeights: [{ FunctionVersion: version('V2'), FunctionWeight: 0.5 }] };
    expect(plan.steps[1]?.desired).toMatchObject({ FunctionVersion: version('V1'), RoutingConfig: half });
    expect(plan.steps[3]?.desired).toMatchObject({ FunctionVersion: version('V2') });
    expect(plan.steps[1]?.relationships).toEqual(['V1', 'V2']);
  });

  it('takes an id of the service for a side, and a strategy in place of the declared one', () => {
    const plan = planned({ asset: named('Stage').id, to: 'second', strategy: 'canary-5-1m' });
    expect(plan.steps[1]?.desired?.CanarySetting).toEqual({ DeploymentId: 'second', PercentTraffic: 5 });
    expect(plan.steps[3]?.desired).toEqual({ RestApiId: 'api', StageName: 'prod', DeploymentId: 'second' });
  });

  const failed = [{ asset: toGreen.asset, side: '${Green}', failedAt: 0, why: 'metric 0 failed' }];
  it('goes to a side that failed only with a reason, which approvers see as an exposure', () => {
    const { steps } = planned({ ...toGreen, lift: 'fixed in 1.3' }, assets, failed);
    expect(steps.every(({ shift }) => shift?.lift?.reason === 'fixed in 1.3')).toBe(true);
  });

  for (const [what, shift, code] of [
    ['an unknown asset', { asset: 'nothing', to: 'Green' }, 'UnknownAsset'],
    ['a type without weights', { asset: named('Queue').id, to: 'Green' }, 'NoWeight'],
    ['an asset without a policy', { asset: named('Plain').id, to: 'Green' }, 'NoTrafficPolicy'],
    ['the side that has all traffic', { ...toGreen, to: 'Blue', from: 'Green' }, 'NothingToShift'],
    ['the side that has all traffic, as the only one', { ...toGreen, to: 'Blue' }, 'NothingToShift'],
    ['the same side twice', { ...toGreen, from: 'Green' }, 'SameSide'],
    ['a side that does not share the traffic', { ...toGreen, from: otherGroup }, 'NotItsSides'],
    ['a name that is no side', { ...toGreen, to: 'Gren' }, 'UnknownSide'],
    ['a resource of another type', { ...toGreen, to: 'Queue' }, 'UnknownSide'],
    ['a side to leave that is none', { ...toGreen, from: 'Bleu' }, 'UnknownSide'],
    ['an unknown strategy', { ...toGreen, strategy: 'fast' }, 'Traffic'],
    ['a strategy that leaves no time for alarms', { ...toGreen, strategy: 'all-at-once' }, 'Traffic'],
    ['a side that failed', toGreen, 'SideFailed'],
    ['lifting a mark that is not there', { ...toGreen, to: otherGroup, lift: 'why not' }, 'NoMark'],
  ] as const)
    it(`is refused for ${what}`, () => {
      const desired = wishOf(shift);
      try {
        planShifts({ requestId: 'shift-1', desired, assets, lookup, failed });
        expect.unreachable();
      } catch (error) {
        if (!(error instanceof InvalidInput)) throw error;
        expect(error.problems.map((problem) => problem.code)).toContain(code);
      }
    });

  it('is refused if the request would keep what failed', () => {
    const desired = wishOf(toGreen, 'keep');
    expect(() => planShifts({ requestId: 's', desired, assets, lookup, failed: [] })).toThrow(
      'onFailure: undo',
    );
  });

  test('asks only functions that the settings name for the scope', () => {
    const asking = { ...traffic, metrics: [{ kind: 'verdict', function: 'judge' }] };
    const standing = assets.map((one) => (one.logicalId === 'Entry' ? { ...one, traffic: asking } : one));
    const desired = wishOf(toGreen);
    const input = { requestId: 'shift-1', desired, assets: standing, lookup, failed: [] };
    const problems = (functions?: string[]) => {
      try {
        const plan = planShifts(functions === undefined ? input : { ...input, functions });
        expect(checkPlan(plan, { desired, assets: standing, lookup })).toEqual([]);
        return plan.steps[0]?.shift?.plan.metrics;
      } catch (error) {
        return (error as InvalidInput).problems;
      }
    };
    for (const functions of [undefined, [], ['judges', 'Judge']])
      expect(problems(functions)).toMatchObject([{ path: 'shifts.0.asset', code: 'VerdictFunction' }]);
    expect(problems(['judge'])).toEqual([{ kind: 'verdict', function: 'judge', failures: 0 }]);
  });

  test('the checker refuses a plan that does something else', () => {
    const plan = planned(toGreen);
    const codes = (change: (steps: Step[]) => Step[]) => {
      const given = rehashed({ ...plan, steps: change(structuredClone(plan.steps)) });
      return checkPlan(given, { desired: wishOf(toGreen), assets, lookup }).map(({ code }) => code);
    };
    const edit = (id: string, edited: Partial<Step>) => (steps: Step[]) =>
      steps.map((step) => (step.id === id ? { ...step, ...edited } : step));
    const last = plan.steps[3] as Step;
    expect(codes(edit(last.id, { desired: weighted(50, 50) }))).toContain('WrongWeight');
    expect(codes(edit(last.id, { desired: { ...last.desired, Port: 443 } }))).toContain('NotWeight');
    expect(codes(edit('verify:Entry:10', { bakeSeconds: 1 }))).toContain('WrongBake');
    expect(codes((steps) => steps.filter(({ id }) => id !== 'verify:Entry:drained'))).toContain('WrongOrder');
    expect(codes(edit(last.id, { baton: {} }))).toContain('NotAsAsked');
  });
});

test('a rollback puts the original weight back in one step', () => {
  const plan = planned(toGreen);
  const live = (blue: number, green: number) => weighted(blue, green);
  const outcomes = plan.steps.map(({ id: stepId }, index) => ({
    ...{ stepId, status: index < 4 ? ('Succeeded' as const) : ('Failed' as const), identifier: 'entry-1' },
    ...{ assetId: toGreen.asset, assetVersion: 6, previousDesired: plan.steps[index]?.previous },
    ...(index === 1 && { preImage: live(100, 0) }),
    ...(index === 3 && { preImage: live(90, 10) }),
  }));
  const undo = planUndo({ plan, outcomes, requestId: 'shift-1', runId: 'run', lookup });
  expect(undo.steps).toMatchObject([
    { operation: 'update', desired: weighted(100, 0), previous: weighted(0, 100), assetVersion: 6 },
  ]);
  const changes = undo.steps[0]?.changes?.map(({ before, after }) => [before, after]);
  expect(changes).toEqual([
    [0, 100],
    [100, 0],
  ]);
  expect(
    checkPlan(undo, { assets: [], lookup, undone: plan }).filter(({ code }) => code !== 'UnknownAsset'),
  ).toEqual([]);
});

describe('a manifest after a shift', () => {
  const shifted = assets.map((asset) =>
    asset.logicalId === 'Entry'
      ? {
          ...asset,
          desired: weighted(0, 100),
          owners: planned(toGreen).steps[3]?.owners,
          dependsOn: ['Blue', 'Green'],
        }
      : asset,
  );
  const plan = (desired: DesiredState) => {
    const made = planChange({ requestId: 'again', desired, assets: shifted, lookup });
    expect(checkPlan(made, { desired, assets: shifted, lookup })).toEqual([]);
    return made;
  };

  it('plans nothing if it is the same', () => {
    expect(plan(scope).steps).toEqual([]);
  });

  it('changes no weight, whatever it says', () => {
    for (const weights of [weighted(60, 40), forward({ TargetGroupArn: { Ref: 'Blue' } })]) {
      const entry = plan(manifest(weights)).steps.find(({ resource }) => resource === 'Entry');
      const { DefaultActions } = entry?.desired ?? {};
      if (entry !== undefined)
        expect(JSON.stringify(DefaultActions)).toContain('{"TargetGroupArn":{"Ref":"Green"},"Weight":100}');
    }
  });

  it('changes everything else', () => {
    const [step] = plan(manifest({ ...weighted(100, 0), Port: 8080 })).steps;
    expect(step?.desired).toEqual({ ...weighted(0, 100), Port: 8080 });
  });

  it('takes the weights back without the declaration', () => {
    const [step] = plan(manifest(weighted(100, 0), {})).steps;
    expect([step?.desired, step?.owners]).toEqual([weighted(100, 0), undefined]);
  });

  it('is refused without the side that has the traffic', () => {
    const all = manifest(forward({ TargetGroupArn: { Ref: 'Blue' } }));
    const desired = {
      ...all,
      resources: all.resources.filter(({ logicalId }) => logicalId !== 'Green' && logicalId !== 'Plain'),
    };
    expect(() => planChange({ requestId: 'again', desired, assets: shifted, lookup })).toThrow(
      'baton traffic shift',
    );
  });

  it('leaves the weights to shifts, not to configure', () => {
    const change = { asset: toGreen.asset, type: listener, remove: [], release: [] };
    const set = { 'DefaultActions.0.ForwardConfig.TargetGroups.1.Weight': 5 };
    expect(() =>
      configure({
        requestId: 'c',
        scope: scope.scope,
        changes: [{ ...change, set }],
        assets: shifted,
        lookup,
      }),
    ).toThrow('which shifts decide');
  });
});
