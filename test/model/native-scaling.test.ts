import { describe, expect, it, test } from 'vitest';
import type { Asset } from '../../lib/model/asset.ts';
import { capacities } from '../../lib/model/capacity/index.ts';
import type { JsonObject, JsonValue } from '../../lib/model/json.ts';
import { nativeScalingOf } from '../../lib/model/native-scaling/owners.ts';
import { dimensionOf, dimensionsWithoutProperty } from '../../lib/model/native-scaling/targets.ts';

/** How scalable targets name what they scale, and what can't be told. */
const resource = (logicalId: string, type: string, properties: JsonObject = {}) => ({
  logicalId,
  type,
  properties,
});
const target = (dimension: string, id: JsonValue, more: JsonObject = {}) =>
  resource('Target', 'AWS::ApplicationAutoScaling::ScalableTarget', {
    ...{ ServiceNamespace: dimension.split(':')[0] ?? '', ScalableDimension: dimension, ResourceId: id },
    ...{ MinCapacity: 2, MaxCapacity: 10, ...more },
  });
const asset = (logicalId: string, type: string, identifier: string, attributes: JsonObject = {}) =>
  ({ logicalId, type, identifier, attributes, applied: {}, scope: 'test/other' }) as unknown as Asset;

const cluster = resource('Cluster', 'AWS::ECS::Cluster', { ClusterName: 'main' });
const service = resource('Service', 'AWS::ECS::Service', { Cluster: { Ref: 'Cluster' }, ServiceName: 'web' });
const ecs = 'ecs:service:DesiredCount';
const table = resource('Table', 'AWS::DynamoDB::Table', {
  ...{ TableName: 'orders', ProvisionedThroughput: { ReadCapacityUnits: 5, WriteCapacityUnits: 5 } },
  GlobalSecondaryIndexes: [{ IndexName: 'by-day' }, { IndexName: 'by-user' }],
});

describe('a scalable target names its resource', () => {
  const cases: [what: string, dimension: string, id: JsonValue, of: typeof service, path: string][] = [
    ['by Sub', ecs, { 'Fn::Sub': 'service/${Cluster}/${Service.Name}' }, service, 'DesiredCount'],
    [
      'by Sub with variables',
      ecs,
      {
        'Fn::Sub': ['service/${C}/${S}', { C: { Ref: 'Cluster' }, S: { 'Fn::GetAtt': ['Service', 'Name'] } }],
      },
      service,
      'DesiredCount',
    ],
    [
      'by Join',
      ecs,
      { 'Fn::Join': ['/', ['service', { Ref: 'Cluster' }, { 'Fn::GetAtt': ['Service', 'Name'] }]] },
      service,
      'DesiredCount',
    ],
    [
      'by a part of its ARN',
      ecs,
      { 'Fn::Select': [5, { 'Fn::Split': [':', { Ref: 'Service' }] }] },
      service,
      'DesiredCount',
    ],
    ['by its name', ecs, 'service/main/web', service, 'DesiredCount'],
    [
      'by its name in a cluster by reference',
      ecs,
      { 'Fn::Sub': 'service/${Cluster}/web' },
      service,
      'DesiredCount',
    ],
    [
      'by its name, in the default cluster',
      ecs,
      'service/default/web',
      resource('Service', 'AWS::ECS::Service', { ServiceName: 'web' }),
      'DesiredCount',
    ],
    [
      'by an ARN of the cluster',
      ecs,
      'service/main/web',
      resource('Service', 'AWS::ECS::Service', {
        ServiceName: 'web',
        Cluster: 'arn:aws:ecs:eu-west-1:111111111111:cluster/main',
      }),
      'DesiredCount',
    ],
    [
      'as a table',
      'dynamodb:table:ReadCapacityUnits',
      { 'Fn::Sub': 'table/${Table}' },
      table,
      'ProvisionedThroughput.ReadCapacityUnits',
    ],
    [
      'as an index',
      'dynamodb:index:WriteCapacityUnits',
      { 'Fn::Join': ['/', ['table', { Ref: 'Table' }, 'index', 'by-user']] },
      table,
      'GlobalSecondaryIndexes.1.ProvisionedThroughput.WriteCapacityUnits',
    ],
    [
      'as an index by names',
      'dynamodb:index:ReadCapacityUnits',
      'table/orders/index/by-day',
      table,
      'GlobalSecondaryIndexes.0.ProvisionedThroughput.ReadCapacityUnits',
    ],
    [
      'as an alias',
      'lambda:function:ProvisionedConcurrency',
      { 'Fn::Sub': 'function:${Function}:live' },
      resource('Alias', 'AWS::Lambda::Alias', { FunctionName: { Ref: 'Function' }, Name: 'live' }),
      'ProvisionedConcurrencyConfig.ProvisionedConcurrentExecutions',
    ],
    [
      'as an alias of a function by its ARN',
      'lambda:function:ProvisionedConcurrency',
      { 'Fn::Sub': 'function:${Function}:live' },
      resource('Alias', 'AWS::Lambda::Alias', {
        FunctionName: { 'Fn::GetAtt': ['Function', 'Arn'] },
        Name: 'live',
      }),
      'ProvisionedConcurrencyConfig.ProvisionedConcurrentExecutions',
    ],
    [
      'as a replication group',
      'elasticache:replication-group:NodeGroups',
      { 'Fn::Sub': 'replication-group/${Cache}' },
      resource('Cache', 'AWS::ElastiCache::ReplicationGroup', { NumNodeGroups: 2 }),
      'NumNodeGroups',
    ],
    [
      'as a table of Keyspaces',
      'cassandra:table:WriteCapacityUnits',
      'keyspace/shop/table/orders',
      resource('Rows', 'AWS::Cassandra::Table', { KeyspaceName: 'shop', TableName: 'orders' }),
      'BillingMode.ProvisionedThroughput.WriteCapacityUnits',
    ],
    [
      'as storage of brokers',
      'kafka:broker-storage:VolumeSize',
      { Ref: 'Brokers' },
      resource('Brokers', 'AWS::MSK::Cluster'),
      'BrokerNodeGroupInfo.StorageInfo.EBSStorageInfo.VolumeSize',
    ],
  ];
  test.each(cases)('%s', (_what, dimension, id, of, path) => {
    const found = nativeScalingOf([cluster, of, target(dimension, id)]);
    expect(found.owners.get(of.logicalId)).toMatchObject([{ path, by: 'Target', min: 2, max: 10 }]);
    expect(found.unresolved.size).toBe(0);
  });

  it('by a name that the service generated', () => {
    const bare = resource('Service', 'AWS::ECS::Service', { Cluster: { Ref: 'Cluster' } });
    const known = [
      asset('Service', bare.type, 'arn:x/shop-Service-1a2b|main', { Name: 'shop-Service-1a2b' }),
    ];
    const named = target(ecs, 'service/main/shop-Service-1a2b');
    expect(nativeScalingOf([cluster, bare, named], known).owners.has('Service')).toBe(true);
    expect(nativeScalingOf([cluster, bare, named]).owners.size).toBe(0);
  });

  it('from another scope', () => {
    const { type, properties } = target(ecs, 'service/main/web');
    const other = { ...asset('Scale', type, 'x'), applied: properties } as Asset;
    const found = nativeScalingOf([cluster, service], [], [other]);
    expect(found.owners.get('Service')).toMatchObject([{ by: 'test/other/Scale' }]);
  });
});

describe('a scalable target is for another resource', () => {
  const cases: [what: string, dimension: string, id: JsonValue][] = [
    ['of another name', ecs, 'service/main/other'],
    ['of another cluster', ecs, 'service/second/web'],
    ['by reference', ecs, { 'Fn::Sub': 'service/${Cluster}/${Service2.Name}' }],
    ['without a property', 'rds:cluster:ReadReplicaCount', 'cluster:main'],
  ];
  test.each(cases)('%s', (_what, dimension, id) => {
    const second = resource('Service2', 'AWS::ECS::Service', {
      Cluster: { Ref: 'Cluster' },
      ServiceName: 'second',
    });
    const { owners, unresolved } = nativeScalingOf([cluster, service, second, target(dimension, id)]);
    expect(owners.has('Service')).toBe(false);
    expect([...unresolved]).toEqual([]);
  });
});

describe('it is stated, not guessed, what a scalable target scales', () => {
  const cases: [what: string, dimension: string, id: JsonValue, expected: RegExp][] = [
    [
      'if a function can not be read',
      ecs,
      { 'Fn::Select': [0, { 'Fn::GetAtt': ['Custom', 'Services'] }] },
      /does not tell which AWS::ECS::Service/,
    ],
    [
      'if a name is only part of a reference',
      ecs,
      { 'Fn::Sub': 'service/${Cluster}/other-${Service.Name}' },
      /does not tell/,
    ],
    ['if the form is another one', ecs, 'service/web', /expected service\/\{Cluster\}\/\{ServiceName\}/],
    [
      'if it reads something else of it',
      ecs,
      { 'Fn::Sub': 'service/${Cluster}/${Service}' },
      /does not tell/,
    ],
    [
      'if the dimension is not known',
      'ecs:service:Tasks',
      'service/main/web',
      /ecs:service:Tasks is not a dimension/,
    ],
  ];
  test.each(cases)('%s', (_what, dimension, id, expected) => {
    const { owners, unresolved } = nativeScalingOf([cluster, service, target(dimension, id)]);
    expect(owners.size).toBe(0);
    expect(unresolved.get('Target')).toMatch(expected);
  });
});

describe('a group is scaled natively', () => {
  const group = resource('Group', 'AWS::AutoScaling::AutoScalingGroup', { MinSize: '1', MaxSize: '9' });
  const named = { AutoScalingGroupName: { Ref: 'Group' } };
  const managed = (Status: string) => ({
    AutoScalingGroupProvider: { AutoScalingGroupArn: { Ref: 'Group' }, ManagedScaling: { Status } },
  });
  const cases: [what: string, type: string, properties: JsonObject, paths: string[]][] = [
    ['by a policy', 'AWS::AutoScaling::ScalingPolicy', named, ['DesiredCapacity']],
    [
      'by a schedule',
      'AWS::AutoScaling::ScheduledAction',
      { ...named, DesiredCapacity: 3 },
      ['DesiredCapacity'],
    ],
    [
      'by a schedule with bounds',
      'AWS::AutoScaling::ScheduledAction',
      { ...named, MinSize: 3, MaxSize: 5 },
      ['DesiredCapacity', 'MinSize', 'MaxSize'],
    ],
    ['by a capacity provider', 'AWS::ECS::CapacityProvider', managed('ENABLED'), ['DesiredCapacity']],
    [
      'not by a capacity provider without managed scaling',
      'AWS::ECS::CapacityProvider',
      managed('DISABLED'),
      [],
    ],
    [
      'not by a policy of another group',
      'AWS::AutoScaling::ScalingPolicy',
      { AutoScalingGroupName: 'other' },
      [],
    ],
  ];
  test.each(cases)('%s', (_what, type, properties, paths) => {
    const { owners } = nativeScalingOf([group, resource('Scaler', type, properties)]);
    expect((owners.get('Group') ?? []).map(({ path }) => path)).toEqual(paths);
  });
});

test('every scalable dimension of the API has a row, or the reason why it needs none', () => {
  // The values of ScalableDimension, Application Auto Scaling API Reference.
  const all = [
    ...[
      'ecs:service:DesiredCount',
      'ec2:spot-fleet-request:TargetCapacity',
      'appstream:fleet:DesiredCapacity',
    ],
    ...['elasticmapreduce:instancegroup:InstanceCount', 'dynamodb:table:ReadCapacityUnits'],
    ...[
      'dynamodb:table:WriteCapacityUnits',
      'dynamodb:index:ReadCapacityUnits',
      'dynamodb:index:WriteCapacityUnits',
    ],
    ...['rds:cluster:ReadReplicaCount', 'sagemaker:variant:DesiredInstanceCount'],
    ...[
      'custom-resource:ResourceType:Property',
      'comprehend:document-classifier-endpoint:DesiredInferenceUnits',
    ],
    ...[
      'comprehend:entity-recognizer-endpoint:DesiredInferenceUnits',
      'lambda:function:ProvisionedConcurrency',
    ],
    ...[
      'cassandra:table:ReadCapacityUnits',
      'cassandra:table:WriteCapacityUnits',
      'kafka:broker-storage:VolumeSize',
    ],
    ...['elasticache:cache-cluster:Nodes', 'elasticache:replication-group:NodeGroups'],
    ...['elasticache:replication-group:Replicas', 'neptune:cluster:ReadReplicaCount'],
    ...['sagemaker:variant:DesiredProvisionedConcurrency', 'sagemaker:inference-component:DesiredCopyCount'],
    'workspaces:workspacespool:DesiredUserSessions',
  ];
  for (const name of all)
    expect((dimensionOf(name) !== undefined) !== Object.hasOwn(dimensionsWithoutProperty, name), name).toBe(
      true,
    );
  for (const { native } of capacities)
    if (native !== undefined) expect(native.dimension.startsWith(`${native.namespace}:`)).toBe(true);
});
