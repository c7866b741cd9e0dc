import { describe, expect, test } from 'vitest';
import type { JsonObject, JsonValue } from '../../lib/model/json.ts';
import { type Inputs, noInputs } from '../../lib/request/index.ts';
import { normalized } from './normalize-text.ts';

const properties = (text: string, inputs: Partial<Inputs> = {}) =>
  normalized(text, { inputs: { ...noInputs, ...inputs } }).resources[0]?.properties;

describe('values are converted to the types in the spec', () => {
  const cases: [string, string, string, JsonValue][] = [
    ['AWS::SQS::Queue', 'DelaySeconds', '"8"', 8],
    ['AWS::SQS::Queue', 'DelaySeconds', '8.0', 8],
    ['AWS::SQS::Queue', 'DelaySeconds', "'{{resolve:ssm:delay}}'", '{{resolve:ssm:delay}}'],
    ['AWS::SQS::Queue', 'FifoQueue', '"true"', true],
    ['AWS::SQS::Queue', 'FifoQueue', '"False"', false],
    ['AWS::SQS::Queue', 'QueueName', '5', '5'],
    ['AWS::SQS::Queue', 'QueueName', 'true', 'true'],
    ['AWS::SQS::Queue', 'RedrivePolicy', '{ maxReceiveCount: 3 }', { maxReceiveCount: 3 }],
    ['AWS::SQS::Queue', 'Tags', '[{ Key: a, Value: 1 }]', [{ Key: 'a', Value: '1' }]],
    ['AWS::SQS::Queue', 'QueueName', '!Sub "${AWS::StackName}-q"', 'dev-shop-q'],
    ['AWS::SQS::Queue', 'DelaySeconds', '!Select [0, !Split [",", "7,8"]]', 7],
    ['AWS::SQS::Queue', 'KmsMasterKeyId', '!If [No, a, !Ref AWS::NoValue]', undefined as never],
  ];
  for (const [type, name, text, expected] of cases) {
    test(`${name}: ${text}`, () => {
      const request = `Conditions: { No: !Equals [a, b] }\nResources: { A: { Type: '${type}', Properties: { ${name}: ${text} } } }`;
      expect(properties(request)?.[name]).toEqual(expected);
    });
  }
});

describe('parameters', () => {
  const cases: [string, string, JsonValue | undefined, JsonValue][] = [
    ['a default', 'Type: String, Default: x', undefined, 'x'],
    ['a number is a text', 'Type: Number, Default: 5', undefined, '5'],
    ['a list from a text', 'Type: CommaDelimitedList', 'a, b', 'a,b'],
    ['a list from a list', 'Type: List<Number>', [1, 2], '1,2'],
    ['ids', 'Type: List<AWS::EC2::Subnet::Id>', 'subnet-1,subnet-2', 'subnet-1,subnet-2'],
    ['an SSM value', 'Type: AWS::SSM::Parameter::Value<String>, Default: /my/name', undefined, 'from SSM'],
    ['an SSM list', 'Type: AWS::SSM::Parameter::Value<List<String>>, Default: /my/list', undefined, 'a,b'],
    [
      'the name of an SSM parameter',
      'Type: AWS::SSM::Parameter::Name, Default: /my/name',
      undefined,
      '/my/name',
    ],
    ['a reference', 'Type: String, MinLength: 99', '{{resolve:ssm:x}}', '{{resolve:ssm:x}}'],
    ['an empty secret', 'Type: String, NoEcho: true, Default: ""', undefined, ''],
  ];
  for (const [name, declaration, value, expected] of cases) {
    test(name, () => {
      const list = /List/.test(declaration);
      const use = list ? '!Join [",", !Ref P]' : '!Ref P';
      const request = `Parameters: { P: { ${declaration} } }\nResources: { A: { Type: AWS::SQS::Queue, Properties: { QueueName: ${use} } } }`;
      const ssm = { '/my/name': 'from SSM', '/my/list': 'a,b' };
      const parameters: JsonObject = value === undefined ? {} : { P: value };
      expect(properties(request, { ssm, parameters })?.QueueName).toEqual(expected);
    });
  }

  test('a secret in a property for secrets', () => {
    const request = `Parameters: { P: { Type: String, NoEcho: true, MinLength: 99 } }
Resources: { A: { Type: AWS::IAM::User, Properties: { LoginProfile: { Password: !Ref P } } } }`;
    const Password = '{{resolve:ssm-secure:x}}';
    expect(properties(request, { parameters: { P: Password } })?.LoginProfile).toEqual({ Password });
  });
});

const web = `
baton: v1
environment: prod
service: shop
name: shop-eu
owner: commerce
reason: test
Transform: AWS::LanguageExtensions
Conditions: { Never: !Equals [a, b] }
Resources:
  Fn::ForEach::Queues:
    - Name
    - [Orders, Mails]
    - \${Name}Queue:
        Type: AWS::SQS::Queue
        Properties: { QueueName: !Sub '\${Name}-\${AWS::Region}' }
  Left: { Type: AWS::SQS::Queue, Condition: Never }
  Topic:
    Type: AWS::SNS::Topic
    DependsOn: [Left, MailsQueue]
    DeletionPolicy: Retain
    Properties:
      Subscription: [{ Protocol: sqs, Endpoint: !GetAtt OrdersQueue.Arn }]
    Baton:
      health: [{ kind: http, url: !Sub 'https://\${Database.Endpoint.Address}/up' }, { kind: alarm, name: !Ref Topic }]
  Database:
    Type: AWS::RDS::DBInstance
    Properties: { MasterUserPassword: !Sub '{{resolve:secretsmanager:\${AWS::StackName}:SecretString:p}}' }
Outputs:
  Arn: { Value: !Sub 'x/\${Topic}', Export: { Name: !Sub '\${AWS::StackName}-topic' } }
  Network: { Value: !ImportValue network }
  Left: { Value: !Ref Left, Condition: Never }
`;

test('a complete request', () => {
  const state = normalized(web, { inputs: { ...noInputs, imports: { network: 'vpc-9' } } });
  expect(state).toMatchObject({
    header: { action: 'provision', environment: 'prod', service: 'shop', onFailure: 'undo' },
    scope: 'prod/shop-eu',
    account: '111111111111',
    region: 'eu-west-1',
    partition: 'aws',
    imports: ['network'],
    outputs: {
      Arn: { value: { 'Fn::Join': ['', ['x/', { Ref: 'Topic' }]] }, exportName: 'prod-shop-eu-topic' },
      Network: { value: 'vpc-9' },
    },
  });
  expect(state.outputs).not.toHaveProperty('Left');
  expect(state.resources).toMatchObject([
    { logicalId: 'OrdersQueue', properties: { QueueName: 'Orders-eu-west-1' }, dependsOn: [], line: 11 },
    { logicalId: 'MailsQueue', line: 11 },
    {
      logicalId: 'Topic',
      dependsOn: ['Database', 'MailsQueue', 'OrdersQueue'],
      deletionPolicy: 'Retain',
      updateReplacePolicy: 'Delete',
      health: [
        { kind: 'http', url: 'https://${Database.Endpoint.Address}/up', status: 200, timeoutSeconds: 600 },
        { kind: 'alarm', name: '${Topic}' },
      ],
    },
    {
      logicalId: 'Database',
      deletionPolicy: 'Snapshot',
      properties: { MasterUserPassword: '{{resolve:secretsmanager:prod-shop-eu:SecretString:p}}' },
    },
  ]);
});

test('the document takes precedence over the command line', () => {
  const { header } = normalized(web, {
    headerDefaults: { environment: 'dev', onFailure: 'keep' },
    inputs: { ...noInputs, imports: 'any' },
  });
  expect(header).toMatchObject({ environment: 'prod', onFailure: 'keep' });
});

test('5,000 resources take no more than a few seconds to read and check', () => {
  const resources = Array.from({ length: 5000 }, (_, index) => [
    `Bucket${index}`,
    {
      Type: 'AWS::S3::Bucket',
      Properties: {
        BucketName: { 'Fn::Sub': `b-${index}-\${AWS::AccountId}` },
        Tags: [
          { Key: 'Before', Value: index === 0 ? 'none' : { 'Fn::GetAtt': [`Bucket${index - 1}`, 'Arn'] } },
        ],
      },
    },
  ]);
  const started = performance.now();
  const state = normalized(JSON.stringify({ Resources: Object.fromEntries(resources) }));
  expect(state.resources[4999]?.dependsOn).toEqual(['Bucket4998']);
  expect(performance.now() - started).toBeLessThan(10_000);
});
