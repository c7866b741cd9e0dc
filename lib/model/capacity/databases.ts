import { isObject } from '../json.ts';
import { type CapacityTrait, plain } from './trait.ts';

/**
 * A decrease is always possible four times a day, and once more in each hour without one: 27 a day at most (Service,
 * account, and table quotas in Amazon DynamoDB).
 */
const decreases = { decreasesADay: 4, extraDecreaseAfterSeconds: 3600 };

const onDemand = ({ BillingMode }: { BillingMode?: unknown }) =>
  BillingMode === 'PAY_PER_REQUEST'
    ? 'a table on demand has no capacity to set; expected BillingMode PROVISIONED'
    : undefined;

function tableCapacity(name: 'ReadCapacityUnits' | 'WriteCapacityUnits'): CapacityTrait {
  return {
    ...plain,
    type: 'AWS::DynamoDB::Table',
    property: `ProvisionedThroughput.${name}`,
    unit: name === 'ReadCapacityUnits' ? 'read capacity units' : 'write capacity units',
    least: 1,
    warmUpSeconds: 120,
    rules: decreases,
    // An index that can't keep up with its table throttles writes to the table.
    members: [`GlobalSecondaryIndexes.*.ProvisionedThroughput.${name}`],
    native: {
      ...{ namespace: 'dynamodb', dimension: `dynamodb:table:${name}` },
      ...{ resourceId: 'table/{TableName}', read: { TableName: [''] } },
      members: {
        ...{ dimension: `dynamodb:index:${name}`, resourceId: 'table/{TableName}/index/{Member}' },
        name: 'IndexName',
      },
    },
    unmet: onDemand,
  };
}

/** `Ref` of a table is `KEYSPACE|TABLE`, which is no part of the identifier. */
const keyspacesTarget = (dimension: string) => ({
  ...{ namespace: 'cassandra', dimension, resourceId: 'keyspace/{KeyspaceName}/table/{TableName}' },
});

function serverlessCapacity(
  type: string,
  property: string,
  { step, least, most }: Pick<CapacityTrait, 'step' | 'least' | 'most'>,
): CapacityTrait {
  return {
    ...plain,
    ...{ type, property: `${property}.MinCapacity`, unit: 'capacity units at least', form: 'number' },
    ...{ step, least, ...(most === undefined ? {} : { most }), warmUpSeconds: 60 },
    // The service itself scales between the two. Only its lower end is decided here.
    bounds: { atLeast: `${property}.MaxCapacity` },
    unmet: (properties) =>
      isObject(properties[property] ?? null)
        ? undefined
        : `expected ${property} with MinCapacity and MaxCapacity`,
  };
}

/** Capacities of databases. Aurora: 0 to 256 units in steps of 0.5 (Aurora User Guide); Neptune: its schema. */
export const databaseCapacities: readonly CapacityTrait[] = [
  tableCapacity('ReadCapacityUnits'),
  tableCapacity('WriteCapacityUnits'),
  {
    ...plain,
    type: 'AWS::Cassandra::Table',
    property: 'BillingMode.ProvisionedThroughput.ReadCapacityUnits',
    unit: 'read capacity units',
    least: 1,
    warmUpSeconds: 120,
    native: keyspacesTarget('cassandra:table:ReadCapacityUnits'),
  },
  {
    ...plain,
    type: 'AWS::Cassandra::Table',
    property: 'BillingMode.ProvisionedThroughput.WriteCapacityUnits',
    unit: 'write capacity units',
    least: 1,
    warmUpSeconds: 120,
    native: keyspacesTarget('cassandra:table:WriteCapacityUnits'),
  },
  serverlessCapacity('AWS::RDS::DBCluster', 'ServerlessV2ScalingConfiguration', {
    ...{ step: 0.5, least: 0, most: 256 },
  }),
  serverlessCapacity('AWS::Neptune::DBCluster', 'ServerlessScalingConfiguration', {
    ...{ step: 0.5, least: 1, most: 128 },
  }),
  {
    ...plain,
    type: 'AWS::RDS::DBInstance',
    property: 'AllocatedStorage',
    unit: 'GiB of storage',
    form: 'integer as text',
    least: 5,
    most: 65_536,
    warmUpSeconds: 600,
    // "Storage modifications ... six hours" between two (Working with storage, Amazon RDS User Guide).
    rules: { onlyUp: true },
    pauseSeconds: 21_600,
  },
  {
    ...plain,
    type: 'AWS::Redshift::Cluster',
    property: 'NumberOfNodes',
    unit: 'nodes',
    least: 1,
    most: 100,
    warmUpSeconds: 900,
    // An elastic resize holds queries for a short time.
    harm: 'brief outage',
    rules: { factor: 2 },
    unmet: ({ ClusterType }) =>
      ClusterType === 'single-node' ? 'a single-node cluster has one node; expected multi-node' : undefined,
  },
  {
    ...plain,
    type: 'AWS::RedshiftServerless::Workgroup',
    property: 'BaseCapacity',
    unit: 'RPU',
    step: 8,
    least: 8,
    most: 1024,
    warmUpSeconds: 120,
    bounds: { atLeast: 'MaxCapacity' },
  },
];
