import { Stack } from 'aws-cdk-lib';
import type * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import type * as events from 'aws-cdk-lib/aws-events';
import type * as kms from 'aws-cdk-lib/aws-kms';
import type * as s3 from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';
import { requestReach } from '../model/request-reach.ts';
import type { Settings } from '../model/settings.ts';
import type { MachineTable } from './machine-table.ts';
import { type Indexes, inventoryIndexes, ledgerIndexes } from './tables.ts';

export interface TableReach {
  arn: string;
  name: string;
  indexes: Indexes;
}

/** The resources that grants can refer to. */
export interface Reach {
  scope: Construct;
  stack: Stack;
  key: kms.IKey;
  /** Signs the seals of the audit trail. */
  sealKey: kms.IKey;
  ledger: TableReach;
  inventory: TableReach;
  documents: s3.IBucket;
  bus: events.IEventBus;
  provisioningRoleArns: string[];
  machines: MachineTable;
  environments: string[];
  /** The functions that shifts may ask for a verdict, by environment. */
  verdictFunctions: [environment: string, functions: string[]][];
  /** Where resources may be: the region of the stack, and those that environments name. */
  regions: string[];
  /** Ids of the hosted zones whose records may be changed, of all environments. */
  hostedZones: string[];
  /** Name patterns of the SSM parameters that a request may refer to. */
  readableParameters: string[];
  /** Name patterns of the secrets that a request may refer to. */
  readableSecrets: string[];
}

export interface ReachProps {
  settings: Settings;
  key: kms.IKey;
  sealKey: kms.IKey;
  inventory: dynamodb.ITable;
  ledger: dynamodb.ITable;
  documents: s3.IBucket;
  bus: events.IEventBus;
  provisioningRoleArns: string[];
  machines: MachineTable;
}

/** Collects the resources of the stack for grants. */
export function reachOf(scope: Construct, props: ReachProps): Reach {
  const { settings, inventory, ledger, ...rest } = props;
  const table = ({ tableArn: arn, tableName: name }: dynamodb.ITable, indexes: Indexes) => ({
    arn,
    name,
    indexes,
  });
  const stack = Stack.of(scope);
  return {
    ...rest,
    scope,
    stack,
    regions: [...new Set([stack.region, ...namedRegions(settings)])],
    hostedZones: [...new Set(Object.values(settings.environments).flatMap((one) => one.hostedZones))],
    inventory: table(inventory, inventoryIndexes),
    ledger: table(ledger, ledgerIndexes),
    verdictFunctions: verdictFunctions(settings),
    ...readable(settings),
  };
}

function verdictFunctions({ environments }: Settings): Reach['verdictFunctions'] {
  return Object.entries(environments).flatMap(([name, { traffic }]) => {
    const functions = new Set(traffic.verdictFunctions.map((one) => one.function));
    const row: Reach['verdictFunctions'][number] = [name, [...functions]];
    return functions.size === 0 ? [] : [row];
  });
}

function namedRegions({ environments }: Settings): string[] {
  return Object.values(environments).flatMap(({ region, places = [] }) =>
    [region, ...places.map((place) => place.region)].filter((one) => one !== undefined),
  );
}

/** Returns what requests of any service may refer to, because IAM can't distinguish the services. */
function readable(
  settings: Settings,
): Pick<Reach, 'environments' | 'readableParameters' | 'readableSecrets'> {
  const environments = Object.keys(settings.environments);
  const reaches = environments.map((environment) => requestReach(settings, { environment, service: '*' }));
  return {
    environments,
    readableParameters: [...new Set(reaches.flatMap(({ parameters }) => parameters))],
    readableSecrets: [...new Set(reaches.flatMap(({ secrets }) => secrets))],
  };
}
