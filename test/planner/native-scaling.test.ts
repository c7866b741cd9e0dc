import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { keptText } from '../../lib/cli/change-text.ts';
import type { Asset } from '../../lib/model/asset.ts';
import { InvalidInput } from '../../lib/model/errors.ts';
import type { JsonObject, JsonValue } from '../../lib/model/json.ts';
import type { HashedPlan } from '../../lib/model/plan.ts';
import { valueAtPath, withValueAt } from '../../lib/model/property-path.ts';
import type { DesiredState } from '../../lib/model/request.ts';
import { checkPlan, configure, planChange } from '../../lib/planner/index.ts';
import { ensureTypes, typeLookup } from '../../lib/spec/index.ts';
import { built, desire } from './example.ts';

/** Manifests whose capacity native auto scaling moves. */
const lookup = typeLookup(ensureTypes());
const service = 'AWS::ECS::Service';
const targetType = 'AWS::ApplicationAutoScaling::ScalableTarget';

type Scaler = Parameters<typeof desire>[number];
const after = { dependsOn: ['Thing'] };
const target = (bounds: JsonObject = {}, more: JsonObject = {}): Scaler => [
  'Target',
  targetType,
  {
    ...{
      ServiceNamespace: 'ecs',
      ScalableDimension: 'ecs:service:DesiredCount',
      MinCapacity: 2,
      MaxCapacity: 10,
    },
    ResourceId: { 'Fn::Sub': 'service/main/${Thing.Name}' },
    ...bounds,
    ...more,
  },
  after,
];
const manifest = (properties: JsonObject, scaler = target(), type = service) =>
  desire(['Thing', type, properties], scaler);

function planned(desired: DesiredState, assets: Asset[] = [], scalers: Asset[] = []): HashedPlan {
  const input = { desired, assets, scalers, lookup };
  const plan = planChange({ requestId: 'request-1', ...input });
  expect(checkPlan(plan, input)).toEqual([]);
  return plan;
}

/** Returns the assets after a plan succeeded, with the sizes that native auto scaling has set since. */
function applied(
  desired: DesiredState,
  { steps }: HashedPlan,
  before: Asset[],
  live: JsonObject = {},
): Asset[] {
  return built(desired).map((made) => {
    const step = steps.find(
      ({ resource, desired: after }) => resource === made.logicalId && after !== undefined,
    );
    const old = before.find(({ logicalId }) => logicalId === made.logicalId);
    const properties = step?.desired ?? old?.desired ?? made.desired;
    const { owners } = step ?? old ?? {};
    const moved = made.logicalId === 'Thing' ? live : {};
    const attributes = Object.entries(moved).reduce(
      (all, [path, value]) => withValueAt(all, path, value),
      properties,
    );
    return { ...made, desired: properties, applied: properties, attributes, ...(owners && { owners }) };
  });
}

function deployed(desired: DesiredState, live: JsonObject = {}, before: Asset[] = []): Asset[] {
  return applied(desired, planned(desired, before), before, live);
}

const said = (plan: HashedPlan) => {
  const kept = [...plan.steps, ...plan.unchanged].flatMap((one) => one.kept ?? []);
  return keptText(kept, (_tone, text) => text).map((line) => line.replace(/^ +· /, ''));
};
const stepOf = ({ steps }: HashedPlan) => steps.find(({ resource }) => resource === 'Thing');

describe('a manifest with a scalable target', () => {
  it('plans no change of what native auto scaling has moved, and says so', () => {
    const assets = deployed(manifest({ DesiredCount: 3 }), { DesiredCount: 7 });
    for (const DesiredCount of [3, 4]) {
      const plan = planned(manifest({ DesiredCount }), assets);
      expect(plan.steps).toEqual([]);
      expect(said(plan)).toEqual([
        `kept: DesiredCount is 7, decided by native auto scaling (Target, at least 2, at most 10); the manifest's ${DesiredCount} is only the initial value`,
      ]);
    }
  });

  it('sends no capacity with another change', () => {
    const assets = deployed(manifest({ DesiredCount: 3 }), { DesiredCount: 7 });
    const plan = planned(manifest({ DesiredCount: 5, PlatformVersion: '1.4.0' }), assets);
    expect(stepOf(plan)).toMatchObject({ operation: 'update', desired: { DesiredCount: 3 } });
    expect(stepOf(plan)?.changes?.map(({ path }) => path)).toEqual(['PlatformVersion']);
  });

  it('starts a replacement at the live size', () => {
    const assets = deployed(manifest({ DesiredCount: 3, ServiceName: 'a' }), { DesiredCount: 7 });
    const plan = planned(manifest({ DesiredCount: 3, ServiceName: 'b' }), assets);
    expect(stepOf(plan)).toMatchObject({ operation: 'replace', desired: { DesiredCount: 7 } });
  });

  it('starts a replacement at the live size where no manifest says one', () => {
    const assets = deployed(manifest({ ServiceName: 'a' }), { DesiredCount: 7 });
    expect(stepOf(planned(manifest({ ServiceName: 'b' }), assets))?.desired).toMatchObject({
      DesiredCount: 7,
    });
  });

  it('creates within the bounds of the target', () => {
    const plan = planned(manifest({ DesiredCount: 1 }));
    expect(stepOf(plan)).toMatchObject({ operation: 'create', desired: { DesiredCount: 2 } });
    expect(said(plan)).toEqual([
      "kept: DesiredCount moves from 1 to 2, into the bounds of native auto scaling (Target, at least 2, at most 10); the manifest's 1 is only the initial value",
    ]);
  });

  it('sees a size outside the bounds of the target as a difference', () => {
    const assets = deployed(manifest({ DesiredCount: 3 }), { DesiredCount: 7 });
    const plan = planned(manifest({ DesiredCount: 3 }, target({ MaxCapacity: 5 })), assets);
    expect(stepOf(plan)).toMatchObject({ operation: 'update', desired: { DesiredCount: 5 } });
    expect(said(plan)).toEqual([
      "kept: DesiredCount moves from 7 to 5, into the bounds of native auto scaling (Target, at least 2, at most 5); the manifest's 3 is only the initial value",
    ]);
  });

  it('takes the capacity back when it has no target any more', () => {
    const assets = deployed(manifest({ DesiredCount: 3 }), { DesiredCount: 7 });
    const plan = planned(desire(['Thing', service, { DesiredCount: 4 }]), assets);
    expect(stepOf(plan)?.changes).toMatchObject([
      { path: 'DesiredCount', before: 3, after: 4 },
      { path: 'Owners', before: ['DesiredCount (native auto scaling by Target)'], after: [] },
    ]);
  });

  it('states of a target that it can not be told what it scales', () => {
    const unknown = target({}, { ResourceId: { 'Fn::Sub': 'service/default/x${Thing.Name}' } });
    expect(said(planned(manifest({ DesiredCount: 3 }, unknown)))).toEqual([
      expect.stringMatching(/^Target: it is not known what it scales.*expected service\/\{Cluster\}/),
    ]);
  });

  it('is refused together with a policy of Baton, from another scope too', () => {
    const [, type, properties] = target({}, { ResourceId: 'service/default/web' });
    const scalers = [
      { logicalId: 'Scale', scope: 'test/platform', type, applied: properties } as unknown as Asset,
    ];
    const desired = desire([
      'Thing',
      service,
      { ServiceName: 'web' },
      { baton: { scaling: { min: 1, max: 4 } } },
    ]);
    expect(() => planned(desired, [], scalers)).toThrow(/would be decided twice.*test\/platform\/Scale/);
  });
});

test('the sizes of indexes stay, and are sent as they are when another index changes', () => {
  const units = (read: number) => ({
    ProvisionedThroughput: { ReadCapacityUnits: read, WriteCapacityUnits: 5 },
  });
  const index = (IndexName: string, read: number) => ({ IndexName, ...units(read) });
  const table = (...indexes: JsonObject[]) => ({ ...units(5), GlobalSecondaryIndexes: indexes });
  const scaler = target(
    { MaxCapacity: 100 },
    {
      ScalableDimension: 'dynamodb:index:ReadCapacityUnits',
      ResourceId: { 'Fn::Sub': 'table/${Thing}/index/a' },
    },
  );
  const type = 'AWS::DynamoDB::Table';
  const first = manifest(table(index('a', 5), index('b', 5)), scaler, type);
  const assets = deployed(first, { GlobalSecondaryIndexes: [index('b', 5), index('a', 60)] });
  expect(planned(manifest(table(index('a', 9), index('b', 5)), scaler, type), assets).steps).toEqual([]);
  const changed = planned(manifest(table(index('a', 9), index('b', 6)), scaler, type), assets);
  expect(stepOf(changed)?.desired?.GlobalSecondaryIndexes).toEqual([index('a', 60), index('b', 6)]);
});

test('a group keeps the size that its policies set', () => {
  const group = { MinSize: '1', MaxSize: '9', DesiredCapacity: '2' };
  const policy: Scaler = [
    ...(['Policy', 'AWS::AutoScaling::ScalingPolicy'] as [string, string]),
    { AutoScalingGroupName: { Ref: 'Thing' } },
  ];
  const desired = manifest(group, policy, 'AWS::AutoScaling::AutoScalingGroup');
  const plan = planned(desired, deployed(desired, { DesiredCapacity: '6' }));
  expect(plan.steps).toEqual([]);
  expect(said(plan)[0]).toMatch(
    /^kept: DesiredCapacity is "?6"?, decided by native auto scaling \(Policy, at least 1, at most 9\)/,
  );
});

describe('a request for one asset', () => {
  const cases = [
    ['scale', { DesiredCount: 5 }],
    ['configure', { DesiredCount: 5 }],
  ] as const;
  test.each(cases)('is refused: %s of a capacity that native auto scaling decides', (action, set) => {
    const [asset] = deployed(manifest({ DesiredCount: 3 })).filter(({ logicalId }) => logicalId === 'Thing');
    if (asset === undefined) throw new TypeError('no asset');
    const change = { asset: asset.id, type: service, set: { ...set }, remove: [], release: [] };
    const run = () =>
      configure({ requestId: 'r', scope: asset.scope, action, changes: [change], assets: [asset], lookup });
    expect(run).toThrow(InvalidInput);
    expect(run).toThrow(
      /native auto scaling decides it, through Target.*Change the bounds or the policies of Target/,
    );
  });
});

describe('a plan that an attacker has changed', () => {
  const attacks: [what: string, change: (step: JsonObject) => JsonObject][] = [
    [
      'to reset the capacity',
      (step) => ({ ...step, desired: { ...(step.desired as JsonObject), DesiredCount: 4 } }),
    ],
    ['to say nothing of it', ({ kept: _, ...step }) => step],
    ['to take it over', ({ owners: _, ...step }) => step],
  ];
  test.each(attacks)('%s is refused by the checker', (_what, change) => {
    const assets = deployed(manifest({ DesiredCount: 3 }), { DesiredCount: 7 });
    const desired = manifest({ DesiredCount: 4, PlatformVersion: '1.4.0' });
    const plan = planned(desired, assets);
    const steps = plan.steps.map((step) => change(step as unknown as JsonObject)) as never;
    const problems = checkPlan({ ...plan, steps }, { desired, assets, lookup });
    expect(problems.map(({ code }) => code)).toContain('NotAsAsked');
  });
});

it('no deploy fights native auto scaling: random interleavings of deploys, replacements and moves', () => {
  const action = fc.record({
    ...{
      value: fc.option(fc.integer({ min: 0, max: 14 }), { nil: undefined }),
      name: fc.constantFrom('a', 'b'),
    },
    ...{ platform: fc.constantFrom('x', 'y'), live: fc.integer({ min: 2, max: 10 }) },
  });
  let replaced = 0;
  fc.assert(
    fc.property(fc.array(action, { minLength: 2, maxLength: 10 }), (all) => {
      let assets: Asset[] = [];
      for (const { value, name, platform, live } of all) {
        const count: JsonObject = value === undefined ? {} : { DesiredCount: value };
        const desired = manifest({ ...count, ServiceName: name, PlatformVersion: platform });
        const plan = planned(desired, assets);
        const before = assets.find(({ logicalId }) => logicalId === 'Thing');
        const step = stepOf(plan);
        const size = (of: JsonObject | undefined): JsonValue | undefined =>
          of && valueAtPath(of, 'DesiredCount');
        if (step?.operation === 'update') expect(size(step.desired)).toEqual(size(before?.desired));
        if (step?.operation === 'replace') expect(size(step.desired)).toBe(size(before?.attributes));
        replaced += step?.operation === 'replace' ? 1 : 0;
        assets = applied(desired, plan, assets, { DesiredCount: live });
      }
    }),
    { numRuns: Number(process.env.INTERLEAVINGS ?? 60), seed: 9 },
  );
  expect(replaced).toBeGreaterThan(10);
});
