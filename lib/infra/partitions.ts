import * as iam from 'aws-cdk-lib/aws-iam';

/** What stands before the first `#` of a partition key: lib/ledger/keys.ts and lib/inventory/keys.ts. */
export const partitions = {
  ledger: [
    ...[
      'REQUEST',
      'EXECUTION',
      'CHANGE',
      'ASKED',
      'DECISION',
      'WAIT',
      'SEAL',
      'CHAIN',
      'SCOPE',
      'BUDGET',
      'TALLY',
    ],
    ...['RUN', 'STEP', 'TASK', 'STOP', 'BINDING'],
  ],
  inventory: ['ASSET', 'SCOPE', 'ALIAS', 'EXPORT', 'IMPORT'],
} as const;

/** Table to the partitions a function writes. */
export type Writes = { [Table in keyof typeof partitions]?: readonly (typeof partitions)[Table][number][] };

/**
 * The right to write items of some partitions of a table, and of no other. One statement for all of them: the key
 * holds every partition key of a call, and a transaction writes several partitions.
 *
 * `ForAllValues` is what DynamoDB demands with `dynamodb:LeadingKeys` ("Using IAM policy conditions for
 * fine-grained access control", DynamoDB Developer Guide). It also holds for a call without the key, hence `Null`
 * ("Set operators for multivalued context keys", IAM User Guide).
 */
export function writePartitions(
  tableArn: string,
  names: readonly string[],
  actions: string[],
): iam.PolicyStatement {
  return new iam.PolicyStatement({
    actions,
    resources: [tableArn],
    conditions: {
      'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': names.map((name) => `${name}#*`) },
      Null: { 'dynamodb:LeadingKeys': 'false' },
    },
  });
}
