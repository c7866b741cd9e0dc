import { describe, expect, it, test } from 'vitest';
import type { Asset } from '../../lib/model/asset.ts';
import { InvalidInput } from '../../lib/model/errors.ts';
import type { JsonObject, JsonValue } from '../../lib/model/json.ts';
import type { TypeLookup } from '../../lib/model/spec.ts';
import type { AssetChange } from '../../lib/model/wish.ts';
import { checkPlan, configure, planChange } from '../../lib/planner/index.ts';
import { built, desire, lookup as withoutTags } from './example.ts';

/** Configurations with values in lists, maps and tags, and the manifests that follow them. */
const group = 'AWS::AutoScaling::AutoScalingGroup';
const vpc = 'AWS::EC2::VPC';
const placed = { 'baton:environment': 'dev' };
const lookup: TypeLookup = (type) => {
  const spec = withoutTags(type);
  return spec?.tags === undefined ? spec : { ...spec, tags: { ...spec.tags, placed: true } };
};

function standing(properties: JsonObject, type = group): Asset {
  const [asset] = built(desire(['Thing', type, properties]));
  return asset as Asset;
}

function configured(asset: Asset, more: Partial<AssetChange>, requestId = 'request-1'): Asset {
  const change = { asset: asset.id, type: asset.type, set: {}, remove: [], release: [], ...more };
  const found = configure({ requestId, scope: asset.scope, changes: [change], assets: [asset], lookup });
  const { properties = {}, owners } = found.get(asset.id) ?? {};
  return { ...asset, desired: properties, owners };
}

function problemsOf(asset: Asset, more: Partial<AssetChange>): string[] {
  try {
    configured(asset, more);
    return [];
  } catch (error) {
    if (!(error instanceof InvalidInput)) throw error;
    return error.problems.map(({ code }) => code);
  }
}

/** Returns the plan of a manifest for the asset, after checking it. */
function after(asset: Asset, properties: JsonObject, tags?: Record<string, string>) {
  const desired = { ...desire(['Thing', asset.type, properties]), ...(tags && { tags }) };
  const plan = planChange({ requestId: 'request-2', desired, assets: [asset], lookup });
  expect(checkPlan(plan, { desired, assets: [asset], lookup })).toEqual([]);
  return plan;
}
const becomes = (asset: Asset, properties: JsonObject) =>
  after(asset, properties).steps[0]?.desired ?? asset.desired;

describe('an unchanged manifest keeps', () => {
  const zones = { VPCZoneIdentifier: ['a', 'b', 'c'] };
  const cases: [what: string, manifest: JsonObject, change: Partial<AssetChange>, value: JsonObject][] = [
    ['a removed element', zones, { remove: ['VPCZoneIdentifier.0'] }, { VPCZoneIdentifier: ['b', 'c'] }],
    [
      'removed elements, the last among them',
      zones,
      { remove: ['VPCZoneIdentifier.0', 'VPCZoneIdentifier.2'] },
      { VPCZoneIdentifier: ['b'] },
    ],
    [
      'an added element',
      zones,
      { set: { 'VPCZoneIdentifier.3': 'd' } },
      { VPCZoneIdentifier: ['a', 'b', 'c', 'd'] },
    ],
    [
      'an object it does not have',
      {},
      { set: { 'LaunchTemplate.Version': '3' } },
      { LaunchTemplate: { Version: '3' } },
    ],
  ];
  test.each(cases)('%s', (_what, manifest, change, value) => {
    const asset = configured(standing(manifest), change);
    expect(asset.desired).toEqual(value);
    expect(becomes(asset, manifest)).toEqual(value);
  });
});

it('never sets a value in another element of a changed list', () => {
  const tags = (...names: string[]) => ({ Tags: names.map((Key) => ({ Key, Value: 'x' })) });
  const asset = configured(standing(tags('A', 'B'), vpc), { set: { 'Tags.0.Value': 'y' } });
  expect(becomes(asset, tags('B'))).toEqual(tags('B'));
});

it.each<[what: string, manifest: JsonObject, set: JsonObject]>([
  ['a list', { VPCZoneIdentifier: ['a', 'b'] }, { 'VPCZoneIdentifier.0': 'z' }],
  ['a new object', { MinSize: '1' }, { 'LaunchTemplate.Version': '3' }],
])('%s is given back as it was', (_what, manifest, set) => {
  const asset = configured(standing(manifest), { set });
  const release = (asset.owners ?? []).map(({ path }) => path);
  expect(configured(asset, { release })).toMatchObject({ desired: manifest, owners: [] });
  expect(Object.keys(configured(asset, { release }).desired)).toEqual(Object.keys(manifest));
});

describe('tags', () => {
  const given = [{ Key: 'team', Value: 'web' }];
  const own = { Key: 'baton:environment', Value: 'dev' };
  const other = [{ Key: 'team', Value: 'ops' }];
  const tagged = (): Asset => standing({ CidrBlock: '10.0.0.0/16', Tags: [...given, own] }, vpc);

  it.each<[what: string, manifest: JsonValue | undefined, before: Asset]>([
    ['in addition to those of a manifest', given, tagged()],
    ['if a manifest has none', undefined, standing({ CidrBlock: '10.0.0.0/16', Tags: [own] }, vpc)],
  ])('stay as configured, %s', (_what, manifest, before) => {
    const once = configured(before, { set: { Tags: other } });
    const asset = { ...once, desired: { ...once.desired, Tags: [...other, own] } };
    const properties = { CidrBlock: '10.0.0.0/16', ...(manifest && { Tags: manifest }) };
    const { steps, unchanged } = after(asset, properties, placed);
    expect(steps).toEqual([]);
    expect(unchanged).toMatchObject([{ kept: [{ path: 'Tags', requestId: 'request-1' }] }]);
  });
});

describe('a path', () => {
  const fleet = standing({ MinSize: '1', VPCZoneIdentifier: ['a'] });
  it.each<[what: string, change: Partial<AssetChange>, code: string]>([
    ['named in both notations', { set: { MinSize: '2', '/MinSize': '3' } }, 'DuplicatePath'],
    ['inside another', { set: { LaunchTemplate: {}, 'LaunchTemplate.Version': '1' } }, 'OverlappingPaths'],
    [
      'inside of one that is removed',
      { set: { 'VPCZoneIdentifier.0': 'b' }, remove: ['VPCZoneIdentifier'] },
      'OverlappingPaths',
    ],
    ['with an index in another form', { set: { 'VPCZoneIdentifier.00': 'b' } }, 'PathMismatch'],
    ['that creates a reference', { set: { 'LaunchTemplate.Ref': 'Other' } }, 'ReferenceInValue'],
    [
      'that makes a function',
      { set: { '/LaunchTemplate/Fn::GetAtt': ['Other', 'Arn'] } },
      'ReferenceInValue',
    ],
  ])('%s is refused', (_what, change, code) => expect(problemsOf(fleet, change)).toEqual([code]));

  it('that leaves a partial reference is rejected', () => {
    const asset = standing({ LaunchTemplate: { Ref: 'Other', Version: '1' } });
    expect(problemsOf(asset, { remove: ['LaunchTemplate.Version'] })).toEqual(['ReferenceInValue']);
  });

  it('may have the name of an inherited property', () => {
    const set = { 'LaunchTemplate.toString': '1', 'LaunchTemplate.valueOf.x': '2' };
    expect(configured(standing({ LaunchTemplate: {} }), { set }).desired).toEqual({
      LaunchTemplate: { toString: '1', valueOf: { x: '2' } },
    });
  });

  it('to elements past the end appends them in index order', () => {
    const asset = standing({ VPCZoneIdentifier: [...'abcdefghi'] });
    const set = { 'VPCZoneIdentifier.10': 'k', 'VPCZoneIdentifier.9': 'j' };
    expect(configured(asset, { set }).desired).toEqual({ VPCZoneIdentifier: [...'abcdefghijk'] });
  });
});

describe('a manifest that changes the context of a configured value', () => {
  const asset = () =>
    configured(standing({ LaunchTemplate: { Id: 'x' } }), { set: { 'LaunchTemplate.Version': '1' } });
  it.each<[what: string, around: JsonValue]>([
    ['to a function', { 'Fn::Sub': 'x' }],
    ['to a list', ['x']],
    ['to a list of objects', [{ Id: 'x' }]],
    ['to a text', 'x'],
  ])('%s has it as it says', (_what, LaunchTemplate) => {
    expect(becomes(asset(), { LaunchTemplate })).toEqual({ LaunchTemplate });
  });
});

it("the boundary and the path of an identity can't be removed", () => {
  const asset: Asset = {
    ...standing({}),
    type: 'AWS::IAM::Role',
    desired: { Path: '/baton/dev/', PermissionsBoundary: 'b' },
  };
  expect(problemsOf(asset, { remove: ['Path', 'PermissionsBoundary'] })).toEqual([
    'PlacedByBaton',
    'PlacedByBaton',
  ]);
});
