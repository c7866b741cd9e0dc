import * as iam from 'aws-cdk-lib/aws-iam';

/** The text before the first `#` of a partition key: lib/ledger/keys.ts and lib/inventory/keys.ts. */
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
    ...['RUN', 'STEP', 'TASK', 'STOP', 'BINDING', 'DIRECTIVE', 'FAILED-SIDE'],
  ],
  inventory: ['ASSET', 'SCOPE', 'ALIAS', 'SCALING', 'EXPORT', 'IMPORT'],
} as const;

/** The partitions that a function writes, by table. */
export type Writes = { [Table in keyof typeof partitions]?: readonly (typeof partitions)[Table][number][] };

/**
 * Returns the permission to write items in some partitions of a table and in no others. One statement covers all of
 * them: the condition key contains every partition key of a call, and a transaction writes several partitions.
 *
 * DynamoDB requires `ForAllValues` with `dynamodb:LeadingKeys` ("Using IAM policy conditions for fine-grained access
 * control", DynamoDB Developer Guide). It also matches a call without the key, so `Null` is needed ("Set operators for
 * multivalued context keys", IAM User Guide).
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
