import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CloudControlClient } from '@aws-sdk/client-cloudcontrol';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { SFNClient } from '@aws-sdk/client-sfn';
import { Roles } from '../aws/roles.ts';
import { SignedFetch } from '../aws/signed-fetch.ts';
import { SigningKey } from '../aws/signing-key.ts';
import type { Calendars } from '../change/calendar.ts';
import { Documents } from '../documents/documents.ts';
import { Table } from '../dynamodb/table.ts';
import { Publisher } from '../events/publisher.ts';
import { Executions } from '../executions/executions.ts';
import { TaskTokens } from '../executions/task-tokens.ts';
import { Inventory } from '../inventory/inventory.ts';
import { ScalingIndex } from '../inventory/scaling-index.ts';
import { Budgets } from '../ledger/budgets.ts';
import { Ledger } from '../ledger/ledger.ts';
import { Locks } from '../ledger/lock.ts';
import { Seals } from '../ledger/seals.ts';
import { Tallies } from '../ledger/tallies.ts';
import { BatonError } from '../model/errors.ts';
import { environmentOfRole } from '../model/place.ts';
import type { Settings } from '../model/settings.ts';
import { CloudControl } from '../providers/cloud-control.ts';
import { FunctionVerdicts } from '../providers/function-verdicts.ts';
import { Metrics } from '../providers/metrics.ts';
import { callsPerSecondOf, providersOf } from '../providers/registry.ts';
import { Route53 } from '../providers/route53.ts';
import { Subnets } from '../providers/subnets.ts';
import { typeLookup } from '../spec/lookup.ts';

/** An environment variable that the function needs is not set. */
export class MissingVariable extends BatonError {
  override readonly name = 'MissingVariable';
}

/** The composition root: each function uses what it needs, and nothing is created before its first use. */
const environment = { ...process.env };

function variable(name: string): string {
  const value = environment[name];
  if (value === undefined || value === '')
    throw new MissingVariable(`The environment variable ${name} is not set.`);
  return value;
}

/**
 * The configuration of every client. Credentials come only from the environment, where Lambda puts them: the default
 * chain would bundle and load a dozen other sources.
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

const made = new Map<() => unknown, unknown>();

/** Caches the result of the maker. Plain functions, so that a bundle contains only what its function uses. */
function once<T>(make: () => T): T {
  if (!made.has(make)) made.set(make, make());
  return made.get(make) as T;
}

const makeDynamodb = () => new DynamoDBClient(clientConfig());
const makeSfn = () => new SFNClient(clientConfig());
const makeLedgerTable = () => new Table(once(makeDynamodb), variable('LEDGER_TABLE'));
const makeLedger = () => new Ledger(once(makeLedgerTable));
const makeSeals = () => new Seals(once(makeLedgerTable));
const makeSealingKey = () => new SigningKey(signedFetch(), variable('SEAL_KEY'));
const makeLocks = () => new Locks(once(makeLedgerTable));
const makeTallies = () => new Tallies(once(makeLedgerTable));
const makeBudgets = () =>
  new Budgets(once(makeLedgerTable), (provider) => callsPerSecondOf(provider, settings().callsPerSecond));
const makeInventoryTable = () => new Table(once(makeDynamodb), variable('INVENTORY_TABLE'));
const makeInventory = () => new Inventory(once(makeInventoryTable), documents());
const makeScaling = () => new ScalingIndex(once(makeInventoryTable));
/** Returns the client of a region, one for each. */
const regionalFetch = (retries?: number) => {
  const { credentials, endpoint } = clientConfig();
  const clients = new Map<string, SignedFetch>();
  return (region: string) => {
    const client = clients.get(region) ?? new SignedFetch({ region, endpoint, retries, ...credentials });
    clients.set(region, client);
    return client;
  };
};
const makeRegionalFetch = () => regionalFetch();
const makeMetrics = () => new Metrics(once(makeRegionalFetch));
const makeVerdicts = () => new FunctionVerdicts(signedFetch());
const makeSubnets = () => new Subnets(once(makeRegionalFetch));
const makeSignedFetch = () => {
  const { credentials, region, endpoint } = clientConfig();
  return new SignedFetch({ region, endpoint, ...credentials });
};
const makeDocuments = () => new Documents(signedFetch(), variable('DOCUMENTS_BUCKET'));
const makePublisher = () => new Publisher(new EventBridgeClient(clientConfig()), variable('BUS_NAME'));
// The pump retries when the budget allows. Retries of the client would only be throttled again.
const makeCloudControl = () => {
  const clients = new Map<string, CloudControlClient>();
  return new CloudControl((region, purpose) => {
    const id = `${region} ${purpose}`;
    const attempts = purpose === 'change' ? { maxAttempts: 1 } : {};
    const client = clients.get(id) ?? new CloudControlClient({ ...clientConfig(), region, ...attempts });
    clients.set(id, client);
    return client;
  });
};
// Route 53 knows no client tokens, so a change must not be sent twice without a look at what the first one did.
const makeRoute53 = () => {
  const change = regionalFetch(0);
  const { environments } = settings();
  return new Route53(
    (region, purpose) => (purpose === 'change' ? change : once(makeRegionalFetch))(region),
    ({ role }) => environments[environmentOfRole(role)]?.hostedZones ?? [],
  );
};
const makeProviders = () =>
  providersOf({ 'cloud-control': () => once(makeCloudControl), route53: () => once(makeRoute53) });
const makeRoles = () => new Roles(signedFetch());
const makeTokens = () => new TaskTokens(once(makeSfn));
const makeExecutions = () => new Executions(once(makeSfn));
const makeSettings = () =>
  JSON.parse(readFileSync(join(bundledFolder(), 'settings.json'), 'utf8')) as Settings;
const makeLookup = () => typeLookup(join(bundledFolder(), 'types'));

export const ledger = () => once(makeLedger);
/** The seals of the audit trail, and the key that signs them. */
export const seals = () => once(makeSeals);
export const sealingKey = () => once(makeSealingKey);
export const locks = () => once(makeLocks);
/** The accumulated points of small changes. */
export const tallies = () => once(makeTallies);
export const budgets = () => once(makeBudgets);
export const inventory = () => once(makeInventory);
/** The assets that declare scaling, and what is remembered of them. */
export const scaling = () => once(makeScaling);
/** CloudWatch's metrics and alarms, of any region. */
export const metrics = () => once(makeMetrics);
/** Functions of users that decide on shifts, in the region of Baton. */
export const verdicts = () => once(makeVerdicts);
/** EC2's subnets, of any region. */
export const subnets = () => once(makeSubnets);
export const signedFetch = () => once(makeSignedFetch);
export const documents = () => once(makeDocuments);
export const publisher = () => once(makePublisher);
/** The provider of each resource type. */
export const providers = () => once(makeProviders);
export const roles = () => once(makeRoles);
export const tokens = () => once(makeTokens);
export const executions = () => once(makeExecutions);
/** The settings were validated at synthesis and are read unchecked. */
export const settings = () => once(makeSettings);
/** The specs of resource types, read from the files next to the handlers at their first use. */
export const lookup = () => once(makeLookup);

/** The folder of the files bundled with the handlers: settings, policies, type files. */
export const bundledFolder = (): string => environment.BATON_ASSETS ?? import.meta.dirname;

/** Returns the hash of the policies of an environment. */
export function bundleHash(environmentName: string): string {
  const text = readFileSync(join(bundledFolder(), 'policies', `${environmentName}.json`), 'utf8');
  return (JSON.parse(text) as { hash: string }).hash;
}

const calendarsRead = new Map<string, Calendars>();

/** Returns the maintenance windows and freezes of an environment from the function's bundle. */
export function calendars(environmentName: string): Calendars {
  const read = () =>
    JSON.parse(readFileSync(join(bundledFolder(), 'calendars', `${environmentName}.json`), 'utf8'));
  const known = calendarsRead.get(environmentName) ?? (read() as Calendars);
  calendarsRead.set(environmentName, known);
  return known;
}

/** Returns the ARN of the machine that moves runs. */
export const pumpRunArn = (): string => variable('PUMP_RUN_ARN');
