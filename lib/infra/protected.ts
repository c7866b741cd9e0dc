import { Stack } from 'aws-cdk-lib';
import type * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import type * as events from 'aws-cdk-lib/aws-events';
import * as iam from 'aws-cdk-lib/aws-iam';
import type * as kms from 'aws-cdk-lib/aws-kms';
import type * as s3 from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';
import { busName, dashboardName, iamArn, keyAlias, physicalName, sealKeyAlias } from './names.ts';

/** Stores of Baton's data with generated names, and the bus. */
export interface ProtectedStores {
  key: kms.IKey;
  sealKey: kms.IKey;
  inventory: dynamodb.ITable;
  ledger: dynamodb.ITable;
  documents: s3.IBucket;
  accessLogs: s3.IBucket;
  bus: events.IEventBus;
}

/** Identities that requests can't change, in addition to Baton's. */
export interface ProtectedIdentities {
  /** Name patterns of roles, including the path. */
  protectedRoles: readonly string[];
  /** Voices in the settings: `user/ana`, `role/deploy`, with or without an account. */
  voices: readonly string[];
}

/**
 * Returns the denials of every provisioning role and of the permissions boundary of every role created through one:
 * Baton's own resources, and the roles that operate the account. Workloads in the account may submit requests, so
 * putting events on the bus is allowed, and nothing else.
 */
export function protections(
  scope: Construct,
  stores: ProtectedStores,
  { protectedRoles, voices }: ProtectedIdentities,
): iam.PolicyStatement[] {
  const users = voicesOf(voices, 'user');
  return [
    deny('BatonIsNotProvisionedByBaton', ['*'], [...storeArns(stores), ...namedArns(scope)]),
    new iam.PolicyStatement({
      effect: iam.Effect.DENY,
      sid: 'TheBusTakesEventsOnly',
      notActions: ['events:PutEvents'],
      resources: [stores.bus.eventBusArn],
    }),
    // An event source mapping is a separate resource. Only a condition key contains its function ("Actions, resources,
    // and condition keys for AWS Lambda", Service Authorization Reference).
    new iam.PolicyStatement({
      effect: iam.Effect.DENY,
      sid: 'NothingFeedsBaton',
      actions: ['lambda:CreateEventSourceMapping', 'lambda:UpdateEventSourceMapping'],
      resources: ['*'],
      conditions: { ArnLike: { 'lambda:FunctionArn': anywhere(scope, 'lambda', `function:${ours}`) } },
    }),
    new iam.PolicyStatement({
      effect: iam.Effect.DENY,
      sid: 'TheCdkIsOnlyRead',
      notActions: ['s3:Get*', 's3:List*', 'ecr:BatchGet*', 'ecr:BatchCheck*', 'ecr:Get*', 'ssm:Get*'],
      resources: cdkArns(scope),
    }),
    deny(
      'RolesOfTheAccount',
      [
        ...[
          'iam:PassRole',
          'iam:CreateRole',
          'iam:DeleteRole',
          'iam:UpdateRole*',
          'iam:UpdateAssumeRolePolicy',
        ],
        ...[
          'iam:*RolePolicy',
          'iam:*RolePermissionsBoundary',
          'iam:TagRole',
          'iam:UntagRole',
          'sts:AssumeRole',
        ],
      ],
      [...protectedRoles, ...voicesOf(voices, 'role')].map((pattern) => iamArn(scope, 'role', pattern)),
    ),
    ...(users.length === 0
      ? []
      : [
          deny(
            'PeopleSpeakForThemselves',
            ['iam:*'],
            users.map((name) => iamArn(scope, 'user', name)),
          ),
        ]),
  ];
}

/**
 * Returns denials for services that monitor the account and control access to it, in any account. For roles created
 * through Baton, `NoIdentities` of the boundary covers the rest.
 */
export function accountProtections(scope: Construct): iam.PolicyStatement[] {
  const { partition } = Stack.of(scope);
  const buckets = ['aws-cloudtrail-logs-*', 'aws-controltower-*', 'config-bucket-*'];
  return [
    deny(
      'WatchersStay',
      watchers.flatMap(([service, verbs]) => verbs.map((verb) => `${service}:${verb}*`)),
      ['*'],
    ),
    deny(
      'RecordsStay',
      ['s3:Put*', 's3:Delete*', 'logs:Delete*', 'logs:Put*'],
      [
        ...buckets.map((bucket) => `arn:${partition}:s3:::${bucket}`),
        anywhere(scope, 'logs', 'log-group:aws-controltower/*'),
        anywhere(scope, 'logs', 'log-group:*cloudtrail*'),
      ],
    ),
    deny(
      'TheOrganizationStays',
      ['organizations:*', 'account:*', 'sso:*', 'sso-directory:*', 'identitystore:*'],
      ['*'],
    ),
  ];
}

/** Returns denials of all ways to create an identity, or to give an identity more than its boundary. */
export function identityProtections(): iam.PolicyStatement {
  return deny(
    'NobodyIsLetIn',
    [
      ...['iam:*OpenIDConnectProvider*', 'iam:*SAMLProvider*', 'iam:*AccessKey*', 'iam:*LoginProfile'],
      ...[
        'iam:*MFADevice*',
        'iam:*SSHPublicKey*',
        'iam:*SigningCertificate*',
        'iam:*ServiceSpecificCredential*',
      ],
      ...['iam:AddUserToGroup', 'iam:RemoveUserFromGroup', 'iam:*GroupPolicy', 'iam:*AccountPasswordPolicy'],
      ...['iam:DeleteRolePermissionsBoundary', 'iam:DeleteUserPermissionsBoundary', 'rolesanywhere:*'],
    ],
    ['*'],
  );
}

/** Services with the verbs that would disable or change their monitoring. */
const watchers: [service: string, verbs: string[]][] = [
  ['access-analyzer', ['Delete', 'Update', 'CreateArchiveRule']],
  ['auditmanager', ['Delete', 'Deregister', 'Update']],
  ['cloudtrail', ['Delete', 'Deregister', 'Disable', 'Put', 'Remove', 'Stop', 'Update']],
  ['config', ['Delete', 'Put', 'Stop']],
  ['controltower', ['D', 'Re', 'Up']],
  ['detective', ['Delete', 'Disassociate', 'Stop', 'Update']],
  ['fms', ['Delete', 'Disassociate', 'Put']],
  ['guardduty', ['CreateFilter', 'CreateIPSet', 'CreateTrusted', 'Delete', 'Disassociate', 'Stop', 'Update']],
  ['inspector2', ['CreateFilter', 'Delete', 'Disable', 'Disassociate', 'Update']],
  ['macie2', ['Delete', 'Disable', 'Disassociate', 'Put', 'Update']],
  ['securityhub', ['BatchDisable', 'BatchUpdate', 'Delete', 'Disable', 'Disassociate', 'Update']],
  ['securitylake', ['Delete', 'Deregister', 'Update']],
];

function deny(sid: string, actions: string[], resources: string[]): iam.PolicyStatement {
  return new iam.PolicyStatement({ effect: iam.Effect.DENY, sid, actions, resources });
}

/** Returns the names of the voices of a kind with any path, because a voice has none. */
function voicesOf(voices: readonly string[], kind: 'role' | 'user'): string[] {
  const names = voices
    .filter((voice) => voice.startsWith(`${kind}/`))
    .map((voice) => voice.split('/').at(-1) ?? '');
  return [...new Set(names)].sort().flatMap((name) => [name, `*/${name}`]);
}

/**
 * Resources of `cdk bootstrap`: the assets that every stack is deployed from ("Bootstrapping", AWS CDK Developer
 * Guide).
 */
function cdkArns(scope: Construct): string[] {
  const { partition } = Stack.of(scope);
  return [
    `arn:${partition}:s3:::cdk-*`,
    anywhere(scope, 'ecr', 'repository/cdk-*'),
    anywhere(scope, 'ssm', 'parameter/cdk-bootstrap/*'),
    anywhere(scope, 'cloudformation', 'stack/CDKToolkit/*'),
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

/** Resources with Baton's name in any region. */
function namedArns(scope: Construct): string[] {
  const rows: [service: string, resource: string][] = [
    ['cloudwatch', `alarm:${ours}`],
    ['cloudwatch', `dashboard/${dashboardName}`],
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
    anywhere(scope, 'cloudformation', `stack/${Stack.of(scope).stackName}-*`),
  ];
}

function anywhere(scope: Construct, service: string, resource: string): string {
  const { partition, account } = Stack.of(scope);
  return `arn:${partition}:${service}:*:${account}:${resource}`;
}
