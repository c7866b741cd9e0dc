/**
 * Replicas of databases and caches, which serve reads.
 * Sources: "Amazon CloudWatch metrics for Amazon Aurora", Aurora User Guide; "Metrics for Redis OSS and Valkey", Amazon
 * ElastiCache User Guide; the dimensions are those that Application Auto Scaling watches ("Target tracking scaling
 * policies", predefined metrics).
 */
import type { StoredResource } from '../cloud-control/resource-store.ts';
import {
  type LoadModel,
  type Minute,
  type MinuteResult,
  numberIn,
  type Reported,
  reported,
} from './model.ts';
import { serversMinute } from './servers.ts';

/** Connections of a client for each request in flight, and those that idle. */
const IDLE_CONNECTIONS = 5;

interface Readers {
  unit: string;
  baseSeconds: number;
  metrics(cpu: number, connections: number, latencySeconds: number, readers: number): Reported[];
}

function readersMinute(
  { load, perUnit, serving, left }: Minute,
  { unit, baseSeconds, metrics }: Readers,
): MinuteResult {
  const readers = serving[unit] ?? 0;
  const servers = { load, perUnit, serving: readers, backlog: left.reads ?? 0 };
  const { utilization, latencySeconds, served, backlog } = serversMinute({
    ...servers,
    baseSeconds,
    queueSeconds: 10,
  });
  const inFlight = readers === 0 ? 0 : ((served / 60) * latencySeconds) / readers;
  const cpu = 5 + 95 * utilization;
  const found = readers === 0 ? [] : metrics(cpu, IDLE_CONNECTIONS + inFlight, latencySeconds, readers);
  return { left: { reads: backlog }, metrics: found };
}

/** A member that is not the writer is a reader; without a reader, the writer serves reads. */
function readersOf(cluster: string, others: (type: string) => StoredResource[]): number {
  const members = others('AWS::RDS::DBInstance').filter(
    (one) => one.properties.DBClusterIdentifier === cluster,
  );
  return Math.max(members.length - 1, Math.min(members.length, 1));
}

export const rdsCluster: LoadModel = {
  type: 'AWS::RDS::DBCluster',
  load: 'reads',
  perUnit: 500,
  warmUpSeconds: 600,
  capacities({ identifier }, others) {
    const readers = readersOf(identifier, others);
    return readers === 0
      ? 'the cluster has no instance; expected AWS::RDS::DBInstance with its identifier'
      : { readers };
  },
  minute: (minute) =>
    readersMinute(minute, {
      ...{ unit: 'readers', baseSeconds: 0.005 },
      metrics: (cpu, connections, latencySeconds, readers) =>
        reported(
          'AWS/RDS',
          { DBClusterIdentifier: minute.resource.identifier, Role: 'READER' },
          {
            CPUUtilization: [cpu, 'Percent', readers],
            DatabaseConnections: [connections, 'Count', readers],
            ReadLatency: [latencySeconds, 'Seconds', readers],
          },
        ),
    }),
};

/** A source instance that is no member of a cluster, and its read replicas. */
export const rdsInstance: LoadModel = {
  type: 'AWS::RDS::DBInstance',
  load: 'reads',
  perUnit: 400,
  warmUpSeconds: 900,
  capacities({ identifier, properties }, others) {
    if (properties.DBClusterIdentifier !== undefined)
      return 'the instance is a member of a cluster; put the load on the AWS::RDS::DBCluster';
    const replicas = others('AWS::RDS::DBInstance').filter(
      (one) => one.properties.SourceDBInstanceIdentifier === identifier,
    );
    return { instances: 1 + replicas.length };
  },
  minute: (minute) =>
    readersMinute(minute, {
      ...{ unit: 'instances', baseSeconds: 0.005 },
      metrics: (cpu, connections, latencySeconds) =>
        reported(
          'AWS/RDS',
          { DBInstanceIdentifier: minute.resource.identifier },
          {
            CPUUtilization: [cpu, 'Percent'],
            DatabaseConnections: [connections, 'Count'],
            ReadLatency: [latencySeconds, 'Seconds'],
          },
        ),
    }),
};

/** One processor thread of each node serves commands: EngineCPUUtilization. */
export const elastiCache: LoadModel = {
  type: 'AWS::ElastiCache::ReplicationGroup',
  load: 'commands',
  perUnit: 50_000,
  warmUpSeconds: 600,
  capacities({ properties }) {
    const shards = numberIn(properties, 'NumNodeGroups', 1);
    const ofShard = numberIn(properties, 'ReplicasPerNodeGroup', 0) + 1;
    return { nodes: numberIn(properties, 'NumCacheClusters', shards * ofShard) };
  },
  minute: (minute) =>
    readersMinute(minute, {
      ...{ unit: 'nodes', baseSeconds: 0.0003 },
      metrics: (cpu, connections, latencySeconds, nodes) =>
        ['Primary', 'Replica'].flatMap((Role) =>
          reported(
            'AWS/ElastiCache',
            { ReplicationGroupId: minute.resource.identifier, Role },
            {
              EngineCPUUtilization: [cpu, 'Percent', nodes],
              CurrConnections: [connections, 'Count', nodes],
              SuccessfulReadRequestLatency: [latencySeconds * 1e6, 'Microseconds', nodes],
            },
          ),
        ),
    }),
};
