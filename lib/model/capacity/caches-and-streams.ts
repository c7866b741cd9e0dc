import { type CapacityTrait, plain } from './trait.ts';

/**
 * Capacities of caches, streams and search. Kinesis: UpdateShardCount, Amazon Kinesis API Reference ("more than double",
 * "below half", "more than 10 times per rolling 24-hour period"). MSK: storage waits six hours between two changes
 * (Amazon MSK Developer Guide). Warm-ups are estimates that measured times replace.
 */
export const cacheAndStreamCapacities: readonly CapacityTrait[] = [
  {
    ...plain,
    type: 'AWS::ElastiCache::ReplicationGroup',
    property: 'NumCacheClusters',
    unit: 'nodes',
    least: 1,
    most: 6,
    warmUpSeconds: 600,
    unmet: ({ NumNodeGroups, ReplicasPerNodeGroup }) =>
      NumNodeGroups !== undefined || ReplicasPerNodeGroup !== undefined
        ? 'its nodes are counted by NumNodeGroups; scale that property, since ReplicasPerNodeGroup is create-only'
        : undefined,
  },
  {
    ...plain,
    type: 'AWS::ElastiCache::ReplicationGroup',
    property: 'NumNodeGroups',
    unit: 'shards',
    least: 1,
    most: 500,
    warmUpSeconds: 900,
    unmet: ({ NumCacheClusters }) =>
      NumCacheClusters === undefined
        ? undefined
        : 'cluster mode is off; expected NumNodeGroups instead of NumCacheClusters',
    native: {
      ...{ namespace: 'elasticache', dimension: 'elasticache:replication-group:NodeGroups' },
      resourceId: 'replication-group/{ReplicationGroupId}',
      read: { ReplicationGroupId: [''] },
    },
  },
  {
    ...plain,
    type: 'AWS::ElastiCache::ServerlessCache',
    property: 'CacheUsageLimits.ECPUPerSecond.Maximum',
    unit: 'ECPU per second at most',
    least: 1000,
    most: 15_000_000,
    warmUpSeconds: 60,
  },
  {
    ...plain,
    type: 'AWS::MemoryDB::Cluster',
    property: 'NumShards',
    unit: 'shards',
    least: 1,
    most: 500,
    warmUpSeconds: 900,
  },
  {
    ...plain,
    type: 'AWS::MemoryDB::Cluster',
    property: 'NumReplicasPerShard',
    unit: 'replicas of each shard',
    least: 0,
    most: 5,
    warmUpSeconds: 600,
  },
  {
    ...plain,
    type: 'AWS::Kinesis::Stream',
    property: 'ShardCount',
    unit: 'shards',
    least: 1,
    most: 100_000,
    warmUpSeconds: 60,
    rules: { factor: 2, changesADay: 10 },
    unmet: ({ StreamModeDetails }) =>
      JSON.stringify(StreamModeDetails)?.includes('ON_DEMAND')
        ? 'a stream on demand scales itself; expected StreamMode PROVISIONED'
        : undefined,
  },
  {
    ...plain,
    type: 'AWS::MSK::Cluster',
    property: 'NumberOfBrokerNodes',
    unit: 'brokers',
    least: 1,
    warmUpSeconds: 1800,
  },
  {
    ...plain,
    type: 'AWS::MSK::Cluster',
    property: 'BrokerNodeGroupInfo.StorageInfo.EBSStorageInfo.VolumeSize',
    unit: 'GiB of storage for each broker',
    least: 1,
    most: 16_384,
    warmUpSeconds: 600,
    rules: { onlyUp: true },
    pauseSeconds: 21_600,
    native: {
      ...{ namespace: 'kafka', dimension: 'kafka:broker-storage:VolumeSize' },
      ...{ resourceId: '{Arn}', read: { Arn: ['', 'Arn'] } },
    },
  },
  {
    ...plain,
    type: 'AWS::OpenSearchService::Domain',
    property: 'ClusterConfig.InstanceCount',
    unit: 'data nodes',
    least: 1,
    most: 1002,
    // A domain may make its change on a second set of nodes.
    warmUpSeconds: 1800,
  },
];
