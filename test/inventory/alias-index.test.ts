import { describe, expect, test } from 'vitest';
import { AliasIndex } from '../../lib/inventory/alias-index.ts';
import { aliasesOf } from '../../lib/inventory/aliases.ts';
import type { Asset } from '../../lib/model/asset.ts';
import type { JsonObject } from '../../lib/model/json.ts';

const asset = (
  type: string,
  identifier: string,
  more: { scope?: string; applied?: JsonObject; attributes?: JsonObject } = {},
) =>
  ({
    ...{
      id: `${type} ${identifier}`,
      type,
      identifier,
      logicalId: 'X',
      scope: more.scope ?? 'prod/db',
      environment: 'prod',
    },
    ...{ owner: 'dba', applied: more.applied ?? {}, attributes: more.attributes ?? {} },
  }) as unknown as Asset;
const account = 'arn:aws:iam::111111111111';

const records = [
  asset('AWS::EC2::VPC', 'vpc-0123456789abcdef0', {
    attributes: { DefaultSecurityGroup: 'sg-0aaaaaaaaaaaaaaa1' },
  }),
  asset('AWS::EC2::Instance', 'i-0123456789abcdef0', { attributes: { VpcId: 'vpc-0999999999999999' } }),
  asset('AWS::IAM::Role', 'app', {
    attributes: { Arn: `${account}:role/app`, RoleId: 'AROAABCDEFGHIJKLMNOP' },
  }),
  asset('AWS::S3::Bucket', 'data', { attributes: { Arn: 'arn:aws:s3:::data' } }),
  asset('AWS::Glue::Table', 'orders|db', { applied: { Name: 'orders' } }),
  asset('AWS::SSM::Parameter', '/prod/key', { applied: { Value: 'v' } }),
  asset('AWS::Cognito::UserPool', 'us-east-1_AbCdEfGhI'),
  asset('AWS::RDS::DBInstance', 'main', {
    attributes: { Endpoint: { Address: 'main.c9.us-east-1.rds.amazonaws.com' } },
  }),
  asset('AWS::Logs::LogGroup', '/aws/lambda/pay', {
    attributes: { Arn: 'arn:aws:logs:us-east-1:111111111111:log-group:/aws/lambda/pay:*' },
  }),
  asset('AWS::EC2::SecurityGroup', 'sg-0bbbbbbbbbbbbbbb1', {
    scope: 'dev/mine',
    attributes: { GroupId: 'sg-0bbbbbbbbbbbbbbb1' },
  }),
  asset('AWS::Route53::RecordSet', 'Z111111QQQQQQQ|example.com|A'),
  asset('AWS::Route53::RecordSet', 'Z111111QQQQQQQ|www.example.com|A'),
  asset('AWS::Route53::RecordSet', 'Z111111QQQQQQQ|*.shop.example.com|A'),
].map(aliasesOf);
const index = new AliasIndex(records, 'dev/mine');
const named = (type: string, properties: JsonObject) =>
  index.namedBy(type, properties).map(({ asset: { assetId } }) => assetId.split('::').at(-1));

describe('finds an asset by', () => {
  const rows: [what: string, type: string, properties: JsonObject, asset: string][] = [
    ['an id', 'AWS::EC2::Subnet', { VpcId: 'vpc-0123456789abcdef0' }, 'VPC vpc-0123456789abcdef0'],
    [
      'a record of another type at the top of a zone',
      'AWS::Route53::RecordSet',
      { HostedZoneId: 'Z111111QQQQQQQ', Name: 'example.com', Type: 'HTTPS' },
      'RecordSet Z111111QQQQQQQ|example.com|A',
    ],
    [
      'a group of another type with a wildcard',
      'AWS::Route53::RecordSetGroup',
      { RecordSets: [{ Name: '*.shop.example.com', Type: 'AAAA' }] },
      'RecordSet Z111111QQQQQQQ|*.shop.example.com|A',
    ],
    ...['_acme-challenge.www.example.com', '_443._tcp.www.example.com', 'www.example.com'].map(
      (Name): [string, string, JsonObject, string] => [
        `a record that speaks for its name: ${Name}`,
        'AWS::Route53::RecordSet',
        { HostedZoneId: 'Z111111QQQQQQQ', Name, Type: 'TXT' },
        'RecordSet Z111111QQQQQQQ|www.example.com|A',
      ],
    ),
    [
      'what belongs to it',
      'AWS::EC2::SecurityGroupIngress',
      { GroupId: 'sg-0aaaaaaaaaaaaaaa1' },
      'VPC vpc-0123456789abcdef0',
    ],
    [
      'an id inside an ARN',
      'AWS::X::Y',
      { P: 'arn:aws:ec2:us-east-1:1:vpc/vpc-0123456789abcdef0' },
      'VPC vpc-0123456789abcdef0',
    ],
    [
      'a unique id of IAM',
      'AWS::X::Y',
      { Statement: { 'aws:userid': 'AROAABCDEFGHIJKLMNOP:*' } },
      'Role app',
    ],
    ['a short name in a property for a role', 'AWS::IAM::InstanceProfile', { Roles: ['app'] }, 'Role app'],
    ['a short bucket by its ARN', 'AWS::X::Y', { P: 'arn:aws:s3:::data/a/*' }, 'Bucket data'],
    ['a bucket by a URL', 'AWS::X::Y', { P: 's3://data/a' }, 'Bucket data'],
    [
      'a bucket by its host',
      'AWS::X::Y',
      { P: 'https://data.s3.eu-central-1.amazonaws.com/x' },
      'Bucket data',
    ],
    ['a key of a map', 'AWS::X::Y', { P: { [`${account}:role/app`]: 1 } }, 'Role app'],
    [
      'an ARN that is not known, by its name',
      'AWS::X::Y',
      { P: 'arn:aws:ssm:us-east-1:1:parameter/prod/key' },
      'Parameter /prod/key',
    ],
    [
      'an id without a unique format, in a property for it',
      'AWS::Cognito::UserPoolClient',
      { UserPoolId: 'us-east-1_AbCdEfGhI' },
      'UserPool us-east-1_AbCdEfGhI',
    ],
    ['a host', 'AWS::X::Y', { P: 'jdbc://main.c9.us-east-1.rds.amazonaws.com:5432/x' }, 'DBInstance main'],
    ['a replica of it', 'AWS::RDS::DBInstance', { SourceDBInstanceIdentifier: 'main' }, 'DBInstance main'],
    [
      'an ARN of its log streams',
      'AWS::X::Y',
      { P: 'arn:aws:logs:us-east-1:111111111111:log-group:/aws/lambda/pay:log-stream:x' },
      'LogGroup /aws/lambda/pay',
    ],
  ];
  for (const [what, type, properties, expected] of rows)
    test(what, () => expect(named(type, properties)).toEqual([expected]));
});

describe('finds no asset by', () => {
  const rows: [what: string, type: string, properties: JsonObject][] = [
    ['an ordinary word', 'AWS::SNS::Topic', { DisplayName: 'data', TopicName: 'app' }],
    ['a tag', 'AWS::SNS::Topic', { Tags: [{ Key: 'data', Value: 'app' }] }],
    ['the name of another kind of thing', 'AWS::DynamoDB::Table', { TableName: 'orders' }],
    ['its own name', 'AWS::IAM::Role', { RoleName: 'app' }],
    ['a shared parent resource', 'AWS::EC2::Subnet', { VpcId: 'vpc-0999999999999999' }],
    ['an asset of its own scope', 'AWS::EC2::SecurityGroupIngress', { GroupId: 'sg-0bbbbbbbbbbbbbbb1' }],
    [
      'an ARN of everything',
      'AWS::X::Y',
      { P: ['*', 'arn:aws:s3:::*', `${account}:role/*`, 'arn:aws:logs:*:*:*'] },
    ],
    [
      'every log of functions',
      'AWS::X::Y',
      { P: 'arn:aws:logs:us-east-1:111111111111:log-group:/aws/lambda/*' },
    ],
    ['a policy of AWS', 'AWS::IAM::Role', { ManagedPolicyArns: ['arn:aws:iam::aws:policy/ReadOnlyAccess'] }],
  ];
  for (const [what, type, properties] of rows) test(what, () => expect(named(type, properties)).toEqual([]));
});

test('5,000 resources compared with 10,000 assets take about a second at most', () => {
  const many = Array.from({ length: 10_000 }, (_, at) =>
    aliasesOf(asset('AWS::IAM::Role', `role-${at}`, { attributes: { Arn: `${account}:role/role-${at}` } })),
  );
  const large = new AliasIndex(many, 'dev/mine');
  const resource = (at: number): JsonObject => ({
    ...{ Name: `n-${at}`, Description: 'some text of a usual length, with words in it', Port: at },
    Policy: {
      Statement: [{ Effect: 'Allow', Action: ['s3:GetObject'], Resource: `arn:aws:s3:::mine-${at}/*` }],
    },
    Environment: [
      { Name: 'A', Value: `value-${at}` },
      { Name: 'B', Value: `${account}:role/role-${at}` },
    ],
  });
  const started = process.cpuUsage();
  let found = 0;
  for (let at = 0; at < 5_000; at += 1) found += large.namedBy('AWS::X::Y', resource(at)).length;
  const { user } = process.cpuUsage(started);
  expect(found).toBe(5_000);
  // Twice the usual time, because other tests share the processors.
  expect(user / 1e6).toBeLessThan(2);
});
