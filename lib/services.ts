import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CloudControlClient } from '@aws-sdk/client-cloudcontrol';
import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { S3Client } from '@aws-sdk/client-s3';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SFNClient } from '@aws-sdk/client-sfn';
import { SSMClient } from '@aws-sdk/client-ssm';
import { Documents } from './documents/documents.ts';
import { Table } from './dynamodb/table.ts';
import { Publisher } from './events/publisher.ts';
import { Executions } from './executions/executions.ts';
import { TaskTokens } from './executions/task-tokens.ts';
import { Inventory } from './inventory/inventory.ts';
import { Budgets } from './ledger/budgets.ts';
import { Ledger } from './ledger/ledger.ts';
import { Locks } from './ledger/lock.ts';
import { BatonError } from './model/errors.ts';
import type { Settings } from './model/settings.ts';
import { CloudControl } from './providers/cloud-control.ts';
import { typeLookup } from './spec/lookup.ts';

/** A variable the function needs is not set. */
export class MissingVariable extends BatonError {
  override readonly name = 'MissingVariable';
}

/** The composition root: every function picks what it needs; nothing is made before it is asked for. */
const environment = { ...process.env };

function variable(name: string): string {
  const value = environment[name];
  if (value === undefined || value === '')
    throw new MissingVariable(`The environment variable ${name} is not set.`);
  return value;
}

/**
 * What every client is made with. Credentials come from the environment alone, where Lambda puts them: the
 * default chain would bundle and load a dozen other sources.
 */
function clientConfig() {
  const sessionToken = environment.AWS_SESSION_TOKEN;
  return {
    region: variable('AWS_REGION'),
    endpoint: environment.AWS_ENDPOINT_URL,
    maxAttempts: 3,
    credentials: {
      accessKeyId: variable('AWS_ACCESS_KEY_ID'),
      secretAccessKey: variable('AWS_SECRET_ACCESS_KEY'),
      ...(sessionToken && { sessionToken }),
    },
  };
}

function once<T>(make: () => T): () => T {
  let made: { value: T } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}

const dynamodb = once(() => new DynamoDBClient(clientConfig()));
const sfn = once(() => new SFNClient(clientConfig()));
const ledgerTable = once(() => new Table(dynamodb(), variable('LEDGER_TABLE')));

export const ledger = once(() => new Ledger(ledgerTable()));
export const locks = once(() => new Locks(ledgerTable()));
export const budgets = once(() => new Budgets(ledgerTable(), settings().callsPerSecond));
export const inventory = once(() => new Inventory(new Table(dynamodb(), variable('INVENTORY_TABLE'))));
export const documents = once(
  () =>
    new Documents(new S3Client({ ...clientConfig(), forcePathStyle: true }), variable('DOCUMENTS_BUCKET')),
);
export const publisher = once(
  () => new Publisher(new EventBridgeClient(clientConfig()), variable('BUS_NAME')),
);
export const provider = once(() => new CloudControl(new CloudControlClient(clientConfig())));
export const tokens = once(() => new TaskTokens(sfn()));
export const executions = once(() => new Executions(sfn()));
export const systemsManager = once(() => new SSMClient(clientConfig()));
export const secretsManager = once(() => new SecretsManagerClient(clientConfig()));
export const cloudWatch = once(() => new CloudWatchClient(clientConfig()));

/** Folder of what was bundled beside the handlers: settings, policies, type files. */
export const bundledFolder = (): string => environment.BATON_ASSETS ?? import.meta.dirname;

/** Settings were checked when the stack was synthesized; here they are read as they are. */
export const settings = once(
  () => JSON.parse(readFileSync(join(bundledFolder(), 'settings.json'), 'utf8')) as Settings,
);

/** What Baton knows of resource types, read from the files beside the handlers as they are asked for. */
export const lookup = once(() => typeLookup(join(bundledFolder(), 'types')));

/** Hash of the policies an environment is judged by. */
export function bundleHash(environmentName: string): string {
  const text = readFileSync(join(bundledFolder(), 'policies', `${environmentName}.json`), 'utf8');
  return (JSON.parse(text) as { hash: string }).hash;
}

/** ARN of the machine that moves runs. */
export const pumpRunArn = (): string => variable('PUMP_RUN_ARN');

/** The role a provider call for this environment is made with. */
export function provisioningRoleArn(environmentName: string): string {
  return `${variable('PROVISIONING_ROLE_PREFIX')}${environmentName}`;
}
