import { RemovalPolicy } from 'aws-cdk-lib';
import * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import type * as kms from 'aws-cdk-lib/aws-kms';
import type { Construct } from 'constructs';

/** The partition and sort key by index name. Every index contains complete items. */
export type Indexes = Record<string, readonly [partition: string, sort: string]>;

/** `inverted` reads a relationship from its other end, with one item for both directions. */
const inverted = { inverted: ['sk', 'pk'] } as const;

export const inventoryIndexes: Indexes = {
  ...inverted,
  'by-type': ['gsi1pk', 'gsi1sk'],
  'by-owner': ['gsi2pk', 'gsi2sk'],
  'by-service': ['gsi3pk', 'gsi3sk'],
  'by-environment': ['gsi4pk', 'gsi4sk'],
  'by-status': ['gsi5pk', 'gsi5sk'],
};

/** `open` is sparse: only requests and runs that have not ended have its keys. */
export const ledgerIndexes: Indexes = { ...inverted, open: ['openPk', 'openSk'] };

export interface SingleTableProps {
  indexes: Indexes;
  key: kms.IKey;
}

/**
 * Creates a table for the single-table design: string keys `pk` and `sk`, on-demand, with point-in-time recovery and
 * deletion protection.
 */
export function singleTable(scope: Construct, id: string, props: SingleTableProps): dynamodb.Table {
  const table = new dynamodb.Table(scope, id, {
    partitionKey: text('pk'),
    sortKey: text('sk'),
    billingMode: dynamodb.BillingMode.PAY_PER_REQUEST,
    pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
    encryption: dynamodb.TableEncryption.CUSTOMER_MANAGED,
    encryptionKey: props.key,
    deletionProtection: true,
    removalPolicy: RemovalPolicy.RETAIN,
  });
  for (const [indexName, [partition, sort]] of Object.entries(props.indexes))
    table.addGlobalSecondaryIndex({ indexName, partitionKey: text(partition), sortKey: text(sort) });
  return table;
}

function text(name: string): dynamodb.Attribute {
  return { name, type: dynamodb.AttributeType.STRING };
}
