import { Stack } from 'aws-cdk-lib';
import type * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import * as iam from 'aws-cdk-lib/aws-iam';
import type * as kms from 'aws-cdk-lib/aws-kms';
import type * as s3 from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';
import { busName, iamArn, physicalName } from './names.ts';

/** What has a generated name and holds Baton's data. */
export interface ProtectedStores {
  key: kms.IKey;
  inventory: dynamodb.ITable;
  ledger: dynamodb.ITable;
  documents: s3.IBucket;
}

/**
 * Denials that go with every provisioning role and with the permissions boundary of every role made through
 * one: Baton's own resources, and the roles by which the account itself is run. The bus is not among them:
 * what runs in the account may hand in requests.
 *
 * @param protectedRoles name patterns of roles, path included
 */
export function protections(
  scope: Construct,
  stores: ProtectedStores,
  protectedRoles: string[],
): iam.PolicyStatement[] {
  const stack = Stack.of(scope);
  const ours = physicalName('*');
  const { partition, account } = stack;
  const arn = (service: string, rest: string) => `arn:${partition}:${service}:*:${account}:${rest}`;
  return [
    new iam.PolicyStatement({
      sid: 'BatonIsNotProvisionedByBaton',
      effect: iam.Effect.DENY,
      actions: ['*'],
      resources: [
        stores.key.keyArn,
        ...[stores.inventory, stores.ledger].flatMap(({ tableArn }) => [tableArn, `${tableArn}/*`]),
        stores.documents.bucketArn,
        stores.documents.arnForObjects('*'),
        arn('lambda', `function:${ours}`),
        arn('states', `*:${ours}`),
        arn('events', `rule/${ours}`),
        arn('events', `rule/${busName}/*`),
        arn('logs', `log-group:/aws/lambda/${ours}`),
        arn('logs', `log-group:/aws/vendedlogs/states/${ours}`),
        arn('ssm', 'parameter/baton/*'),
        iamArn(scope, 'role', ours),
        iamArn(scope, 'policy', ours),
        stack.stackId,
      ],
    }),
    new iam.PolicyStatement({
      sid: 'RolesOfTheAccount',
      effect: iam.Effect.DENY,
      actions: [
        'iam:PassRole',
        'iam:UpdateAssumeRolePolicy',
        'iam:UpdateRole',
        'iam:DeleteRole',
        'iam:TagRole',
        'iam:UntagRole',
        'sts:AssumeRole',
      ],
      resources: protectedRoles.map((pattern) => iamArn(scope, 'role', pattern)),
    }),
  ];
}
