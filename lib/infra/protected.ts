import { Stack } from 'aws-cdk-lib';
import type * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import type * as events from 'aws-cdk-lib/aws-events';
import * as iam from 'aws-cdk-lib/aws-iam';
import type * as kms from 'aws-cdk-lib/aws-kms';
import type * as s3 from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';
import { busName, iamArn, keyAlias, physicalName, sealKeyAlias } from './names.ts';

/** What has a generated name and holds Baton's data, and the bus. */
export interface ProtectedStores {
  key: kms.IKey;
  sealKey: kms.IKey;
  inventory: dynamodb.ITable;
  ledger: dynamodb.ITable;
  documents: s3.IBucket;
  accessLogs: s3.IBucket;
  bus: events.IEventBus;
}

/**
 * Denials that go with every provisioning role and with the permissions boundary of every role made through
 * one: Baton's own resources, and the roles by which the account itself is run. What runs in the account may
 * hand in requests, so the bus takes events, and nothing else.
 *
 * @param protectedRoles name patterns of roles, path included
 */
export function protections(
  scope: Construct,
  stores: ProtectedStores,
  protectedRoles: string[],
): iam.PolicyStatement[] {
  const deny = { effect: iam.Effect.DENY };
  return [
    new iam.PolicyStatement({
      ...deny,
      sid: 'BatonIsNotProvisionedByBaton',
      actions: ['*'],
      resources: [...storeArns(stores), ...namedArns(scope)],
    }),
    new iam.PolicyStatement({
      ...deny,
      sid: 'TheBusTakesEventsOnly',
      notActions: ['events:PutEvents'],
      resources: [stores.bus.eventBusArn],
    }),
    // A mapping is a resource of its own: which function it feeds stands in a condition key only ("Actions,
    // resources, and condition keys for AWS Lambda", Service Authorization Reference).
    new iam.PolicyStatement({
      ...deny,
      sid: 'NothingFeedsBaton',
      actions: ['lambda:CreateEventSourceMapping', 'lambda:UpdateEventSourceMapping'],
      resources: ['*'],
      conditions: { ArnLike: { 'lambda:FunctionArn': anywhere(scope, 'lambda', `function:${ours}`) } },
    }),
    new iam.PolicyStatement({
      ...deny,
      sid: 'RolesOfTheAccount',
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

const ours = physicalName('*');

function storeArns({ key, sealKey, inventory, ledger, documents, accessLogs }: ProtectedStores): string[] {
  return [
    key.keyArn,
    sealKey.keyArn,
    ...[inventory, ledger].flatMap(({ tableArn }) => [tableArn, `${tableArn}/*`]),
    ...[documents, accessLogs].flatMap((bucket) => [bucket.bucketArn, bucket.arnForObjects('*')]),
  ];
}

/** What carries Baton's name, in whatever region. */
function namedArns(scope: Construct): string[] {
  const rows: [service: string, resource: string][] = [
    ['cloudwatch', `alarm:${ours}`],
    ['events', `rule/${ours}`],
    ['events', `rule/${busName}/*`],
    ['kms', keyAlias],
    ['kms', sealKeyAlias],
    ['lambda', `function:${ours}`],
    ['logs', `log-group:/aws/lambda/${ours}`],
    ['logs', `log-group:/aws/vendedlogs/states/${ours}`],
    ['sqs', ours],
    ['ssm', 'parameter/baton/*'],
    ['states', `*:${ours}`],
  ];
  return [
    ...rows.map(([service, resource]) => anywhere(scope, service, resource)),
    iamArn(scope, 'role', ours),
    iamArn(scope, 'policy', ours),
    Stack.of(scope).stackId,
  ];
}

function anywhere(scope: Construct, service: string, resource: string): string {
  const { partition, account } = Stack.of(scope);
  return `arn:${partition}:${service}:*:${account}:${resource}`;
}
