import { describe, expect, test } from 'vitest';
import type { PropertySpec, ValueType } from '../../lib/model/spec.ts';
import { ensureTypes, permissionsFor, typeLookup, typesWithPermissions } from '../../lib/spec/index.ts';

const lookup = typeLookup(ensureTypes());

describe('does not search files for an invalid type name', () => {
  for (const name of ['AWS::S3::Buckett', '', '../../package', 'index', 'AWS::S3', 'AWS::S3::Bucket::x']) {
    test(`"${name}"`, () => expect(lookup(name)).toBeUndefined());
  }
});

test('returns no permissions for no type and for an unknown type', () => {
  expect(permissionsFor([])).toEqual([]);
  expect(permissionsFor(['AWS::None::Such'])).toEqual([]);
});

test('returns the permissions of the requested operations, sorted and unique', () => {
  const create = permissionsFor(['AWS::S3::Bucket', 'AWS::S3::BucketPolicy'], ['create']);
  expect(create).toContain('s3:CreateBucket');
  expect(create).not.toContain('s3:DeleteBucket');
  expect(create).toEqual([...new Set(create)].sort());
  expect(permissionsFor(['AWS::S3::Bucket'])).toContain('s3:DeleteBucket');
  expect(typesWithPermissions().length).toBeGreaterThan(1000);
});

/** What `Ref` returns, according to the documentation of each type. */
const refs: [string, string][] = [
  ['AWS::S3::Bucket', 'BucketName'],
  ['AWS::ECS::Service', 'ServiceArn'],
  ['AWS::ApiGateway::Resource', 'ResourceId'],
  ['AWS::EC2::EIP', 'PublicIp'],
  ['AWS::IAM::RolePolicy', 'PolicyName'],
  ['AWS::Events::Rule', 'Name'],
  ['AWS::WAFv2::WebACL', 'identifier'],
];
for (const [type, ref] of refs) test(`Ref of ${type} is ${ref}`, () => expect(lookup(type)?.ref).toBe(ref));

test('combines the spec and the registry for a database', () => {
  expect(lookup('AWS::RDS::DBInstance')).toMatchObject({
    primaryIdentifier: ['DBInstanceIdentifier'],
    sensitive: expect.arrayContaining(['MasterUserPassword']),
    writeOnly: expect.arrayContaining(['MasterUserPassword']),
    createOnly: expect.arrayContaining(['DBName']),
    readOnly: expect.arrayContaining(['Endpoint.Address']),
    tags: { property: 'Tags', form: 'list' },
    provisionable: true,
    updatable: true,
    holdsData: true,
    attributes: { 'Endpoint.Address': { type: { kind: 'string' } } },
    properties: { Engine: { types: [{ kind: 'string' }], required: false } },
  });
});

const facts: [string, 'provisionable' | 'updatable' | 'holdsData', boolean][] = [
  ['AWS::IAM::AccessKey', 'provisionable', false],
  ['AWS::DirectoryService::MicrosoftAD', 'provisionable', false],
  ['AWS::Serverless::Function', 'provisionable', false],
  ['AWS::CloudFormation::CustomResource', 'provisionable', false],
  ['AWS::ACMPCA::Certificate', 'updatable', false],
  ['AWS::DynamoDB::Table', 'holdsData', true],
  ['AWS::IAM::Role', 'holdsData', false],
];
for (const [type, fact, expected] of facts) {
  test(`${type}: ${fact} is ${expected}`, () => expect(lookup(type)?.[fact]).toBe(expected));
}

describe('secrets are sensitive, and values about secrets are not', () => {
  const cases: [string, string[]][] = [
    ['AWS::SecretsManager::Secret', ['SecretString']],
    ['AWS::ElastiCache::User', ['AuthenticationMode.Passwords.*', 'Passwords.*']],
    ['AWS::Cognito::UserPoolClient', []],
    ['AWS::ECS::TaskDefinition', []],
    ['AWS::AppMesh::VirtualNode', []],
  ];
  for (const [type, sensitive] of cases) test(type, () => expect(lookup(type)?.sensitive).toEqual(sensitive));
});

test('every nested type of a property exists', () => {
  const missing: string[] = [];
  for (const name of lookup.names()) {
    const spec = lookup(name);
    const check = (type: ValueType): void => {
      if (type.kind === 'list' || type.kind === 'map') check(type.element);
      else if (type.kind === 'union') type.types.forEach(check);
      else if (type.kind === 'definition' && spec?.definitions[type.name] === undefined)
        missing.push(`${name} ${type.name}`);
    };
    const holders: Record<string, PropertySpec>[] = [
      spec?.properties ?? {},
      ...Object.values(spec?.definitions ?? {}).map(({ properties }) => properties),
    ];
    for (const property of holders.flatMap((holder) => Object.values(holder))) property.types.forEach(check);
  }
  expect(missing).toEqual([]);
  expect(lookup.names().length).toBeGreaterThan(1500);
});
