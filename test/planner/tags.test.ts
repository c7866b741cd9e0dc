import { describe, expect, it } from 'vitest';
import type { Asset } from '../../lib/model/asset.ts';
import type { JsonObject } from '../../lib/model/json.ts';
import type { DesiredState } from '../../lib/model/request.ts';
import type { TypeSpec } from '../../lib/model/spec.ts';
import { placedTags } from '../../lib/model/tags.ts';
import { checkPlan } from '../../lib/planner/index.ts';
import { planChange } from '../../lib/planner/plan-change.ts';
import { ensureTypes, typeLookup } from '../../lib/spec/index.ts';
import { built, desire } from './example.ts';

const lookup = typeLookup(ensureTypes());
const tags = { ...placedTags('test') };
const own = { Key: 'baton:environment', Value: 'test' };
const team = { Key: 'team', Value: 'shop' };

function plan(desired: DesiredState, assets: Asset[] = []) {
  const made = planChange({ requestId: 'request-1', desired, assets, lookup });
  expect(checkPlan(made, { desired, assets, lookup })).toEqual([]);
  return made;
}
const wish = (type: string, properties: JsonObject, more: object = {}): DesiredState => ({
  ...desire(['It', type, properties, more]),
  tags,
});
/** Returns a resource that was created before Baton tagged resources. */
const untagged = (type: string, properties: JsonObject) => built(desire(['It', type, properties]));

describe('a new resource is tagged, in the format of its type', () => {
  const rows: [type: string, given: JsonObject, wanted: JsonObject][] = [
    ['AWS::SQS::Queue', {}, { Tags: [own] }],
    ['AWS::SQS::Queue', { Tags: [team] }, { Tags: [team, own] }],
    ['AWS::SQS::Queue', { Tags: [own] }, { Tags: [own] }],
    ['AWS::SSM::Parameter', { Type: 'String', Value: 'x' }, { Tags: { 'baton:environment': 'test' } }],
    [
      'AWS::Cognito::UserPool',
      { UserPoolTags: { a: 'b' } },
      { UserPoolTags: { a: 'b', 'baton:environment': 'test' } },
    ],
    ['AWS::EFS::FileSystem', {}, { FileSystemTags: [own] }],
    ['AWS::AutoScaling::AutoScalingGroup', {}, { Tags: [{ ...own, PropagateAtLaunch: true }] }],
    ['AWS::S3::Bucket', {}, { AbacStatus: 'Enabled', Tags: [own] }],
    ['AWS::S3::Bucket', { AbacStatus: 'Disabled' }, { AbacStatus: 'Disabled', Tags: [own] }],
    ['AWS::EC2::KeyPair', { KeyName: 'x' }, { Tags: [own] }],
    ['AWS::S3::BucketPolicy', { Bucket: 'x' }, {}],
  ];
  for (const [type, given, wanted] of rows)
    it(`${type} ${JSON.stringify(given)}`, () => {
      expect(plan(wish(type, given)).steps[0]?.desired).toEqual({ ...given, ...wanted });
    });
});

describe('an existing resource', () => {
  const type = 'AWS::SQS::Queue';
  it('is not updated only for the tag', () => {
    const { steps, unchanged } = plan(wish(type, { DelaySeconds: 1 }), untagged(type, { DelaySeconds: 1 }));
    expect(steps).toEqual([]);
    expect(unchanged).toHaveLength(1);
  });
  it('gets the tag with another update, and the plan says so', () => {
    const [step] = plan(wish(type, { DelaySeconds: 2 }), untagged(type, { DelaySeconds: 1 })).steps;
    expect(step?.desired).toEqual({ DelaySeconds: 2, Tags: [own] });
    expect(step?.changes?.map(({ path }) => path)).toEqual(['DelaySeconds', 'Tags']);
  });
  it('keeps the tag', () => {
    const tagged = untagged(type, { DelaySeconds: 1, Tags: [own, team] });
    expect(plan(wish(type, { DelaySeconds: 1, Tags: [team] }), tagged).steps).toEqual([]);
    const [step] = plan(wish(type, { DelaySeconds: 1 }), tagged).steps;
    expect(step?.desired).toEqual({ DelaySeconds: 1, Tags: [own] });
  });
  it('is not called for a change of the inventory only', () => {
    const policy = { deletionPolicy: 'Retain' };
    const [step] = plan(wish(type, { DelaySeconds: 1 }, policy), untagged(type, { DelaySeconds: 1 })).steps;
    expect(step?.desired).toEqual({ DelaySeconds: 1 });
  });
  it('is never replaced for the tag, but is tagged if it is replaced anyway', () => {
    const fixed = 'AWS::OpenSearchServerless::Collection';
    const was = untagged(fixed, { Name: 'x', Description: 'a' });
    expect(plan(wish(fixed, { Name: 'x', Description: 'a' }), was).steps).toEqual([]);
    const [update] = plan(wish(fixed, { Name: 'x', Description: 'b' }), was).steps;
    expect(update).toMatchObject({ operation: 'update', desired: { Name: 'x', Description: 'b' } });
    const [replaced] = plan(wish(fixed, { Name: 'y', Description: 'a' }), was).steps;
    expect(replaced).toMatchObject({ operation: 'replace', desired: { Tags: [own] } });
  });
});

describe('the checker rejects a plan', () => {
  const type = 'AWS::SQS::Queue';
  it('that creates a resource without the tag', () => {
    const desired = wish(type, {});
    const made = planChange({ requestId: 'r', desired: { ...desired, tags: {} }, assets: [], lookup });
    expect(checkPlan(made, { desired, assets: [], lookup })).not.toEqual([]);
  });
  it('that removes the tag', () => {
    const assets = untagged(type, { Tags: [own] });
    const desired = wish(type, {});
    const { tags: _, ...bare } = desired;
    const made = planChange({ requestId: 'r', desired: bare, assets, lookup });
    expect(checkPlan(made, { desired, assets, lookup })).not.toEqual([]);
  });
});

it('all taggable types but a few are tagged', () => {
  const provisionable = lookup.names().flatMap((name) => lookup(name) ?? []);
  const taking = provisionable.filter((spec: TypeSpec) => spec.provisionable && spec.tags !== undefined);
  const tagged = taking.filter((spec) => spec.tags?.placed === true);
  expect(tagged.length).toBeGreaterThan(1000);
  for (const type of [
    'AWS::EC2::VPC',
    'AWS::RDS::DBInstance',
    'AWS::KMS::Key',
    'AWS::ApiGateway::RestApi',
    'AWS::IAM::Role',
  ])
    expect(tagged.map((spec) => spec.type)).toContain(type);
});
