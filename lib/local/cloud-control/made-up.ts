/** Generates read-only values for new resources, in a format derived from the spec of the type. */
import { isObject, type JsonObject, type JsonValue } from '../../model/json.ts';
import type { TypeSpec, ValueType } from '../../model/spec.ts';
import type { Random } from '../random.ts';
import { madeUpArn, madeUpIdentifier } from './identifiers.ts';
import { setAt, valueAt } from './paths.ts';

export interface Maker {
  account: string;
  region: string;
  random: Random;
  nowMillis: number;
}

/** Returns the properties of a created resource: the desired ones and those that the service adds. */
export function livePropertiesOf(spec: TypeSpec, desired: JsonObject, maker: Maker): JsonObject {
  const live = structuredClone(desired);
  const facts: Facts = { spec, name: '', properties: live, maker };
  // Names come before ARNs, because ARNs contain them.
  const byArn = (path: string) => (isArn(path) ? 1 : 0);
  const identifiers = [...spec.primaryIdentifier].sort((a, b) => byArn(a) - byArn(b));
  const [identifier = 'Name'] = spec.primaryIdentifier;
  // The service generates an identifier that callers can't set, even if they give a name.
  const generated = spec.readOnly.includes(identifier) && !/(Arn|Url|Ip)$/i.test(identifier);
  const given = generated ? undefined : nameOf(spec, live);
  facts.name = given ?? madeUpIdentifier(spec.type, identifier, maker.random, maker.region);
  for (const path of identifiers) {
    if (valueAt(live, path) === undefined) setAt(live, path, identifierValue(path, facts));
  }
  for (const path of addedPaths(spec, live)) {
    if (valueAt(live, path) !== undefined) continue;
    const value = madeUpValue(path, typeOf(spec, path), facts);
    if (value !== undefined) setAt(live, path, value);
  }
  return live;
}

/** Returns the primary identifier, with its parts joined by `|`. */
export function identifierOf(spec: TypeSpec, properties: JsonObject): string {
  return spec.primaryIdentifier.map((path) => String(valueAt(properties, path) ?? '')).join('|');
}

interface Facts {
  spec: TypeSpec;
  name: string;
  properties: JsonObject;
  maker: Maker;
}

function isArn(path: string): boolean {
  return /Arn$/i.test(path);
}

/** Returns the value of the property that names the resource, if it is set. */
export function nameOf(spec: TypeSpec, properties: JsonObject): string | undefined {
  const resource = spec.type.split('::').at(-1) ?? '';
  const [identifier = ''] = spec.primaryIdentifier;
  const candidates = [
    isArn(identifier) ? '' : identifier,
    'Name',
    `${resource}Name`,
    `${resource}Identifier`,
    'Family',
  ];
  const [, ...rest] = Object.keys(spec.properties).filter(
    (name) => /Name$/.test(name) && spec.createOnly.includes(name),
  );
  const found = [...candidates, ...rest]
    .map((name) => valueAt(properties, name))
    .find((value) => typeof value === 'string');
  return typeof found === 'string' ? found : undefined;
}

/**
 * Types whose identifier is called `Id` and is an ARN. Source: "Return values" of the type, CloudFormation reference.
 */
const identifiersThatAreArns: ReadonlySet<string> = new Set([
  'AWS::SecretsManager::Secret',
  'AWS::SecretsManager::ResourcePolicy',
  'AWS::SecretsManager::RotationSchedule',
  'AWS::SecretsManager::SecretTargetAttachment',
]);

function identifierValue(path: string, facts: Facts): JsonValue {
  const { spec, maker } = facts;
  if (identifiersThatAreArns.has(spec.type)) return textFor(`${path}Arn`, facts);
  if (/(Arn|Url|Ip)$/i.test(path)) return textFor(path, facts);
  const only = spec.primaryIdentifier.filter((part) => !isArn(part)).length === 1;
  return only
    ? facts.name
    : madeUpIdentifier(spec.type, path.split('.').at(-1) ?? path, maker.random, maker.region);
}

/**
 * Returns the paths that the service fills: read-only properties, read-only values inside properties that the request
 * sets, and plain attributes that the request omits.
 */
function addedPaths(spec: TypeSpec, live: JsonObject): string[] {
  const readOnly = spec.readOnly.filter((path) => !path.includes('*'));
  const heads = new Set(readOnly.filter((path) => !path.includes('.')));
  const inside = readOnly.filter((path) => {
    const head = path.split('.')[0] ?? path;
    return heads.has(head) || (path.includes('.') && isObject(live[head])) || isManagedSecret(path, live);
  });
  const attributes = Object.keys(spec.attributes).filter((name) => {
    const [head = name] = name.split('.');
    return spec.properties[head] === undefined || (!name.includes('.') && !isObjectType(spec, name));
  });
  const leaves = [...new Set([...inside, ...attributes])];
  return leaves.filter((path) => !leaves.some((other) => other.startsWith(`${path}.`)));
}

/** RDS and related services keep the password themselves on request. */
function isManagedSecret(path: string, live: JsonObject): boolean {
  return path === 'MasterUserSecret.SecretArn' && live.ManageMasterUserPassword === true;
}

function isObjectType(spec: TypeSpec, path: string): boolean {
  const type = typeOf(spec, path);
  return type?.kind === 'definition' || type?.kind === 'json' || type?.kind === 'map';
}

function typeOf(spec: TypeSpec, path: string): ValueType | undefined {
  const attribute = spec.attributes[path]?.type;
  if (attribute !== undefined) return attribute;
  const [head = '', ...rest] = path.split('.');
  let type = spec.properties[head]?.types[0] ?? spec.attributes[head]?.type;
  for (const name of rest) {
    type = type?.kind === 'definition' ? spec.definitions[type.name]?.properties[name]?.types[0] : undefined;
  }
  return type;
}

function madeUpValue(path: string, type: ValueType | undefined, facts: Facts): JsonValue | undefined {
  switch (type?.kind) {
    case 'integer':
    case 'number':
      return numberFor(path, facts.spec.type);
    case 'boolean':
      return false;
    case 'dateTime':
      return new Date(facts.maker.nowMillis).toISOString();
    case 'list': {
      const one = path.replace(/(ss)es$|s$/, '$1');
      const elements = Array.from({ length: lengthOf(one, facts) }, () =>
        madeUpValue(one, type.element, facts),
      );
      return elements.filter((element) => element !== undefined);
    }
    case 'union':
      return madeUpValue(path, type.types[0], facts);
    case 'definition':
    case 'map':
    case 'json':
    case 'null':
    case 'tag':
      return undefined;
    default:
      return textFor(path, facts);
  }
}

/**
 * Returns the number of values that the resource asks for (`SecondaryPrivateIpAddressCount`), and otherwise two, as for
 * zones, DNS servers and names.
 */
function lengthOf(one: string, { properties }: Facts): number {
  const asked = Number(properties[`${one.split('.').at(-1)}Count`]);
  return Number.isInteger(asked) && asked >= 0 ? asked : 2;
}

const ports: [RegExp, number][] = [
  [/Postgre|Redshift/i, 5432],
  [/ElastiCache|MemoryDB/, 6379],
  [/DocDB/, 27_017],
  [/Neptune/, 8182],
  [/RDS/, 3306],
];

function numberFor(path: string, type: string): number {
  if (/Port$/.test(path)) return ports.find(([pattern]) => pattern.test(type))?.[1] ?? 443;
  return /Version/.test(path) ? 1 : 0;
}

const texts: [RegExp, (facts: Facts, leaf: string) => string][] = [
  [
    /Arn$/i,
    ({ spec, name, properties, maker }, leaf) =>
      madeUpArn({ type: spec.type, property: leaf, name, properties, ...maker }),
  ],
  [/Port$/, ({ spec }) => String(numberFor('Port', spec.type))],
  [/HostedZoneI[dD]$/, ({ maker }) => hostedZone(maker)],
  // The hosted zone and the host in one text. Source: "AWS::EC2::VPCEndpoint", return values, CloudFormation reference.
  [/^DnsEntr/, ({ spec, name, maker }) => `${hostedZone(maker)}:${host(spec, name, maker)}`],
  [/^QueueUrl$/, ({ name, maker }) => `https://sqs.${maker.region}.amazonaws.com/${maker.account}/${name}`],
  [/Ur[il]$|URL$|URI$/, ({ spec, name, maker }) => `https://${host(spec, name, maker)}`],
  [
    /^(Address|DNSName|DomainName|.*Endpoint|.*DomainName|.*DnsName|.*Dns|.*DNSName)$/,
    ({ spec, name, maker }) => host(spec, name, maker),
  ],
  [/Ipv6Cidr/, ({ maker }) => `2600:1f18:${maker.random.text(4)}:${maker.random.text(2)}00::/56`],
  [/Cidr/, () => '10.0.0.0/16'],
  [/Ipv6Address/, ({ maker }) => `2600:1f18::${maker.random.text(4)}`],
  [/^PublicIp$|PublicIpAddress/, ({ maker }) => `203.0.113.${1 + Math.floor(maker.random.next() * 254)}`],
  [
    /IpAddress$|PrivateIp$|^Ip$/,
    ({ maker }) =>
      `10.0.${Math.floor(maker.random.next() * 256)}.${4 + Math.floor(maker.random.next() * 250)}`,
  ],
  [/AvailabilityZoneId$/, () => 'use1-az1'],
  [/AvailabilityZone$/, ({ maker }) => `${maker.region}a`],
  [/OwnerId$|AccountId$|^Owner$/, ({ maker }) => maker.account],
  [/Status$|State$/, () => 'ACTIVE'],
  [/Time$|Date$|At$|Timestamp$/, ({ maker }) => new Date(maker.nowMillis).toISOString()],
  [/Version$|VersionNumber$|Revision$/, () => '1'],
  [/Name$/, ({ name }) => name],
  [
    /Id$|^DefaultNetworkAcl$|^DefaultSecurityGroup$|Association/,
    ({ spec, maker }, leaf) => identifierFor(spec, leaf, maker),
  ],
];

function textFor(path: string, facts: Facts): string {
  const leaf = path.split('.').at(-1) ?? path;
  const row = texts.find(([pattern]) => pattern.test(leaf));
  return row === undefined ? `${leaf.toLowerCase()}-${facts.maker.random.text(8)}` : row[1](facts, leaf);
}

const hostedZone = ({ random }: Maker) => `Z${random.text(13, 'ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789')}`;

/**
 * The resource's own identifier uses the format of its type. Other values use the format that the property name
 * implies.
 */
function identifierFor(spec: TypeSpec, leaf: string, maker: Maker): string {
  const own = spec.primaryIdentifier.includes(leaf) || leaf === 'Id';
  return madeUpIdentifier(own ? spec.type : '', leaf, maker.random, maker.region);
}

function host(spec: TypeSpec, name: string, maker: Maker): string {
  const service = (spec.type.split('::')[1] ?? 'aws').toLowerCase();
  const label = name
    .toLowerCase()
    .replace(/[^a-z0-9.-]+/g, '-')
    .slice(0, 63);
  if (spec.type === 'AWS::S3::Bucket') return `${label}.s3.amazonaws.com`;
  return `${label}.${maker.random.text(12, 'abcdefghijklmnopqrstuvwxyz0123456789')}.${maker.region}.${service}.amazonaws.com`;
}
