import type * as iam from 'aws-cdk-lib/aws-iam';
import { outgoing, personal, personSource, source } from '../events/catalogue.ts';
import {
  allow,
  arns,
  decryptThrough,
  passProvisioningRole,
  putEvents,
  readDocuments,
  readTable,
  secretsMade,
  useKey,
  withSuffix,
} from './grant-statements.ts';
import { type MachineName, machineNames } from './machine-table.ts';
import { executionArns, iamArn, machineArn } from './names.ts';
import { type Writes, writePartitions } from './partitions.ts';
import type { Reach, TableReach } from './reach.ts';

// The rights DynamoDB wants of its callers: "DynamoDB encryption at rest: How it works", Developer Guide.
const readEncrypted = ['kms:Decrypt', 'kms:DescribeKey'];
const writeEncrypted = [
  ...readEncrypted,
  'kms:Encrypt',
  'kms:GenerateDataKey',
  'kms:ReEncryptFrom',
  'kms:ReEncryptTo',
];

/** What a grant gives: rights, and the variables that tell the function where they apply. */
export interface Grant {
  statements: (reach: Reach) => iam.PolicyStatement[];
  environment?: (reach: Reach) => Record<string, string>;
}

// A transaction needs the rights of the writes it is made of; there is no right of its own to write. Nothing
// deletes from the ledger: what was decided stays.
const appendItems = ['dynamodb:PutItem', 'dynamodb:UpdateItem'];
const deleteItems = ['dynamodb:DeleteItem'];
const completeTokens = ['states:SendTaskSuccess'];
/**
 * Calls that read through Cloud Control. Its actions know no resources ("Actions, resources, and condition
 * keys for AWS Cloud Control API", Service Authorization Reference): what may be touched is decided by
 * the provisioning role that goes with each call.
 */
const observeResources = ['cloudformation:GetResource'];
const followOperations = ['cloudformation:GetResourceRequestStatus', 'cloudformation:ListResourceRequests'];
const changeResources = [
  'cloudformation:CreateResource',
  'cloudformation:UpdateResource',
  'cloudformation:DeleteResource',
];

/**
 * Every right a function may be given, by the name that stands in the table of functions; rights to write a table
 * are given by partition (`writeGrants`).
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
  'documents:read-handed-in': {
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
  // To store what is never read again by who stored it.
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
  // To put what people want on the bus in their names.
  'requests:hand-in': {
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
    statements: (reach) => [allow(observeResources, ['*']), passProvisioningRole(reach)],
  },
  'resources:follow': { statements: () => [allow(followOperations, ['*'])] },
  'resources:change': {
    statements: (reach) => [allow(changeResources, ['*']), passProvisioningRole(reach)],
  },
  // Who may assume a role says whether its decisions are one person's second ones. It is only read.
  'identities:prove': {
    statements: ({ scope }) => [allow(['iam:GetRole'], [iamArn(scope, 'role', '*')])],
  },
  'alarms:read': { statements: () => [allow(['cloudwatch:DescribeAlarms'], ['*'])] },
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

/** The grant of a name, as the type all grants share. */
export function grantOf(name: GrantName): Grant {
  return grants[name];
}

/** Rights to write the partitions of the two tables that a row of the table of functions names. */
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
