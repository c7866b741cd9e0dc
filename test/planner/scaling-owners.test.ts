import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { keptText } from '../../lib/cli/change-text.ts';
import type { Asset } from '../../lib/model/asset.ts';
import { findCapacity } from '../../lib/model/capacity/index.ts';
import { groupChange } from '../../lib/model/capacity/members.ts';
import { scalesWithinBounds } from '../../lib/model/capacity/scaling-step.ts';
import { InvalidInput } from '../../lib/model/errors.ts';
import type { JsonObject, JsonValue } from '../../lib/model/json.ts';
import type { HashedPlan } from '../../lib/model/plan.ts';
import { valueAtPath, withValueAt } from '../../lib/model/property-path.ts';
import type { DesiredState } from '../../lib/model/request.ts';
import type { AssetChange } from '../../lib/model/wish.ts';
import { checkPlan, configure, planChange } from '../../lib/planner/index.ts';
import { ensureTypes, typeLookup } from '../../lib/spec/index.ts';
import { built, desire } from './example.ts';

/** Manifests that hand capacities over to scaling, and requests that scale them. */
const lookup = typeLookup(ensureTypes());
const service = 'AWS::ECS::Service';
const group = 'AWS::AutoScaling::AutoScalingGroup';
const stream = 'AWS::Kinesis::Stream';
const database = 'AWS::RDS::DBInstance';
const wide: JsonObject = { min: 2, max: 40 };

const manifest = (type: string, properties: JsonObject, scaling?: JsonValue) =>
  desire(['Thing', type, properties, scaling === undefined ? {} : { baton: { scaling } }]);

/** Returns the plan of a manifest, after checking it. */
function planned(desired: DesiredState, asset?: Asset, requestId = 'request-1'): HashedPlan {
  const assets = asset === undefined ? [] : [asset];
  const plan = planChange({ requestId, desired, assets, lookup });
  expect(checkPlan(plan, { desired, assets, lookup })).toEqual([]);
  return plan;
}

/** Returns the asset after a plan succeeded. */
function applied(desired: DesiredState, { steps }: HashedPlan, asset?: Asset): Asset {
  const step = steps.find(({ resource, desired: after }) => resource === 'Thing' && after !== undefined);
  if (step === undefined && asset !== undefined) return asset;
  const [made] = built(desired);
  const { owners, baton, desired: properties = {} } = step ?? {};
  return {
    ...(made as Asset),
    ...{ desired: properties, applied: properties, attributes: properties },
    ...(owners && { owners }),
    ...(baton?.scaling !== undefined && { scaling: baton.scaling }),
  };
}

function deployed(type: string, properties: JsonObject, scaling?: JsonValue, asset?: Asset): Asset {
  const desired = manifest(type, properties, scaling);
  return applied(desired, planned(desired, asset), asset);
}

function scaled(asset: Asset, set: JsonObject, more: Partial<AssetChange> = {}): Asset {
  const change = { asset: asset.id, type: asset.type, set, remove: [], release: [], ...more };
  const found = configure({
    ...{
      requestId: 'scale-1',
      scope: asset.scope,
      action: 'scale',
      changes: [change],
      assets: [asset],
      lookup,
    },
  });
  const { properties = {}, owners = [] } = found.get(asset.id) ?? {};
  return { ...asset, desired: properties, owners };
}

function problemsOf(change: () => unknown): string[] {
  try {
    change();
    return [];
  } catch (error) {
    if (!(error instanceof InvalidInput)) throw error;
    return error.problems.map(({ code, message }) => `${code}: ${message}`);
  }
}

const said = (plan: HashedPlan) => {
  const kept = [...plan.steps, ...plan.unchanged].flatMap((one) => one.kept ?? []);
  return keptText(kept, (_tone, text) => text).map((line) => line.replace(/^ +· /, ''));
};

describe('a capacity that people approved beyond its bounds', () => {
  const beyond = { beyondPolicy: true } as const;
  const [declared, set] = [{ min: 2, max: 10 }, { DesiredCount: 16 }];
  const approved = () => scaled(deployed(service, { DesiredCount: 2 }, declared), set, beyond);

  it('is refused without the approval, and beyond what the service has with it', () => {
    const asset = deployed(service, { DesiredCount: 2 }, declared);
    expect(problemsOf(() => scaled(asset, set))).toEqual([expect.stringContaining('OutOfBounds')]);
    expect(problemsOf(() => scaled(asset, { DesiredCount: -1 }, beyond))).not.toEqual([]);
    expect(problemsOf(() => scaled(approved(), { DesiredCount: 17 }))).not.toEqual([]);
  });

  it('is left by a manifest that declares the same, and moved by one with other bounds', () => {
    expect(approved()).toMatchObject({ desired: set, owners: [{ owner: 'scaling', beyond: true }] });
    const again = (scaling: JsonObject, tags = true) =>
      planned(manifest(service, { DesiredCount: 2, EnableECSManagedTags: tags }, scaling), approved());
    expect(again(declared).steps).toMatchObject([{ desired: set, owners: [{ beyond: true }] }]);
    const [moved] = again({ min: 2, max: 12 }).steps;
    expect(moved).toMatchObject({ desired: { DesiredCount: 12 } });
    expect(moved?.owners?.[0]).not.toHaveProperty('beyond');
    const [fits] = again({ min: 2, max: 20 }).steps;
    expect(fits).toMatchObject({ desired: set });
    expect(fits?.owners?.[0]).not.toHaveProperty('beyond');
  });

  it('comes back without another approval, until it is within the bounds', () => {
    const fewer = scaled(approved(), { DesiredCount: 12 });
    expect(fewer.owners).toMatchObject([{ beyond: true }]);
    expect(scaled(fewer, { DesiredCount: 9 }).owners?.[0]).not.toHaveProperty('beyond');
  });

  it('takes the bounds of the service along', () => {
    const asset = deployed(group, { DesiredCapacity: '2', MinSize: '1', MaxSize: '4' }, declared);
    const wider = scaled(asset, { DesiredCapacity: '16', MaxSize: '16' }, beyond);
    const said = { DesiredCapacity: '2', MinSize: '1', MaxSize: '4', Cooldown: '60' };
    expect(planned(manifest(group, said, declared), wider).steps).toMatchObject([
      { desired: { DesiredCapacity: '16', MaxSize: '16' } },
    ]);
  });
});

describe('a manifest that declares scaling', () => {
  it('decides only the initial value', () => {
    const asset = deployed(service, { DesiredCount: 2 }, wide);
    expect(asset).toMatchObject({
      desired: { DesiredCount: 2 },
      owners: [{ path: 'DesiredCount', owner: 'scaling', requestId: 'request-1', manifest: 2 }],
      scaling: wide,
    });
    const seven = scaled(asset, { DesiredCount: 7 });
    expect(seven.owners).toMatchObject([{ owner: 'scaling', requestId: 'scale-1', manifest: 2 }]);
    const again = planned(manifest(service, { DesiredCount: 2 }, wide), seven);
    expect(again.steps).toEqual([]);
    expect(said(again)).toEqual([
      "kept: DesiredCount stays 7, set by scaling; the manifest's 2 is only the initial value",
    ]);
    const other = planned(manifest(service, { DesiredCount: 3, EnableECSManagedTags: true }, wide), seven);
    expect(other.steps).toMatchObject([{ operation: 'update', desired: { DesiredCount: 7 } }]);
    expect(other.steps[0]?.changes?.map(({ path }) => path)).toEqual(['EnableECSManagedTags']);
    expect(said(other)).toEqual([
      "kept: DesiredCount stays 7, set by scaling; the manifest's 3 is only the initial value",
    ]);
  });

  it('starts a replacement at the current size', () => {
    const seven = scaled(deployed(service, { DesiredCount: 2, ServiceName: 'a' }, wide), { DesiredCount: 7 });
    const plan = planned(manifest(service, { DesiredCount: 2, ServiceName: 'b' }, wide), seven);
    expect(plan.steps[0]).toMatchObject({ operation: 'replace', desired: { DesiredCount: 7 } });
  });

  const moved: [
    what: string,
    type: string,
    before: JsonObject,
    at: JsonObject,
    policy: JsonObject,
    to: JsonValue,
  ][] = [
    ['up to the lower bound', service, { DesiredCount: 2 }, { DesiredCount: 7 }, { min: 10, max: 40 }, 10],
    ['down to the upper bound', service, { DesiredCount: 2 }, { DesiredCount: 7 }, { min: 1, max: 5 }, 5],
    [
      'as far as the service goes in one change',
      stream,
      { ShardCount: 2 },
      { ShardCount: 4 },
      { min: 10, max: 40 },
      8,
    ],
  ];
  test.each(moved)(
    'with other bounds moves the capacity %s, and shows it',
    (_what, type, before, at, policy, to) => {
      const asset = scaled(deployed(type, before, wide), at);
      const [path = ''] = Object.keys(before);
      const plan = planned(manifest(type, before, policy), asset);
      expect(plan.steps).toMatchObject([{ operation: 'update', desired: { [path]: to } }]);
      expect(plan.steps[0]?.changes?.map((change) => change.path)).toEqual([path, 'Baton.scaling']);
      expect(said(plan)[0]).toMatch(
        `kept: ${path} moves from ${Object.values(at)[0]} to ${to}, into the bounds of scaling`,
      );
    },
  );

  it('never shrinks storage', () => {
    const asset = deployed(database, { AllocatedStorage: '100' }, { min: 100, max: 200 });
    const plan = planned(manifest(database, { AllocatedStorage: '20' }, { min: 20, max: 50 }), asset);
    expect(plan.steps[0]?.desired).toMatchObject({ AllocatedStorage: '100' });
  });

  it('creates within the bounds, and without a value at the lower one', () => {
    expect(deployed(service, { DesiredCount: 1 }, wide).desired).toEqual({ DesiredCount: 2 });
    expect(deployed(service, {}, wide).desired).toEqual({ DesiredCount: 2 });
    expect(said(planned(manifest(service, { DesiredCount: 1 }, wide)))).toEqual([
      "kept: DesiredCount moves from 1 to 2, into the bounds of scaling; the manifest's 1 is only the initial value",
    ]);
  });

  it('keeps the size that the service chose, where no manifest said one', () => {
    const asset = { ...deployed(service, {}), attributes: { DesiredCount: 9 } };
    const plan = planned(manifest(service, {}, wide), asset);
    expect(plan.steps).toMatchObject([{ operation: 'update', desired: { DesiredCount: 9 } }]);
  });

  it('widens the bounds of the service itself, as text where it writes text', () => {
    const properties = { MinSize: '3', MaxSize: '4', DesiredCapacity: '3' };
    const asset = deployed(group, properties, wide);
    expect(asset.desired).toEqual({ MinSize: '2', MaxSize: '40', DesiredCapacity: '3' });
    expect(planned(manifest(group, properties, wide), asset).steps).toEqual([]);
    expect(deployed(group, properties, undefined, asset)).toMatchObject({ desired: properties });
  });

  it('takes a configured capacity over, and hands it back when it declares scaling no more', () => {
    const asset = deployed(service, { DesiredCount: 2 });
    const configured = { ...scaled(asset, { DesiredCount: 5 }) };
    expect(configured.owners).toMatchObject([{ owner: 'configuration', manifest: 2 }]);
    const taken = deployed(service, { DesiredCount: 3 }, wide, configured);
    expect(taken).toMatchObject({ desired: { DesiredCount: 5 }, owners: [{ owner: 'scaling' }] });
    const back = planned(manifest(service, { DesiredCount: 3 }), taken);
    expect(back.steps[0]?.changes).toMatchObject([
      { path: 'DesiredCount', before: 5, after: 3 },
      { path: 'Owners', before: ['DesiredCount (scaling policy)'], after: [] },
      { path: 'Baton.scaling', before: wide },
    ]);
  });
});

describe('the indexes of a table', () => {
  const tableType = 'AWS::DynamoDB::Table';
  const read = 'ProvisionedThroughput.ReadCapacityUnits';
  const units = (size: number) => ({
    ProvisionedThroughput: { ReadCapacityUnits: size, WriteCapacityUnits: 5 },
  });
  const index = (IndexName: string, size: number) => ({ IndexName, ...units(size) });
  const table = (size: number, ...indexes: JsonObject[]) => ({
    ...units(size),
    GlobalSecondaryIndexes: indexes,
  });
  const policy: JsonObject = { property: read, min: 5, max: 400 };
  const member = (at: number) => `GlobalSecondaryIndexes.${at}.${read}`;
  const first = table(10, index('a', 10), index('b', 3));
  const scaledTo = (asset: Asset, to: number) => {
    const trait = findCapacity(tableType, read);
    if (typeof trait === 'string') throw new TypeError(trait);
    return scaled(asset, groupChange(trait, asset, to));
  };
  const indexesOf = ({ desired }: Asset) => desired.GlobalSecondaryIndexes;

  it('are scaled with it, each by the share that its manifest declares', () => {
    let asset = deployed(tableType, first, policy);
    for (const to of [40, 41, 40, 41, 40]) asset = scaledTo(asset, to);
    expect(indexesOf(asset)).toEqual([index('a', 40), index('b', 12)]);
  });

  it('keep their sizes when the manifest is submitted again, in any order', () => {
    const asset = scaledTo(deployed(tableType, first, policy), 40);
    expect(planned(manifest(tableType, first, policy), asset).steps).toEqual([]);
    const turned = table(10, index('b', 3), index('a', 10));
    const [step] = planned(manifest(tableType, turned, policy), asset).steps;
    expect(step?.desired?.GlobalSecondaryIndexes).toEqual([index('b', 12), index('a', 40)]);
  });

  it('start with their share of the size of now', () => {
    const asset = scaledTo(deployed(tableType, first, policy), 40);
    const more = table(10, index('a', 10), index('b', 3), index('c', 5));
    const [step] = planned(manifest(tableType, more, policy), asset).steps;
    expect(step?.desired?.GlobalSecondaryIndexes).toEqual([index('a', 40), index('b', 12), index('c', 20)]);
  });

  it('are scaled without a policy too', () => {
    const asset = scaledTo(deployed(tableType, first), 20);
    expect(indexesOf(asset)).toEqual([index('a', 20), index('b', 6)]);
  });

  const wrong: [string, JsonObject][] = [
    ['is left behind', { [read]: 40 }],
    ['gets more than its share', { [read]: 40, [member(0)]: 40, [member(1)]: 400 }],
    ['gets less than its share', { [read]: 40, [member(0)]: 1, [member(1)]: 12 }],
  ];
  test.each(wrong)('are refused where one %s', (_what, set) => {
    const asset = deployed(tableType, first, policy);
    expect(problemsOf(() => scaled(asset, set)).join()).toMatch(
      /WrongMember.*so that it keeps its share of 40/,
    );
  });

  it('count as scaling, and only together with their table', () => {
    const changes = [read, member(0)].map((path) => ({
      path,
      before: 10,
      after: 20,
      replacement: 'no' as const,
    }));
    const step = { operation: 'update' as const, type: tableType, baton: { scaling: policy } };
    expect(scalesWithinBounds({ ...step, changes })).toBe(true);
    expect(scalesWithinBounds({ ...step, changes: changes.slice(1) })).toBe(false);
  });
});

describe('a plan that an attacker has changed', () => {
  const seven = () => scaled(deployed(service, { DesiredCount: 2 }, wide), { DesiredCount: 7 });
  const desired = manifest(service, { DesiredCount: 2, EnableECSManagedTags: true }, wide);
  const cases: [what: string, change: (step: JsonObject) => JsonObject][] = [
    [
      'to reset the capacity',
      (step) => ({ ...step, desired: { DesiredCount: 2, EnableECSManagedTags: true } }),
    ],
    ['to say nothing of it', ({ kept: _, ...step }) => step],
    ['to take it from scaling', ({ owners: _, ...step }) => step],
  ];
  test.each(cases)('%s is refused by the checker', (_what, change) => {
    const asset = seven();
    const plan = planned(desired, asset);
    const steps = plan.steps.map((step) => change(step as unknown as JsonObject)) as never;
    const problems = checkPlan({ ...plan, steps }, { desired, assets: [asset], lookup });
    expect(problems.map(({ code }) => code)).toContain('NotAsAsked');
  });
});

describe('a request that scales', () => {
  const cases: [
    what: string,
    asset: () => Asset,
    set: JsonObject,
    more: Partial<AssetChange>,
    expected: RegExp,
  ][] = [
    [
      'another property',
      () => deployed(service, { DesiredCount: 2 }, wide),
      { TaskDefinition: 'x' },
      {},
      /^NotCapacity.*TaskDefinition/,
    ],
    [
      'another property too',
      () => deployed(service, { DesiredCount: 2 }, wide),
      { DesiredCount: 3, LaunchType: 'EC2' },
      {},
      /^NotCapacity.*LaunchType/,
    ],
    [
      'by removing it',
      () => deployed(service, { DesiredCount: 2 }, wide),
      {},
      { remove: ['DesiredCount'] },
      /^NotCapacity/,
    ],
    [
      'above its bounds',
      () => deployed(service, { DesiredCount: 2 }, wide),
      { DesiredCount: 41 },
      {},
      /^OutOfBounds.*2 to 40 tasks/,
    ],
    [
      'below its bounds',
      () => deployed(service, { DesiredCount: 2 }, wide),
      { '/DesiredCount': 1 },
      {},
      /^OutOfBounds/,
    ],
    [
      'to no number',
      () => deployed(service, { DesiredCount: 2 }, wide),
      { DesiredCount: 'many' },
      {},
      /^NotANumber/,
    ],
    [
      'to a fraction',
      () => deployed(service, { DesiredCount: 2 }, wide),
      { DesiredCount: 2.5 },
      {},
      /^OutOfBounds.*multiple of 1/,
    ],
    [
      'a type without a capacity',
      () => deployed('AWS::SNS::Topic', {}),
      { DisplayName: 'x' },
      {},
      /^NoCapacity/,
    ],
    [
      'a stream by more than double',
      () => deployed(stream, { ShardCount: 2 }),
      { ShardCount: 5 },
      {},
      /^OutOfBounds.*1 to 4 shards/,
    ],
    [
      'storage down',
      () => deployed(database, { AllocatedStorage: '100' }),
      { AllocatedStorage: '50' },
      {},
      /^OutOfBounds.*shrink/,
    ],
    [
      'a daemon service',
      () => deployed(service, { SchedulingStrategy: 'DAEMON' }),
      { DesiredCount: 3 },
      {},
      /^CapacityUnmet/,
    ],
    [
      'above the bound of the service',
      () => deployed(group, { MinSize: '1', MaxSize: '4' }),
      { DesiredCapacity: '6' },
      {},
      /^WrongBound.*MaxSize of 6/,
    ],
    [
      'with another bound than it needs',
      () => deployed(group, { MinSize: '1', MaxSize: '4' }),
      { DesiredCapacity: '6', MaxSize: '99' },
      {},
      /^WrongBound/,
    ],
    [
      'with a bound that it does not need',
      () => deployed(group, { MinSize: '1', MaxSize: '4' }),
      { DesiredCapacity: '3', MaxSize: '3' },
      {},
      /^WrongBound/,
    ],
  ];
  test.each(cases)('is refused: %s', (_what, asset, set, more, expected) => {
    const all = problemsOf(() => scaled(asset(), set, more));
    expect(all.join('\n')).toMatch(expected);
  });

  it('sends the bound that the capacity needs with it', () => {
    const asset = deployed(group, { MinSize: '1', MaxSize: '4', DesiredCapacity: '2' });
    const six = scaled(asset, { DesiredCapacity: '6', MaxSize: '6' });
    expect(six.desired).toEqual({ MinSize: '1', MaxSize: '6', DesiredCapacity: '6' });
    expect(six.owners).toMatchObject([{ owner: 'configuration' }, { owner: 'configuration' }]);
  });

  it('leaves capacity to it: a configuration of an owned path is refused', () => {
    const asset = deployed(group, { MinSize: '1', MaxSize: '4', DesiredCapacity: '2' }, wide);
    const configureOnly = (set: JsonObject) =>
      configure({
        ...{ requestId: 'r', scope: asset.scope, assets: [asset], lookup },
        changes: [{ asset: asset.id, type: asset.type, set, remove: [], release: [] }],
      });
    for (const path of ['DesiredCapacity', 'MaxSize'])
      expect(problemsOf(() => configureOnly({ [path]: '9' }))).toMatchObject([/^OwnedByScaling/]);
    expect(problemsOf(() => configureOnly({ HealthCheckType: 'ELB' }))).toEqual([]);
  });
});

/** One of several types, with paths of every depth and in both forms. */
const kinds: {
  type: string;
  path: string;
  base: JsonObject;
  form(value: number): JsonValue;
  name: string;
  other: string;
}[] = [
  {
    type: service,
    path: 'DesiredCount',
    base: {},
    form: Number,
    name: 'ServiceName',
    other: 'PlatformVersion',
  },
  {
    ...{ type: group, path: 'DesiredCapacity', base: { MinSize: '1', MaxSize: '9' }, form: String },
    ...{ name: 'AutoScalingGroupName', other: 'Context' },
  },
  {
    ...{ type: 'AWS::DynamoDB::Table', path: 'ProvisionedThroughput.ReadCapacityUnits', form: Number },
    ...{ base: { ProvisionedThroughput: { WriteCapacityUnits: 5 } }, name: 'TableName', other: 'TableClass' },
  },
];

it('no deploy resets a capacity: random interleavings of deploy, replacement and scale', () => {
  const action = fc.oneof(
    fc.record({
      ...{
        do: fc.constant('deploy' as const),
        value: fc.option(fc.integer({ min: 0, max: 60 }), { nil: undefined }),
      },
      ...{ name: fc.constantFrom('a', 'b'), other: fc.constantFrom('x', 'y') },
      ...{ min: fc.integer({ min: 1, max: 10 }), max: fc.integer({ min: 10, max: 50 }) },
    }),
    fc.record({ do: fc.constant('scale' as const), value: fc.integer({ min: 0, max: 60 }) }),
  );
  let replaced = 0;
  let scales = 0;
  fc.assert(
    fc.property(fc.constantFrom(...kinds), fc.array(action, { minLength: 2, maxLength: 12 }), (kind, all) => {
      const { type, path, form } = kind;
      let asset: Asset | undefined;
      let size: number | undefined;
      for (const one of all) {
        if (one.do === 'scale') {
          if (asset === undefined || size === undefined) continue;
          const before: Asset = asset;
          const failed = problemsOf(() => {
            asset = scaled(before, { [path]: form(one.value) });
          });
          const { min = 0, max = 0 } = (before.scaling ?? {}) as { min?: number; max?: number };
          expect(failed.length === 0).toBe(one.value >= min && one.value <= max);
          if (failed.length === 0) size = one.value;
          scales += 1;
        } else {
          const written = { ...kind.base, [kind.name]: one.name, [kind.other]: one.other };
          const properties = withValueAt(
            written,
            path,
            one.value === undefined ? undefined : form(one.value),
          );
          const desired = manifest(type, properties, { min: one.min, max: one.max });
          const plan = planned(desired, asset);
          replaced += plan.steps.filter(({ operation }) => operation === 'replace').length;
          asset = applied(desired, plan, asset);
          const start = size ?? one.value ?? one.min;
          size = Math.min(Math.max(start, one.min), one.max);
        }
        expect(valueAtPath((asset as Asset | undefined)?.desired ?? {}, path)).toEqual(
          size === undefined ? undefined : form(size),
        );
      }
    }),
    { numRuns: Number(process.env.INTERLEAVINGS ?? 60), seed: 9 },
  );
  expect(replaced).toBeGreaterThan(10);
  expect(scales).toBeGreaterThan(50);
});
