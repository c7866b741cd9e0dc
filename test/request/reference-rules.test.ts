import { describe, expect, test } from 'vitest';
import { requestReach } from '../../lib/model/request-reach.ts';
import { settingsSchema } from '../../lib/model/settings.ts';
import { noInputs, referenceProblems } from '../../lib/request/index.ts';
import { placesForSecrets } from '../../lib/request/secret-places.ts';
import { ensureTypes, typeLookup } from '../../lib/spec/index.ts';
import { normalized, problemsIn } from './normalize-text.ts';

const lookup = typeLookup(ensureTypes());
const settings = settingsSchema.parse({ environments: { dev: { policyPacks: [{ name: 'starter' }] } } });
const reach = requestReach(settings, { environment: 'dev', service: 'checkout' });
const place = { account: '111111111111', region: 'eu-west-1' };
const secret = '{{resolve:secretsmanager:dev/checkout/db:SecretString:password}}';
const secure = '{{resolve:ssm-secure:/dev/checkout/db}}';

function codesOf(type: string, properties: object, own?: ReadonlySet<string>): string[] {
  const sensitive = lookup(type)?.sensitive ?? [];
  const rules = { type, sensitive, reach, place, ...(own !== undefined && { own }) };
  return referenceProblems(properties as never, rules).map(({ path, code }) => `${path} ${code}`);
}

describe('a secret is allowed only in a property that takes one', () => {
  const misplaced: [type: string, path: string, properties: (text: unknown) => object][] = [
    ['AWS::SSM::Parameter', 'Value', (Value) => ({ Value })],
    ['AWS::SSM::Parameter', 'Description', (Description) => ({ Description })],
    ['AWS::SQS::Queue', 'Tags.0.Value', (Value) => ({ Tags: [{ Key: 'a', Value }] })],
    ['AWS::EC2::Instance', 'UserData', (text) => ({ UserData: { 'Fn::Base64': text } })],
    ['AWS::Lambda::Function', 'Environment.Variables.P', (P) => ({ Environment: { Variables: { P } } })],
    [
      'AWS::ECS::TaskDefinition',
      'ContainerDefinitions.0.Environment.1.Value',
      (Value) => ({
        ContainerDefinitions: [
          {
            Environment: [
              { Name: 'a', Value: 'b' },
              { Name: 'c', Value },
            ],
          },
        ],
      }),
    ],
    ['AWS::RDS::DBInstance', 'DBName', (DBName) => ({ DBName })],
    ['AWS::SNS::Subscription', 'Endpoint', (Endpoint) => ({ Endpoint })],
    ['AWS::Events::ApiDestination', 'InvocationEndpoint', (InvocationEndpoint) => ({ InvocationEndpoint })],
    [
      'AWS::Route53::HealthCheck',
      'HealthCheckConfig.ResourcePath',
      (ResourcePath) => ({ HealthCheckConfig: { ResourcePath } }),
    ],
    ['AWS::IAM::User', 'LoginProfile', (LoginProfile) => ({ LoginProfile })],
  ];
  const spellings: [string, (reference: string) => unknown][] = [
    ['alone', (reference) => reference],
    ['inside of text', (reference) => `x${reference}y`],
    ['joined', (reference) => ({ 'Fn::Join': ['/', ['https:/', { Ref: 'A' }, reference]] })],
    ['substituted', (reference) => ({ 'Fn::Sub': [`https://x/\${V}`, { V: reference }] })],
    [
      'cut in two',
      (reference) => ({ 'Fn::Join': ['', [reference.slice(0, 20), { Ref: 'A' }, reference.slice(20)]] }),
    ],
    ['deep in functions', (reference) => ({ 'Fn::Select': [0, { 'Fn::Split': [{ Ref: 'A' }, reference] }] })],
  ];
  for (const [type, path, properties] of misplaced)
    for (const [spelling, written] of spellings)
      for (const reference of [secret, secure])
        test(`${type} ${path}, ${spelling}, ${reference.slice(10, 14)}`, () => {
          expect(codesOf(type, properties(written(reference)))).toContain(`${path} SecretMisplaced`);
        });

  const taken: [type: string, properties: object][] = [
    ['AWS::RDS::DBInstance', { MasterUserPassword: secret }],
    ['AWS::RDS::DBInstance', { MasterUsername: secret }],
    ['AWS::RDS::DBCluster', { MasterUserPassword: { 'Fn::Join': ['', [{ Ref: 'A' }, secure]] } }],
    ['AWS::AmazonMQ::Broker', { Users: [{ Username: secret, Password: secret }] }],
    ['AWS::SecretsManager::Secret', { SecretString: `{"a": "${secret}"}` }],
    ['AWS::SSM::Parameter', { Value: '{{resolve:ssm:/dev/checkout/url}}' }],
  ];
  for (const [type, properties] of taken)
    test(`${type} accepts ${Object.keys(properties)}`, () => expect(codesOf(type, properties)).toEqual([]));

  // "Resources that support dynamic parameter patterns for secure strings", AWS CloudFormation User Guide.
  const documented: [type: string, path: string][] = [
    ['AWS::DirectoryService::MicrosoftAD', 'Password'],
    ['AWS::DirectoryService::SimpleAD', 'Password'],
    ['AWS::ElastiCache::ReplicationGroup', 'AuthToken'],
    ['AWS::IAM::User', 'LoginProfile.Password'],
    ['AWS::KinesisFirehose::DeliveryStream', 'RedshiftDestinationConfiguration.Password'],
    ['AWS::OpsWorks::App', 'AppSource.Password'],
    ['AWS::OpsWorks::Stack', 'CustomCookbooksSource.Password'],
    ['AWS::OpsWorks::Stack', 'RdsDbInstances.*.DbPassword'],
    ['AWS::RDS::DBCluster', 'MasterUserPassword'],
    ['AWS::RDS::DBInstance', 'MasterUserPassword'],
    ['AWS::Redshift::Cluster', 'MasterUserPassword'],
  ];
  for (const [type, path] of documented.filter(([type]) => lookup(type) !== undefined))
    test(`Baton accepts ssm-secure where CloudFormation does: ${type} ${path}`, () => {
      expect(placesForSecrets(type, lookup(type)?.sensitive ?? [])).toContain(path);
    });
});

describe('a reference may name only what its service may read', () => {
  const arn = (name: string, account = place.account, region = place.region) =>
    `arn:aws:secretsmanager:${region}:${account}:secret:${name}-AbCdEf`;
  const secrets: [name: string, readable: boolean][] = [
    ['dev/checkout/db', true],
    [arn('dev/checkout/db'), true],
    ['prod/checkout/db', false],
    ['dev/payments/db', false],
    ['dev/checkout', false],
    ['dev/checkout-two/db', false],
    ['/dev/checkout/db', false],
    ['baton/database', false],
    ['DEV/checkout/db', false],
    [arn('prod/checkout/db'), false],
    [arn('dev/checkout/db', '222222222222'), false],
    [arn('dev/checkout/db', place.account, 'us-east-1'), false],
    ['arn:aws:ssm:eu-west-1:111111111111:secret:dev/checkout/db', false],
  ];
  for (const [name, readable] of secrets)
    test(`${name}: ${readable}`, () => {
      const MasterUserPassword = `{{resolve:secretsmanager:${name}:SecretString:password}}`;
      const found = readable ? [] : ['MasterUserPassword ReferenceNotReadable'];
      expect(codesOf('AWS::RDS::DBInstance', { MasterUserPassword })).toEqual(found);
    });

  const parameters: [name: string, readable: boolean][] = [
    ['/dev/checkout/url', true],
    ['/dev/checkout/url:3', true],
    ['/aws/service/ami-amazon-linux-latest/x', true],
    ['arn:aws:ssm:eu-west-1:111111111111:parameter/dev/checkout/url', true],
    ['/prod/checkout/url', false],
    ['/dev/payments/url', false],
    ['url', false],
    ['arn:aws:ssm:eu-west-1:222222222222:parameter/dev/checkout/url', false],
    ['/cdk-bootstrap/hnb659fds/version', false],
  ];
  for (const [name, readable] of parameters)
    test(`${name}: ${readable}`, () => {
      const properties = { Value: `a {{resolve:ssm:${name}}}` };
      const found = readable ? [] : ['Value ReferenceNotReadable'];
      expect(codesOf('AWS::SSM::Parameter', properties)).toEqual(found);
    });

  test('a secret that the request itself creates, under any name', () => {
    const made = arn('Generated-x');
    const properties = { MasterUserPassword: `{{resolve:secretsmanager:${made}}}` };
    expect(codesOf('AWS::RDS::DBInstance', properties)).toHaveLength(1);
    expect(codesOf('AWS::RDS::DBInstance', properties, new Set([made]))).toEqual([]);
  });

  test('an unreadable reference is reported as such', () => {
    const properties = { MasterUserPassword: '{{resolve:secretsmanager:a:SecretBinary}}' };
    expect(codesOf('AWS::RDS::DBInstance', properties)).toEqual(['MasterUserPassword MalformedReference']);
  });

  test('an environment can be configured differently', () => {
    const { environments, ...rest } = settings;
    const dev = { ...environments.dev, readableSecrets: ['shared/{service}'] };
    const other = { ...rest, environments: { dev } } as typeof settings;
    expect(requestReach(other, { environment: 'dev', service: 'a' })).toMatchObject({
      secrets: ['shared/a'],
    });
  });
});

describe('in a request', () => {
  const options = { reach: () => reach };

  test('each problem has its path and remedy', () => {
    const text = `
Parameters: { Image: { Type: 'AWS::SSM::Parameter::Value<String>', Default: /prod/image } }
Resources:
  Note: { Type: AWS::SSM::Parameter, Properties: { Type: String, Value: '${secret}' } }
  Db:
    Type: AWS::RDS::DBInstance
    Properties: { MasterUserPassword: '{{resolve:secretsmanager:prod/db}}', DBName: !Ref Image }
`;
    const found = problemsIn(text, { ...options, inputs: { ...noInputs, ssm: { '/prod/image': 'x' } } });
    expect(found.map(({ path, code }) => `${path} ${code}`)).toEqual([
      'Parameters.Image ReferenceNotReadable',
      'Resources.Note.Properties.Value SecretMisplaced',
      'Resources.Db.Properties.MasterUserPassword ReferenceNotReadable',
    ]);
    expect(found[1]?.message).toContain('expected the name or ARN of the secret');
    expect(found[2]?.message).toContain('dev/checkout/*');
  });

  const tagged = (tags: string) =>
    `Resources: { S: { Type: AWS::SecretsManager::Secret, Properties: { Tags: ${tags} } } }`;
  const refused: Record<string, [tags: string, code: string]> = {
    'another environment': ["[{ Key: 'baton:environment', Value: other }]", 'ReservedTag'],
    'a key reserved for Baton': ["[{ Key: 'BATON:owner', Value: me }]", 'ReservedTag'],
    'a value of another resource': ['!GetAtt Other.Tags', 'UnknownReference'],
  };
  for (const [what, [tags, code]] of Object.entries(refused))
    test(`rejects tags with ${what}`, () => {
      expect(problemsIn(tagged(tags)).map((problem) => problem.code)).toContain(code);
    });
  test('keeps the tag of its own environment', () => {
    const own = "[{ Key: 'baton:environment', Value: dev }]";
    expect(normalized(tagged(own)).resources[0]?.properties.Tags).toHaveLength(1);
  });
});
