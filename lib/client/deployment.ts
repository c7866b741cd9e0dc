import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { SFNClient } from '@aws-sdk/client-sfn';
import { GetParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import * as z from 'zod';
import { readAccount } from '../aws/read-account.ts';
import { SignedFetch } from '../aws/signed-fetch.ts';
import { SigningKey } from '../aws/signing-key.ts';
import { Documents } from '../documents/documents.ts';
import { Table } from '../dynamodb/table.ts';
import { commandLineSource, type incoming } from '../events/catalogue.ts';
import { Inventory } from '../inventory/inventory.ts';
import { Ledger } from '../ledger/ledger.ts';
import type { AccountIdentities } from '../model/account-identities.ts';
import { sha256 } from '../model/json.ts';
import { parameterValues } from '../providers/secrets.ts';
import { Door, type DoorUrls } from './door.ts';
import { CannotReach } from './errors.ts';
import { translateFailure } from './translate-failure.ts';

/** Name of the SSM parameter in which a deployment says where everything is. */
const configParameterName = '/baton/config';

/** The key that signs the seals of the audit trail: lib/infra/names.ts. */
const sealKeyAlias = 'alias/baton-seal';

const configSchema = z.object({
  ledgerTable: z.string(),
  inventoryTable: z.string(),
  documentsBucket: z.string(),
  busName: z.string(),
  /** Of deployments from before there was a door: none. */
  doorUrl: z.string().optional(),
  decisionsUrl: z.string().optional(),
  stateMachines: z.record(z.string(), z.string()),
});

/** A deployment of Baton as people's tools use it: on AWS or on a local cloud, there is no difference. */
export interface Deployment {
  ledger: Ledger;
  inventory: Inventory;
  documents: Documents;
  /** The key that signs the seals of the audit trail. */
  sealingKey: SigningKey;
  /** The time there when it was connected to, ISO 8601: a local cloud has its own. */
  at: string;
  stepFunctions: SFNClient;
  stateMachines: Record<string, string>;
  region: string;
  account: string;
  /** Whether it is a local cloud: its time is simulated, and no console shows its executions. */
  local: boolean;
  /** The way in for people, as whoever the credentials are. */
  door?: Door;
  doorUrl?: string;
  decisionsUrl?: string;
  /** Puts an event of the catalogue on the bus. @throws CannotReach where the bus refuses it */
  putEvent<Name extends keyof typeof incoming>(
    name: Name,
    detail: z.input<(typeof incoming)[Name]>,
  ): Promise<void>;
  /** Values of SSM parameters by name; those that do not exist are left out. */
  parameters(names: string[]): Promise<Record<string, string>>;
  /** Every user and role of the account. @throws ServiceError */
  identities(): Promise<AccountIdentities>;
  /** Stores a document too large for an event; what the event names it by. */
  upload(text: string): Promise<{ key: string; versionId?: string; sha256: string }>;
}

/**
 * Finds the deployment the environment points at: `AWS_ENDPOINT_URL`, `AWS_REGION` and credentials, as for
 * any AWS tool.
 *
 * @throws CannotReach saying what is missing and how to mend it
 */
export async function connect(environment: NodeJS.ProcessEnv): Promise<Deployment> {
  const client = clientConfig(environment);
  const systemsManager = new SSMClient(client);
  const date = rememberDate(systemsManager);
  const config = await readConfig(systemsManager, environment);
  const keys = await systemsManager.config.credentials();
  const signedFetch = new SignedFetch({ ...client, ...keys });
  const s3 = new S3Client({ ...client, forcePathStyle: client.endpoint !== undefined });
  const dynamodb = new DynamoDBClient(client);
  const documents = new Documents(signedFetch, config.documentsBucket);
  const eventBridge = new EventBridgeClient(client);
  const urls = doorUrlsOf(config);
  return {
    ledger: new Ledger(new Table(dynamodb, config.ledgerTable)),
    inventory: new Inventory(new Table(dynamodb, config.inventoryTable), documents),
    documents,
    sealingKey: new SigningKey(signedFetch, sealKeyAlias),
    at: date().toISOString(),
    stepFunctions: new SFNClient(client),
    stateMachines: config.stateMachines,
    region: client.region,
    account: accountOf(config.stateMachines),
    local: isLocal(client.endpoint),
    doorUrl: config.doorUrl,
    decisionsUrl: config.decisionsUrl,
    door: urls && new Door(urls, client.region, keys),
    putEvent: async (name, detail) => {
      const { Entries } = await eventBridge.send(
        new PutEventsCommand({
          Entries: [
            {
              EventBusName: config.busName,
              Source: commandLineSource,
              DetailType: name,
              Detail: JSON.stringify(detail),
            },
          ],
        }),
      );
      const refused = Entries?.find((entry) => entry.ErrorCode !== undefined);
      if (refused)
        throw new CannotReach(
          `the bus ${config.busName} refuses the event: ${refused.ErrorCode}: ${refused.ErrorMessage}`,
        );
    },
    parameters: (names) => parameterValues(signedFetch, names),
    identities: () => readAccount(signedFetch, accountOf(config.stateMachines)),
    upload: async (text) => {
      const hash = sha256(text);
      const key = `requests/${hash}`;
      const answer = await s3.send(
        new PutObjectCommand({ Bucket: config.documentsBucket, Key: key, Body: text }),
      );
      return { key, versionId: answer.VersionId, sha256: hash };
    },
  };
}

/** The `Date` of the client's latest answer; of this machine where it had none. */
function rememberDate(client: SSMClient): () => Date {
  let latest: string | undefined;
  client.middlewareStack.add(
    (next) => async (args) => {
      const result = await next(args);
      const { headers } = result.response as { headers?: Record<string, string> };
      latest = headers?.date ?? latest;
      return result;
    },
    { step: 'deserialize' },
  );
  return () => (latest === undefined ? new Date() : new Date(latest));
}

function clientConfig(environment: NodeJS.ProcessEnv) {
  const endpoint = environment.AWS_ENDPOINT_URL || undefined;
  const region = environment.AWS_REGION || environment.AWS_DEFAULT_REGION || (endpoint && 'us-east-1');
  if (!region)
    throw new CannotReach(
      'no region is set; expected AWS_REGION in the environment, as `export AWS_REGION=eu-central-1`',
    );
  return { endpoint, region, credentials: credentialsOf(environment, endpoint), maxAttempts: 5 };
}

/** The keys of whoever works on a local cloud without keys of their own. */
const localKeys = { accessKeyId: 'local', secretAccessKey: 'local' };

/** Undefined lets the SDK look where every AWS tool does: profiles, single sign-on, instance roles. */
function credentialsOf(environment: NodeJS.ProcessEnv, endpoint: string | undefined) {
  const { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey } = environment;
  const sessionToken = environment.AWS_SESSION_TOKEN || undefined;
  if (accessKeyId && secretAccessKey) return { accessKeyId, secretAccessKey, sessionToken };
  return isLocal(endpoint) && !environment.AWS_PROFILE ? localKeys : undefined;
}

/** A local cloud listens on loopback alone. */
function isLocal(endpoint: string | undefined): boolean {
  return endpoint !== undefined && ['127.0.0.1', 'localhost', '[::1]'].includes(hostOf(endpoint));
}

function hostOf(endpoint: string): string {
  const url = URL.parse(endpoint);
  if (url !== null) return url.hostname;
  throw new CannotReach(
    `AWS_ENDPOINT_URL is ${JSON.stringify(endpoint)}; expected a URL, as http://127.0.0.1:4566`,
  );
}

async function readConfig(client: SSMClient, environment: NodeJS.ProcessEnv) {
  try {
    const answer = await client.send(new GetParameterCommand({ Name: configParameterName }));
    return configSchema.parse(JSON.parse(answer.Parameter?.Value ?? '{}'));
  } catch (error) {
    throw translateFailure(error, environment);
  }
}

/** `arn:aws:states:REGION:ACCOUNT:stateMachine:NAME` */
function accountOf(stateMachines: Record<string, string>): string {
  return Object.values(stateMachines)[0]?.split(':')[4] ?? '';
}

/** Where people ask and decide, of a deployment that has doors. */
function doorUrlsOf({
  doorUrl,
  decisionsUrl,
}: Pick<Deployment, 'doorUrl' | 'decisionsUrl'>): DoorUrls | undefined {
  return doorUrl === undefined || decisionsUrl === undefined ? undefined : { doorUrl, decisionsUrl };
}

/** @throws CannotReach where the deployment has none */
export function requiredDoors(deployment: Pick<Deployment, 'doorUrl' | 'decisionsUrl'>): DoorUrls {
  const urls = doorUrlsOf(deployment);
  if (urls === undefined)
    throw new CannotReach(
      `${configParameterName} names no doorUrl and decisionsUrl; deploy this version of Baton there.`,
    );
  return urls;
}
