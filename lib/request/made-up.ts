import { type JsonValue, sha256 } from '../model/json.ts';

interface Where {
  account: string;
  region: string;
  partition: string;
}
type Maker = (digits: string, where: Where) => string;

const identifier =
  (prefix: string): Maker =>
  (digits) =>
    `${prefix}-${digits.slice(0, 17)}`;
const arn =
  (service: string, resource: string): Maker =>
  (digits, { partition, region, account }) =>
    `arn:${partition}:${service}:${region}:${account}:${resource.replace('*', digits.slice(0, 12))}`;
const role: Maker = (digits, { partition, account }) =>
  `arn:${partition}:iam::${account}:role/made-up-${digits.slice(0, 8)}`;

/** A value for each AWS-specific parameter type. Source: "Parameters syntax", AWS CloudFormation User Guide. */
const byType: Readonly<Record<string, Maker>> = {
  'AWS::EC2::AvailabilityZone::Name': (_, { region }) => `${region}a`,
  'AWS::EC2::Image::Id': identifier('ami'),
  'AWS::EC2::Instance::Id': identifier('i'),
  'AWS::EC2::KeyPair::KeyName': () => 'made-up-key',
  'AWS::EC2::SecurityGroup::GroupName': () => 'made-up-group',
  'AWS::EC2::SecurityGroup::Id': identifier('sg'),
  'AWS::EC2::Subnet::Id': identifier('subnet'),
  'AWS::EC2::VPC::Id': identifier('vpc'),
  'AWS::EC2::Volume::Id': identifier('vol'),
  'AWS::Route53::HostedZone::Id': (digits) => `Z${digits.slice(0, 19).toUpperCase()}`,
};

/** Values by the names of exports, parameters and properties. The first match is used. */
const byName: readonly [RegExp, Maker][] = [
  [/vpc(-?id)?$/i, identifier('vpc')],
  [/subnets?(-?ids?)?([-_]?[a-z0-9])?$/i, identifier('subnet')],
  [/(security|source|container|fargate|host)[-_]?(security)?groups?(-?ids?)?$/i, identifier('sg')],
  [/(image|ami)(-?id)?$/i, identifier('ami')],
  [/hosted-?zone(-?id)?$/i, (digits) => `Z${digits.slice(0, 19).toUpperCase()}`],
  [/availability-?zone$/i, (_, { region }) => `${region}a`],
  [/account(-?id)?$/i, (_, { account }) => account],
  [/(role|role-?arn)$/i, role],
  [/topic(-?arn)?$/i, arn('sns', 'made-up-*')],
  [/(key|kms)(-?key)?-?arn$/i, arn('kms', 'key/*')],
  [/listener(-?arn)?$/i, arn('elasticloadbalancing', 'listener/app/made-up/*/*')],
  [/target-?group(-?arn)?$/i, arn('elasticloadbalancing', 'targetgroup/made-up/*')],
  [/certificate(-?arn)?$/i, arn('acm', 'certificate/*')],
  [/(lambda|function|service-?token)(-?arn)?$/i, arn('lambda', 'function:made-up-*')],
  [/bucket(-?name)?$/i, (digits, { account }) => `made-up-${digits.slice(0, 8)}-${account}`],
  [/url$/i, () => 'https://example.com/'],
  [/arn$/i, arn('example', 'made-up/*')],
  [/id$/i, (digits) => digits.slice(0, 12)],
];

/**
 * Returns a plausible value, always the same for the same name: by the parameter type (`AWS::EC2::Image::Id`,
 * `List<AWS::EC2::Subnet::Id>`), or else by the names.
 */
export function madeUpValue(type: string, names: string[], where: Where): JsonValue {
  const seed = names[0] ?? '';
  const element = /^List<(.+)>$/.exec(type)?.[1] ?? (type === 'CommaDelimitedList' ? 'String' : undefined);
  if (element !== undefined) {
    return ['one', 'two'].map((part) => madeUpValue(element, [`${seed}`, part, ...names.slice(1)], where));
  }
  const digits = sha256(names.join('\n'));
  const named = names.flatMap((name) => byName.find(([pattern]) => pattern.test(name))?.[1] ?? []);
  const make = byType[type] ?? named[0] ?? ((text: string) => `made-up-${text.slice(0, 8)}`);
  return make(digits, where);
}

/** Returns a generated reference to a secret. */
export function madeUpSecretReference(name: string): string {
  return `{{resolve:secretsmanager:made-up/${name}:SecretString}}`;
}
