import type * as iam from 'aws-cdk-lib/aws-iam';
import { outgoing, personal, personSource, source } from '../events/catalog.ts';
import {
  allow,
  allowInPlaces,
  arns,
  askVerdicts,
  changeRecords,
  decryptThrough,
  followRecords,
  passProvisioningRole,
  putEvents,
  readDocuments,
  readRecords,
  readTable,
  secretsMade,
  useKey,
  withSuffix,
} from './grant-statements.ts';
import { type MachineName, machineNames } from './machine-table.ts';
import { executionArns, iamArn, machineArn } from './names.ts';
import { type Writes, writePartitions } from './partitions.ts';
import type { Reach, TableReach } from './reach.ts';

// The permissions that DynamoDB needs of its callers: "DynamoDB encryption at rest: How it works", Developer Guide.
const readEncrypted = ['kms:Decrypt', 'kms:DescribeKey'];
const writeEncrypted = [
  ...readEncrypted,
  'kms:Encrypt',
  'kms:GenerateDataKey',
  'kms:ReEncryptFrom',
  'kms:ReEncryptTo',
];

/** A grant: permissions, and the environment variables with the names of their resources. */
export interface Grant {
  statements: (reach: Reach) => iam.PolicyStatement[];
  environment?: (reach: Reach) => Record<string, string>;
}

// A transaction needs the permissions for its writes; there is no separate permission for it. Nothing deletes from the
// ledger, so decisions are permanent.
const appendItems = ['dynamodb:PutItem', 'dynamodb:UpdateItem'];
const deleteItems = ['dynamodb:DeleteItem'];
const completeTokens = ['states:SendTaskSuccess'];
/**
 * Calls that read through Cloud Control. Its actions support no resources ("Actions, resources, and condition keys for
 * AWS Cloud Control API", Service Authorization Reference): the provisioning role that is passed with each call decides
 * what is accessible, and the region that is called must be one of a place.
 */
const observeResources = ['cloudformation:GetResource'];
const followOperations = ['cloudformation:GetResourceRequestStatus', 'cloudformation:ListResourceRequests'];
const changeResources = [
  'cloudformation:CreateResource',
  'cloudformation:UpdateResource',
  'cloudformation:DeleteResource',
];

/**
 * Every permission that a function can be given, by its name in the table of functions. Write access to tables is
 * granted by partition (`writeGrants`).
 */
export const grants = {
  'ledger:read': {
    statements: (reach) => [readTable(reach.ledger), useKey(reach, 'dynamodb', readEncrypted)],
    environment: ledgerTable,
  },
  'ledger:sign': {
    statements: (reach) => [allow(['kms:Sign'], [reach.sealKey.keyArn])],
    environment: (reach) => ({ SEAL_KEY: reach.sealKey.keyArn }),
  },
  'inventory:read': {
    statements: (reach) => [readTable(reach.inventory), useKey(reach, 'dynamodb', readEncrypted)],
    environment: inventoryTable,
  },
  'documents:read': {
    statements: (reach) => [...readDocuments(reach), useKey(reach, 's3', ['kms:Decrypt'])],
    environment: documentsBucket,
  },
  'documents:read-submitted': {
    statements: (reach) => [...readDocuments(reach, 'requests/*'), useKey(reach, 's3', ['kms:Decrypt'])],
    environment: documentsBucket,
  },
  'documents:write': {
    statements: (reach) => [
      ...readDocuments(reach),
      allow(['s3:PutObject'], [reach.documents.arnForObjects('*')]),
      useKey(reach, 's3', ['kms:Decrypt', 'kms:GenerateDataKey']),
    ],
    environment: documentsBucket,
  },
  // For storing documents that the function itself never reads.
  'documents:add': {
    statements: (reach) => [
      allow(['s3:PutObject'], [reach.documents.arnForObjects('*')]),
      useKey(reach, 's3', ['kms:GenerateDataKey']),
    ],
    environment: documentsBucket,
  },
  'events:publish': {
    statements: (reach) => [putEvents(reach, source, Object.keys(outgoing))],
    environment: (reach) => ({ BUS_NAME: reach.bus.eventBusName }),
  },
  // For putting people's requests on the bus in their names.
  'requests:submit': {
    statements: (reach) => [putEvents(reach, personSource, Object.keys(personal))],
    environment: (reach) => ({ BUS_NAME: reach.bus.eventBusName }),
  },
  'steps:complete': {
    statements: (reach) => {
      const arn = machineArn(reach.scope, 'apply-plan' satisfies MachineName);
      // A child of a distributed map is an execution of `NAME/LABEL`.
      return [allow(completeTokens, [arn, `${arn}/*`])];
    },
  },
  'requests:wake': {
    statements: (reach) => [
      allow(completeTokens, [machineArn(reach.scope, 'govern-request' satisfies MachineName)]),
    ],
  },
  'executions:observe': {
    statements: (reach) => [
      allow(
        ['states:DescribeExecution'],
        machineNames(reach.machines).flatMap((name) => executionArns(reach.scope, name)),
      ),
    ],
    environment: machineArns,
  },
  'executions:stop': {
    statements: (reach) => [
      allow(
        ['states:ListExecutions'],
        machineNames(reach.machines).map((name) => machineArn(reach.scope, name)),
      ),
      allow(
        ['states:StopExecution'],
        machineNames(reach.machines, 'stoppable').flatMap((name) => executionArns(reach.scope, name)),
      ),
    ],
    environment: machineArns,
  },
  'resources:observe': {
    statements: (reach) => [
      allowInPlaces(reach, observeResources),
      passProvisioningRole(reach),
      ...readRecords(reach),
    ],
  },
  'resources:follow': {
    statements: (reach) => [allowInPlaces(reach, followOperations), ...followRecords(reach)],
  },
  'resources:change': {
    statements: (reach) => [
      allowInPlaces(reach, changeResources),
      passProvisioningRole(reach),
      ...changeRecords(reach),
    ],
  },
  // The trust policy of a role shows whether its decision could be a person's second one. Read-only.
  'identities:prove': {
    statements: ({ scope }) => [allow(['iam:GetRole'], [iamArn(scope, 'role', '*')])],
  },
  'alarms:read': { statements: () => [allow(['cloudwatch:DescribeAlarms'], ['*'])] },
  // CloudWatch knows no resources for it ("Actions, resources, and condition keys for Amazon CloudWatch").
  'metrics:read': { statements: () => [allow(['cloudwatch:GetMetricData'], ['*'])] },
  'verdicts:ask': { statements: askVerdicts },
  // Describe calls of EC2 know no resources ("Actions, resources, and condition keys for Amazon EC2").
  'subnets:read': { statements: () => [allow(['ec2:DescribeSubnets'], ['*'])] },
  'parameters:read': {
    statements: (reach) => [
      allow(
        ['ssm:GetParameter', 'ssm:GetParameters'],
        arns(reach, 'ssm', 'parameter', reach.readableParameters),
      ),
    ],
  },
  'secrets:resolve': {
    statements: (reach) => [
      allow(
        ['secretsmanager:GetSecretValue'],
        arns(reach, 'secretsmanager', 'secret:', reach.readableSecrets.map(withSuffix)),
      ),
      secretsMade(reach),
      decryptThrough(reach, ['secretsmanager', 'ssm']),
    ],
  },
} satisfies Record<string, Grant>;

export type GrantName = keyof typeof grants;

/** Returns a grant by name, in the common type of all grants. */
export function grantOf(name: GrantName): Grant {
  return grants[name];
}

/** Returns the grants for writing the partitions that a row in the table of functions names. */
export function writeGrants({ ledger = [], inventory = [] }: Writes): Grant[] {
  const grant = (
    table: (reach: Reach) => TableReach,
    partitions: readonly string[],
    environment: Grant['environment'],
    actions: string[],
  ): Grant => ({
    statements: (reach) => [
      writePartitions(table(reach).arn, partitions, actions),
      useKey(reach, 'dynamodb', writeEncrypted),
    ],
    environment,
  });
  return [
    ...(ledger.length > 0 ? [grant((reach) => reach.ledger, ledger, ledgerTable, appendItems)] : []),
    ...(inventory.length > 0
      ? [grant((reach) => reach.inventory, inventory, inventoryTable, [...appendItems, ...deleteItems])]
      : []),
  ];
}

function ledgerTable(reach: Reach) {
  return { LEDGER_TABLE: reach.ledger.name };
}
function inventoryTable(reach: Reach) {
  return { INVENTORY_TABLE: reach.inventory.name };
}
function documentsBucket(reach: Reach) {
  return { DOCUMENTS_BUCKET: reach.documents.bucketName };
}
function machineArns(reach: Reach) {
  return Object.fromEntries(
    machineNames(reach.machines).map((name) => [
      `${name.toUpperCase().replaceAll('-', '_')}_ARN`,
      machineArn(reach.scope, name),
    ]),
  );
}
