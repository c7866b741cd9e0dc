import { isObject, type JsonObject, type JsonValue } from '../../../model/json.ts';
import { sortedUnique } from '../../order.ts';
import { isAbsent } from '../../unknown.ts';
import type { Fact, FactSubject } from '../fact.ts';
import { sourcesOf } from './source-of.ts';

/** The place where a type stores a secret. */
interface Place {
  type: string;
  /** The property whose value, or each of whose elements, contains the secret. Absent: the resource itself. */
  within?: string;
  property: string;
  /** Whether the secret is required if `within` is present, by CloudFormation or by the service. */
  demanded: boolean;
}

const passwords: Place[] = [
  { type: 'AWS::AmazonMQ::Broker', within: 'Users', property: 'Password', demanded: true },
  { type: 'AWS::DMS::Endpoint', property: 'Password', demanded: false },
  { type: 'AWS::DirectoryService::MicrosoftAD', property: 'Password', demanded: true },
  { type: 'AWS::IAM::User', within: 'LoginProfile', property: 'Password', demanded: true },
  { type: 'AWS::RDS::DBCluster', property: 'MasterUserPassword', demanded: false },
  { type: 'AWS::RDS::DBInstance', property: 'MasterUserPassword', demanded: false },
  { type: 'AWS::Redshift::Cluster', property: 'MasterUserPassword', demanded: false },
];

const userNames: Place[] = [{ type: 'AWS::RDS::DBInstance', property: 'MasterUsername', demanded: false }];

const stream = 'AWS::KinesisFirehose::DeliveryStream';
const redshift: Place[] = [
  { type: stream, within: 'RedshiftDestinationConfiguration', property: 'Password', demanded: true },
];
const splunk: Place[] = [
  { type: stream, within: 'SplunkDestinationConfiguration', property: 'HECToken', demanded: true },
];

const meaning =
  '`literal`, `secure-parameter` (NoEcho and no Default), `open-parameter`, `secrets-manager`, `ssm-secure`, `ssm`, ' +
  '`reference` (anything else a function makes), or `missing` where one is demanded; each once, none where none is.';

/** Returns all branches of a condition, because any of them may be chosen. */
function branchesOf(value: JsonValue | undefined): JsonValue[] {
  if (isAbsent(value)) return [];
  if (Array.isArray(value)) return value.flatMap(branchesOf);
  const branches = isObject(value) ? value['Fn::If'] : undefined;
  return Array.isArray(branches) ? branches.slice(1).flatMap(branchesOf) : [value];
}

/** "Authenticate with AWS Secrets Manager in Amazon Data Firehose", Amazon Data Firehose Developer Guide. */
function isManaged({ SecretsManagerConfiguration: managed }: JsonObject): boolean {
  return isObject(managed) && String(managed.Enabled).toLowerCase() === 'true';
}

function sourcesAt(holder: JsonValue, place: Place, parameters: FactSubject['parameters']): string[] {
  const text = isObject(holder) ? holder[place.property] : undefined;
  const sources = sourcesOf(text, parameters);
  if (sources.length > 0) return sources;
  // The result of a function for the whole object is unknown, so it is not known to be secure.
  if (isObject(holder) && Object.keys(holder).some((name) => name === 'Ref' || name.startsWith('Fn::')))
    return ['reference'];
  return place.demanded && !(isObject(holder) && isManaged(holder)) ? ['missing'] : [];
}

function secretSources(name: string, subject: string, places: Place[]): Fact {
  return {
    name,
    types: places.map(({ type }) => type),
    shape: { kind: 'set', element: { kind: 'string' } },
    description: `Where ${subject} come from: ${meaning}`,
    derive({ value, resource, parameters }) {
      const place = places.find(({ type }) => type === resource.type);
      if (place === undefined) return { value: [] };
      const holders = place.within === undefined ? [value] : branchesOf(value[place.within]);
      return { value: sortedUnique(holders.flatMap((holder) => sourcesAt(holder, place, parameters))) };
    },
  };
}

export const passwordSources = secretSources('passwordSources', 'the passwords of the resource', passwords);
export const userNameSources = secretSources('userNameSources', 'the names of its users', userNames);
export const redshiftPasswordSources = secretSources(
  'redshiftPasswordSources',
  'the passwords for its Redshift destination',
  redshift,
);
export const splunkTokenSources = secretSources(
  'splunkTokenSources',
  'the tokens for its Splunk destination',
  splunk,
);
