import { describe, expect, it, test } from 'vitest';
import type { Asset } from '../../lib/model/asset.ts';
import { InvalidInput } from '../../lib/model/errors.ts';
import type { JsonObject } from '../../lib/model/json.ts';
import type { DesiredState } from '../../lib/model/request.ts';
import type { AssetChange, PropertyOwner } from '../../lib/model/wish.ts';
import { checkPlan, configure, planChange } from '../../lib/planner/index.ts';
import { built, desire, lookup, network } from './example.ts';

const requestId = 'request-1';
const group = 'AWS::AutoScaling::AutoScalingGroup';
const [asset] = built(
  desire(['Fleet', group, { MinSize: '2', MaxSize: '4', VPCZoneIdentifier: ['a', 'b'] }]),
);
const fleet = asset as Asset;
const of = (more: Partial<AssetChange>, id = fleet.id, type = group): AssetChange => ({
  ...{ asset: id, type, set: {}, remove: [], release: [] },
  ...more,
});

function configured(changes: AssetChange[], assets: Asset[] = [fleet]) {
  return configure({ requestId, scope: fleet.scope, changes, assets, lookup });
}

function problemsOf(changes: AssetChange[], assets?: Asset[]): string[] {
  try {
    configured(changes, assets);
    return [];
  } catch (error) {
    if (!(error instanceof InvalidInput)) throw error;
    return error.problems.map(({ code, path }) => `${code} ${path}`);
  }
}

describe('rejects a configuration', () => {
  const cases: [what: string, changes: AssetChange[], problems: string[]][] = [
    ['of a missing asset', [of({}, 'nowhere')], ['UnknownAsset changes.0.asset']],
    [
      'an asset of another type',
      [of({ set: { A: 1 } }, fleet.id, 'AWS::SNS::Topic')],
      ['WrongType changes.0.type'],
    ],
    [
      'one asset twice',
      [of({ set: { MinSize: '1' } }), of({ set: { MaxSize: '1' } })],
      ['DuplicateAsset changes.1.asset'],
    ],
    ['nothing', [of({})], ['NothingAsked changes.0.set']],
    [
      'with one path twice',
      [of({ set: { MinSize: '1' }, remove: ['MinSize'] })],
      ['DuplicatePath changes.0.set'],
    ],
    [
      'that was decided on a value of before',
      [of({ set: { MinSize: '3' }, expected: { MinSize: '1' } })],
      ['Outdated changes.0.expected'],
    ],
    ['that removes a property that is not set', [of({ remove: ['Nope'] })], ['UnknownPath changes.0.remove']],
    [
      'that releases a property of the manifest',
      [of({ release: ['MinSize'] })],
      ['NotOwned changes.0.release'],
    ],
    [
      'with a reference',
      [of({ set: { MinSize: { Ref: 'Other' } } })],
      ['ReferenceInValue changes.0.set.MinSize'],
    ],
    [
      'something inside of a text',
      [of({ set: { 'MinSize.Deep': 1 } })],
      ['PathMismatch changes.0.MinSize.Deep'],
    ],
    [
      'a list beyond its end',
      [of({ set: { 'VPCZoneIdentifier.3': 'd' } })],
      ['PathMismatch changes.0.VPCZoneIdentifier.3'],
    ],
  ];
  test.each(cases)('%s', (_what, changes, problems) => expect(problemsOf(changes)).toEqual(problems));

  it('of a retired asset', () => {
    expect(problemsOf([of({ set: { MinSize: '1' } })], [{ ...fleet, status: 'Retired' }])).toEqual([
      'UnknownAsset changes.0.asset',
    ]);
  });
});

describe('a configured asset', () => {
  const only = (changes: AssetChange[], assets?: Asset[]) => configured(changes, assets).get(fleet.id);

  it('is accepted while the values that it was decided on are still there', () => {
    const change = of({ set: { MinSize: '3' }, expected: { MinSize: '2' } });
    expect(configured([change]).get(fleet.id)?.properties).toMatchObject({ MinSize: '3' });
  });

  it("has the new values and their owners in addition to the manifest's values", () => {
    expect(only([of({ set: { MinSize: '3' }, remove: ['MaxSize'] })])).toEqual({
      properties: { MinSize: '3', VPCZoneIdentifier: ['a', 'b'] },
      owners: [
        { path: 'MaxSize', owner: 'configuration', requestId, manifest: '4' },
        { path: 'MinSize', owner: 'configuration', requestId, manifest: '2' },
      ],
    });
  });

  it('loses list elements by their original indexes', () => {
    const remove = ['VPCZoneIdentifier.0', 'VPCZoneIdentifier.1'];
    expect(only([of({ remove })])?.properties.VPCZoneIdentifier).toEqual([]);
  });

  it("that is set again keeps the manifest's original value, and set back to it belongs to the manifest", () => {
    const once = only([of({ set: { MinSize: '3' } })]);
    const then = { ...fleet, desired: once?.properties ?? {}, owners: once?.owners };
    expect(only([of({ set: { MinSize: '5' } })], [then])?.owners).toMatchObject([{ manifest: '2' }]);
    expect(only([of({ set: { MinSize: '2' } })], [then])?.owners).toEqual([]);
    expect(only([of({ release: ['MinSize'] })], [then])).toEqual({ properties: fleet.desired, owners: [] });
  });

  it('with a value set as a whole covers earlier values inside it', () => {
    const once = only([of({ set: { 'VPCZoneIdentifier.1': 'c' } })]);
    const then = { ...fleet, desired: once?.properties ?? {}, owners: once?.owners };
    expect(only([of({ set: { VPCZoneIdentifier: ['z'] } })], [then])?.owners).toEqual([
      { path: 'VPCZoneIdentifier', owner: 'configuration', requestId, manifest: ['a', 'b'] },
    ]);
  });
});

describe('a later manifest', () => {
  const owner: PropertyOwner = {
    path: 'MinSize',
    owner: 'configuration',
    requestId: 'request-0',
    manifest: '2',
  };
  const owned: Asset = { ...fleet, desired: { ...fleet.desired, MinSize: '9' }, owners: [owner] };
  const plan = (properties: JsonObject, standing: Asset = owned) => {
    const desired = desire(['Fleet', group, { ...fleet.desired, ...properties }]);
    const made = planChange({ requestId, desired, assets: [standing], lookup });
    expect(checkPlan(made, { desired, assets: [standing], lookup })).toEqual([]);
    return made;
  };

  it('without changes leaves the configured value, and the plan says so', () => {
    const { steps, unchanged } = plan({});
    expect(steps).toEqual([]);
    expect(unchanged).toMatchObject([{ resource: 'Fleet', kept: [{ ...owner, value: '9' }] }]);
  });

  it('with another change also leaves it', () => {
    expect(plan({ MaxSize: '8' }).steps).toMatchObject([
      {
        desired: { MinSize: '9', MaxSize: '8' },
        owners: [owner],
        kept: [{ path: 'MinSize', value: '9', manifest: '2' }],
        changes: [{ path: 'MaxSize', before: '4', after: '8' }],
      },
    ]);
  });

  it('with a new value takes it back', () => {
    const { steps } = plan({ MinSize: '6' });
    expect(steps).toMatchObject([
      {
        changes: [
          { path: 'MinSize', before: '9', after: '6' },
          { path: 'Owners', before: ['MinSize (request-0)'], after: [] },
        ],
      },
    ]);
    expect(steps[0]?.owners).toBeUndefined();
  });

  it('with the same value takes it back without a call', () => {
    expect(plan({ MinSize: '9' }).steps).toMatchObject([
      { operation: 'update', changes: [{ path: 'Owners' }] },
    ]);
  });

  it('is checked: a plan that overrules an owner is invalid', () => {
    const desired = desire(['Fleet', group, fleet.desired]);
    const careless = planChange({ requestId, desired, assets: [{ ...owned, owners: undefined }], lookup });
    const found = checkPlan(careless, { desired, assets: [owned], lookup }).map(({ code }) => code);
    expect(found).toContain('NotAsAsked');
  });
});

describe('the plan of a configuration', () => {
  const before = desire(...network);
  const assets = built(before);
  const database = assets.find(({ logicalId }) => logicalId === 'Database') as Asset;
  const vpc = assets.find(({ logicalId }) => logicalId === 'Vpc') as Asset;

  /** Returns the desired state of the scope, as lib/tasks/govern/derive-desired.ts derives it. */
  function stateOf(changes: AssetChange[], standing: Asset[]): DesiredState {
    const wanted = configure({ requestId, scope: before.scope, changes, assets: standing, lookup });
    const resources = before.resources.map((resource) => {
      const asset = standing.find(({ logicalId }) => logicalId === resource.logicalId);
      const { properties = asset?.desired ?? {}, owners = [] } = wanted.get(asset?.id ?? '') ?? {};
      return { ...resource, properties, ...(owners.length > 0 && { owners }) };
    });
    return { ...before, wish: { kind: 'changes', changes }, resources };
  }
  const plan = (changes: AssetChange[], standing = assets) => {
    const desired = stateOf(changes, standing);
    const made = planChange({ requestId, desired, assets: standing, lookup });
    expect(checkPlan(made, { desired, assets: standing, lookup })).toEqual([]);
    return made;
  };
  const bigger = of({ set: { AllocatedStorage: '100' } }, database.id, database.type);

  it('changes only the one asset', () => {
    const { steps, unchanged } = plan([bigger]);
    expect(steps.map(({ id }) => id)).toEqual(['update:Database']);
    expect(unchanged).toHaveLength(assets.length - 1);
    expect(steps[0]?.owners).toMatchObject([{ path: 'AllocatedStorage', manifest: '20' }]);
  });

  it('replaces resources that read a replaced resource', () => {
    const moved = of({ set: { CidrBlock: '10.1.0.0/16' } }, vpc.id, vpc.type);
    expect(plan([moved]).steps.map(({ id }) => id)).toContain('replace:SubnetA');
  });

  it('ignores another asset whose last update failed', () => {
    const failed = { desired: { CidrBlock: '10.9.0.0/16' }, applied: {} };
    const standing = assets.map((one) => (one.id === vpc.id ? { ...one, unsettled: failed } : one));
    expect(plan([bigger], standing).steps.map(({ id }) => id)).toEqual(['update:Database']);
  });

  it('is rejected if such an asset would have to change too', () => {
    const moved = of({ set: { CidrBlock: '10.1.0.0/16' } }, vpc.id, vpc.type);
    const failed = { desired: {}, applied: {} };
    const standing = assets.map((one) => (one.logicalId === 'SubnetA' ? { ...one, unsettled: failed } : one));
    expect(() => plan([moved], standing)).toThrow(/its last update failed/);
  });

  it('is invalid if it changes an asset that was not named', () => {
    const desired = stateOf([bigger], assets);
    const more = desired.resources.map((one) =>
      one.logicalId === 'Vpc' ? { ...one, properties: { ...one.properties, EnableDnsSupport: false } } : one,
    );
    const made = planChange({ requestId, desired: { ...desired, resources: more }, assets, lookup });
    const found = checkPlan(made, { desired: { ...desired, resources: more }, assets, lookup });
    expect(found.map(({ code }) => code)).toContain('NotNamed');
  });

  it('is invalid if it omits an existing asset', () => {
    const desired = stateOf([bigger], assets);
    const fewer = {
      ...desired,
      resources: desired.resources.filter(({ logicalId }) => logicalId !== 'SubnetB'),
    };
    const made = planChange({ requestId, desired: fewer, assets, lookup });
    expect(checkPlan(made, { desired: fewer, assets, lookup }).map(({ code }) => code)).toContain('NotNamed');
  });
});
