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
import { commandLineSource, type incoming } from '../events/catalog.ts';
import { Inventory } from '../inventory/inventory.ts';
import { Ledger } from '../ledger/ledger.ts';
import type { AccountIdentities } from '../model/account-identities.ts';
import { sha256 } from '../model/json.ts';
import { parameterValues } from '../providers/secrets.ts';
import { Door, type DoorUrls } from './door.ts';
import { CannotReach } from './errors.ts';
import { translateFailure } from './translate-failure.ts';

/** Name of the SSM parameter with a deployment's resource names and URLs. */
const configParameterName = '/baton/config';

/** The key that signs the seals of the audit trail; see lib/infra/names.ts. */
const sealKeyAlias = 'alias/baton-seal';

const configSchema = z.object({
  ledgerTable: z.string(),
  inventoryTable: z.string(),
  documentsBucket: z.string(),
  busName: z.string(),
  /** Absent in deployments from before the front door. */
  doorUrl: z.string().optional(),
  decisionsUrl: z.string().optional(),
  stateMachines: z.record(z.string(), z.string()),
});

/** A deployment of Baton as client tools use it, on AWS or on a local cloud. */
export interface Deployment {
  ledger: Ledger;
  inventory: Inventory;
  documents: Documents;
  /** The key that signs the seals of the audit trail. */
  sealingKey: SigningKey;
  /** The deployment's time at connection, ISO 8601. A local cloud has its own time. */
  at: string;
  stepFunctions: SFNClient;
  stateMachines: Record<string, string>;
  region: string;
  account: string;
  /** Whether it is a local cloud: its time is simulated, and no console shows its executions. */
  local: boolean;
  /** The front door, called with the caller's credentials. */
  door?: Door;
  doorUrl?: string;
  decisionsUrl?: string;
  /** Puts an event of the catalog on the bus. @throws CannotReach if the bus rejects it */
  putEvent<Name extends keyof typeof incoming>(
    name: Name,
    detail: z.input<(typeof incoming)[Name]>,
  ): Promise<void>;
  /** Returns values of SSM parameters by name. Omits parameters that don't exist. */
  parameters(names: string[]): Promise<Record<string, string>>;
  /** Returns every user and role of the account. @throws ServiceError */
  identities(): Promise<AccountIdentities>;
  /** Stores a document that is too large for an event. Returns the reference for the event. */
  upload(text: string): Promise<{ key: string; versionId?: string; sha256: string }>;
}

/**
 * Finds the deployment of the environment variables `AWS_ENDPOINT_URL` and `AWS_REGION` and the credentials, as any AWS
 * tool does.
 *
 * @throws CannotReach with what is missing and how to fix it
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

/** Returns a function that returns the `Date` of the client's latest response, or this machine's time without one. */
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

/** The keys for a local cloud if the caller has no keys. */
const localKeys = { accessKeyId: 'local', secretAccessKey: 'local' };

/** Undefined lets the SDK use its default credential chain: profiles, single sign-on, instance roles. */
function credentialsOf(environment: NodeJS.ProcessEnv, endpoint: string | undefined) {
  const { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey } = environment;
  const sessionToken = environment.AWS_SESSION_TOKEN || undefined;
  if (accessKeyId && secretAccessKey) return { accessKeyId, secretAccessKey, sessionToken };
  return isLocal(endpoint) && !environment.AWS_PROFILE ? localKeys : undefined;
}

/** A local cloud listens on loopback only. */
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

/** Extracts the account from `arn:aws:states:REGION:ACCOUNT:stateMachine:NAME`. */
function accountOf(stateMachines: Record<string, string>): string {
  return Object.values(stateMachines)[0]?.split(':')[4] ?? '';
}

/** Returns the URLs for submitting and deciding, if the deployment has them. */
function doorUrlsOf({
  doorUrl,
  decisionsUrl,
}: Pick<Deployment, 'doorUrl' | 'decisionsUrl'>): DoorUrls | undefined {
  return doorUrl === undefined || decisionsUrl === undefined ? undefined : { doorUrl, decisionsUrl };
}

/** @throws CannotReach if the deployment has no front door */
export function requiredDoors(deployment: Pick<Deployment, 'doorUrl' | 'decisionsUrl'>): DoorUrls {
  const urls = doorUrlsOf(deployment);
  if (urls === undefined)
    throw new CannotReach(
      `${configParameterName} names no doorUrl and decisionsUrl; deploy this version of Baton there.`,
    );
  return urls;
}
