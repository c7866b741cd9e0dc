import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../lib/model/json.ts';
import { diffProperties } from '../../lib/planner/diff.ts';
import { planChange } from '../../lib/planner/index.ts';
import { ensureTypes } from '../../lib/spec/ensure-types.ts';
import { typeLookup } from '../../lib/spec/lookup.ts';

const lookup = typeLookup(ensureTypes());
const replacements = (type: string, before: JsonObject, after: JsonObject) => {
  const spec = lookup(type) ?? expect.fail(`no type ${type}`);
  return diffProperties(before, after, spec).map(({ replacement }) => replacement);
};

describe('the provider’s own schema decides what replaces a resource', () => {
  const inPlace: [type: string, before: JsonObject, after: JsonObject][] = [
    [
      'AWS::EKS::Cluster',
      { KubernetesNetworkConfig: { IpFamily: 'ipv4' } },
      { KubernetesNetworkConfig: { IpFamily: 'ipv4', ElasticLoadBalancing: { Enabled: true } } },
    ],
    [
      'AWS::EC2::TransitGatewayRouteTable',
      { Tags: [{ Key: 'a', Value: 'b' }] },
      { Tags: [{ Key: 'a', Value: 'c' }] },
    ],
    ['AWS::ElastiCache::ReplicationGroup', { Engine: 'redis' }, { Engine: 'valkey' }],
    ['AWS::S3::Bucket', {}, { ObjectLockEnabled: true }],
    ['AWS::ECS::Service', { LaunchType: 'FARGATE' }, {}],
    ['AWS::RDS::DBInstance', { Engine: 'postgres' }, { Engine: 'mysql' }],
  ];
  for (const [type, before, after] of inPlace)
    it(`${type}: an update is tried, and may be refused`, () =>
      expect(replacements(type, before, after)).toEqual(['maybe']));

  it('a create-only property replaces it', () => {
    expect(replacements('AWS::EKS::Cluster', { RoleArn: 'a' }, { RoleArn: 'b' })).toEqual(['yes']);
    expect(replacements('AWS::S3::Bucket', { BucketName: 'a' }, { BucketName: 'b' })).toEqual(['yes']);
  });
  it('in every type, no other property certainly replaces it', () => {
    for (const type of lookup.names()) {
      const spec = lookup(type);
      if (spec === undefined || !spec.provisionable || !spec.updatable) continue;
      const certain = Object.keys(spec.properties).filter(
        (name) => spec.properties[name]?.replacement === 'yes' && !spec.createOnly.includes(name),
      );
      expect(certain, type).toEqual([]);
    }
  });
});

describe('a resource that may be replaced', () => {
  const plan = (before: JsonObject, after: JsonObject, baton?: JsonObject) => {
    const header = { environment: 'dev', service: 's', owner: 'o', reason: 'r' };
    const place = { account: '111111111111', region: 'us-east-1' };
    const policies = { deletionPolicy: 'Delete', updateReplacePolicy: 'Delete' } as const;
    const common = { logicalId: 'Db', type: 'AWS::RDS::DBInstance', dependsOn: [], ...policies };
    const asset = {
      ...{
        id: 'a',
        version: 1,
        provider: 'cloud-control',
        identifier: 'db-1',
        status: 'Active',
        desired: before,
      },
      ...{
        ...common,
        ...place,
        ...header,
        scope: 'dev/s',
        applied: before,
        attributes: {},
        dependsOnAssets: [],
      },
      ...{ requestId: 'r', changeId: 'c', runId: 'r', updatedAt: '2026-01-01T00:00:00.000Z' },
    };
    const resource = { ...common, properties: after, ...(baton === undefined ? {} : { baton }) };
    const desired = {
      header,
      wish: { kind: 'resources' },
      scope: 'dev/s',
      ...place,
      partition: 'aws',
      resources: [resource],
      outputs: {},
    };
    return planChange({ requestId: 'r', desired, assets: [asset], lookup } as never);
  };
  const operations = (...input: Parameters<typeof plan>) =>
    plan(...input).steps.map(({ operation }) => operation);
  const replace = { replace: true };

  it('is updated unless it says that it must be replaced', () =>
    expect(operations({ Engine: 'postgres' }, { Engine: 'mysql' })).toEqual(['update']));
  it('is replaced if it says so', () =>
    expect(operations({ Engine: 'postgres' }, { Engine: 'mysql' }, replace)).toEqual(['replace', 'delete']));
  it('is updated anyway if nothing prevents it', () =>
    expect(operations({ AllocatedStorage: '20' }, { AllocatedStorage: '50' }, replace)).toEqual(['update']));
  it('is unchanged without changes', () =>
    expect(operations({ Engine: 'postgres' }, { Engine: 'postgres' }, replace)).toEqual([]));
  it('is replaced to remove a write-only property, which no update can remove', () => {
    expect(() => plan({ TdeCredentialPassword: 'x' }, {})).toThrow(/can't be removed: it is write-only/);
    expect(operations({ TdeCredentialPassword: 'x' }, {}, replace)).toEqual(['replace', 'delete']);
  });
});
