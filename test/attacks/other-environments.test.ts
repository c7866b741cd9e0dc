import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Asset } from '../../lib/model/asset.ts';
import { assemblyWith } from '../machines/assembly-with.ts';
import { speak } from '../machines/people.ts';
import { openPlayground, type Playground } from '../machines/playground.ts';
import { story, storyAt } from '../sample.ts';

/** A request names resources of another environment, or of another scope in the same one. */
let play: Playground;
const environments = ['prod', 'dev'] as const;
type Environment = (typeof environments)[number];
const held: Record<Environment, Record<string, Asset>> = { prod: {}, dev: {} };

beforeAll(async () => {
  const policyPacks = [{ name: 'starter', mode: 'warn' }];
  const reason = 'the mirror of prod is read from dev';
  play = await openPlayground({
    assemblyDirectory: await assemblyWith({
      groups: { dba: ['user/ana', 'user/ben'] },
      environments: {
        dev: { policyPacks, references: [{ scopes: ['prod/open*'], reason }] },
        prod: { policyPacks },
      },
    }),
  });
  for (const environment of environments) {
    await ask('ana', `db-${environment}`, document(environment, 'db', database(environment)));
    const assets = await play.deployment.inventory.scopeAssets(`${environment}/db`);
    held[environment] = Object.fromEntries(assets.map((asset) => [asset.logicalId, asset]));
  }
  const topic = 'Resources:\n  Mirror: { Type: AWS::SNS::Topic, Properties: { TopicName: prod-mirror } }\n';
  await ask('ana', 'open', document('prod', 'open-data', topic));
}, 300_000);
afterAll(() => play.close());

const document = (environment: string, service: string, body: string, owner = 'tests') =>
  `environment: ${environment}\nservice: ${service}\nowner: ${owner}\nreason: a story\n${body}`;

/** The resources of a team, which can be named by ids, ARNs, URLs and names. */
const database = (environment: Environment) =>
  `Resources:
  Group: { Type: AWS::EC2::SecurityGroup, Properties: { GroupDescription: the database } }
  Open: { Type: AWS::EC2::SecurityGroup, Properties: { GroupDescription: for everybody } }
  Role:
    Type: AWS::IAM::Role
    Properties:
      RoleName: ${environment}-db-role
      AssumeRolePolicyDocument:
        Version: '2012-10-17'
        Statement: [{ Effect: Allow, Action: 'sts:AssumeRole', Principal: { Service: lambda.amazonaws.com } }]
  Bucket: { Type: AWS::S3::Bucket, Properties: { BucketName: ${environment}-db-data } }
  Secret: { Type: AWS::SecretsManager::Secret, Properties: { Name: ${environment}/db, SecretString: '{}' } }
  Topic: { Type: AWS::SNS::Topic, Properties: { TopicName: ${environment}-db-topic } }
  Queue: { Type: AWS::SQS::Queue, Properties: { QueueName: ${environment}-db-queue } }
  Log: { Type: AWS::Logs::LogGroup, Properties: { LogGroupName: ${environment}-db-log } }
  Code:
    Type: AWS::Lambda::Function
    Properties:
      FunctionName: ${environment}-db-code
      Role: !GetAtt Role.Arn
      Code: { ZipFile: '1' }
      Handler: index.handler
      Runtime: nodejs22.x
  Counts:
    Type: AWS::DynamoDB::Table
    Properties:
      TableName: ${environment}-db-table
      BillingMode: PAY_PER_REQUEST
      AttributeDefinitions: [{ AttributeName: id, AttributeType: S }]
      KeySchema: [{ AttributeName: id, KeyType: HASH }]
  Table:
    Type: AWS::DynamoDB::Table
    Properties:
      TableName: data${environment}
      BillingMode: PAY_PER_REQUEST
      AttributeDefinitions: [{ AttributeName: id, AttributeType: S }]
      KeySchema: [{ AttributeName: id, KeyType: HASH }]
  Shown: { Type: AWS::SNS::Topic, Properties: { TopicName: ${environment}-db-shown } }
  Published: { Type: AWS::SSM::Parameter, Properties: { Name: /${environment}/db/shown, Type: String, Value: !Ref Shown } }
Outputs:
  Open: { Value: !GetAtt Open.GroupId, Export: { Name: open-group } }
`.replace(", SecretString: '{}'", '');

async function ask(who: string, requestId: string, text: string, more = {}) {
  await speak(play, who, '/requests', { requestId, file: 'names.yaml', document: text, ...more });
  await play.world.clock.quiet();
  const { status, problems, reason } = await play.deployment.ledger.request(requestId);
  return { status, codes: [...new Set(problems?.map(({ code }) => code))], reason: reason ?? '' };
}

const one = (type: string, properties: object, more = {}) =>
  `Resources: ${JSON.stringify({ Mine: { Type: type, Properties: properties }, ...more })}\n`;
const allow = (resource: unknown, principal?: unknown) => ({
  Version: '2012-10-17',
  Statement: [
    { Effect: 'Allow', Action: '*', Resource: resource, ...(principal ? { Principal: principal } : {}) },
  ],
});

type Held = (name: string) => Asset;
const arnOf = (asset: Asset) => String(asset.attributes.Arn ?? asset.attributes.TopicArn ?? asset.identifier);

/** Returns a request that refers to the database in a given way. */
const attempts: Record<string, (the: Held, environment: Environment) => string> = {
  'a group, opened by its id': (the) =>
    one('AWS::EC2::SecurityGroupIngress', {
      ...{ GroupId: the('Group').attributes.GroupId, IpProtocol: 'tcp', FromPort: 22, ToPort: 22 },
      CidrIp: '10.0.0.0/8',
    }),
  'a group, let in by its id': (the) =>
    one('AWS::EC2::SecurityGroup', {
      GroupDescription: 'mine',
      SecurityGroupIngress: [
        { IpProtocol: 'tcp', FromPort: 1, ToPort: 2, SourceSecurityGroupId: the('Group').attributes.GroupId },
      ],
    }),
  'a role, given a policy by its name': (_the, environment) =>
    one('AWS::IAM::RolePolicy', {
      ...{ RoleName: `${environment}-db-role`, PolicyName: 'more', PolicyDocument: allow('*') },
    }),
  'a role, given a managed policy by its name': (_the, environment) =>
    one('AWS::IAM::ManagedPolicy', { Roles: [`${environment}-db-role`], PolicyDocument: allow('*') }),
  'a role, used by its ARN': (the) =>
    one('AWS::Lambda::Function', {
      ...{
        Role: arnOf(the('Role')),
        Handler: 'index.handler',
        Runtime: 'nodejs22.x',
        Code: { ZipFile: '1' },
      },
    }),
  'a role, trusted by its ARN': (the) =>
    one('AWS::IAM::Role', {
      AssumeRolePolicyDocument: {
        Version: '2012-10-17',
        Statement: [{ Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { AWS: arnOf(the('Role')) } }],
      },
    }),
  'a bucket, shared by its name': (_the, environment) =>
    one('AWS::S3::BucketPolicy', {
      Bucket: `${environment}-db-data`,
      PolicyDocument: allow('arn:aws:s3:::other', '*'),
    }),
  'the objects of a bucket, by its ARN in a policy': (_the, environment) =>
    one('AWS::IAM::ManagedPolicy', { PolicyDocument: allow([`arn:aws:s3:::${environment}-db-data/*`]) }),
  'a bucket, by an ARN with a wildcard': (_the, environment) =>
    one('AWS::IAM::ManagedPolicy', { PolicyDocument: allow(`arn:aws:s3:::${environment}-db-dat?/*`) }),
  'a bucket, by an ARN of any partition': (_the, environment) =>
    one('AWS::IAM::ManagedPolicy', { PolicyDocument: allow(`arn:*:s3:::${environment}-db-data`) }),
  'a secret, shared by its name': (_the, environment) =>
    one('AWS::SecretsManager::ResourcePolicy', {
      ...{ SecretId: `${environment}/db`, ResourcePolicy: allow('*', { AWS: '222222222222' }) },
    }),
  'a secret, by its ARN without the end': (the) =>
    one('AWS::IAM::ManagedPolicy', { PolicyDocument: allow(the('Secret').identifier.slice(0, -7)) }),
  'a topic, listened to by its ARN': (the) =>
    one('AWS::SNS::Subscription', {
      ...{ TopicArn: the('Topic').identifier, Protocol: 'email', Endpoint: 'mallory@example.com' },
    }),
  'a queue, by its URL in a variable': (the) =>
    one('AWS::ECS::TaskDefinition', {
      ContainerDefinitions: [
        { Name: 'c', Image: 'i', Environment: [{ Name: 'Q', Value: `url=${the('Queue').identifier}` }] },
      ],
    }),
  'a queue, opened by its URL with an older host': (_the, environment) =>
    one('AWS::SQS::QueueInlinePolicy', {
      Queue: `https://Queue.amazonaws.com/111111111111/${environment}-db-queue`,
      PolicyDocument: allow('*', { AWS: '222222222222' }),
    }),
  'a function, opened by a part of its ARN': (_the, environment) =>
    one('AWS::Lambda::Permission', {
      FunctionName: `111111111111:function:${environment}-db-code:live`,
      ...{ Action: 'lambda:InvokeFunction', Principal: '222222222222' },
    }),
  'a table, scaled by its name': (_the, environment) =>
    one('AWS::ApplicationAutoScaling::ScalableTarget', {
      ...{
        ServiceNamespace: 'dynamodb',
        ResourceId: `table/${environment}-db-table`,
        MinCapacity: 1,
        MaxCapacity: 1,
      },
      ScalableDimension: 'dynamodb:table:ReadCapacityUnits',
    }),
  'a log, read by its name': (_the, environment) =>
    one('AWS::Logs::SubscriptionFilter', {
      ...{
        LogGroupName: `${environment}-db-log`,
        FilterPattern: '',
        DestinationArn: 'arn:aws:lambda:us-east-1:111111111111:function:mine',
      },
    }),
  'a table, by its ARN in a policy as text': (the) =>
    one('AWS::SSM::Parameter', {
      Type: 'String',
      Value: JSON.stringify(allow(`${arnOf(the('Table'))}/index/*`)),
    }),
};

for (const environment of environments) {
  const code = environment === 'dev' ? 'OtherScope' : 'OtherEnvironment';
  describe(`a dev request can't refer to ${environment}/db`, () => {
    const the: Held = (name) => {
      const asset = held[environment][name];
      if (asset === undefined) throw new Error(`${environment}/db has no ${name}`);
      return asset;
    };
    for (const [index, [what, attempt]] of Object.entries(attempts).entries())
      storyAt(index + environments.indexOf(environment), 5)(what, async () => {
        const calls = play.calls.length;
        const text = document('dev', `m-${environment}-${index}`, attempt(the, environment));
        expect(await ask('mallory', `m-${environment}-${index}`, text)).toMatchObject({
          status: 'Rejected',
          codes: [code],
        });
        expect(play.calls.length).toBe(calls);
      });

    story('by an id in a parameter', async () => {
      const body = `Parameters: { Group: { Type: String } }\nResources:\n  Mine: { Type: AWS::EC2::SecurityGroupIngress, Properties: { GroupId: !Ref Group, IpProtocol: '-1', CidrIp: 10.0.0.0/8 } }\n`;
      const parameters = { Group: the('Group').attributes.GroupId };
      const text = document('dev', `p-${environment}`, body);
      expect(await ask('mallory', `p-${environment}`, text, { parameters })).toMatchObject({ codes: [code] });
    });

    test('by an id in two halves, from parameters that are read at run time', async () => {
      const scope = `h-${environment}`;
      const id = String(the('Group').attributes.GroupId);
      const { ssm } = play.world.services;
      ssm.add(`/dev/${scope}/a`, { type: 'String', value: id.slice(0, 8) });
      ssm.add(`/dev/${scope}/b`, { type: 'String', value: id.slice(8) });
      const opening = {
        GroupId: `{{resolve:ssm:/dev/${scope}/a}}{{resolve:ssm:/dev/${scope}/b}}`,
        ...{ IpProtocol: 'tcp', FromPort: 443, ToPort: 443, CidrIp: '10.0.0.0/8' },
      };
      const body = one('AWS::EC2::SecurityGroupIngress', opening);
      const ended = await ask('mallory', scope, document('dev', scope, body));
      expect(ended).toMatchObject({ status: 'RolledBack', reason: expect.stringContaining(id) });
    });

    story('by a name that is assembled at run time', async () => {
      const word = { Word: { Type: 'AWS::SNS::Topic', Properties: { TopicName: 'data' } } };
      const bucket = { 'Fn::Join': ['-', [environment, 'db', { 'Fn::GetAtt': ['Word', 'TopicName'] }]] };
      const body = one('AWS::S3::BucketPolicy', { Bucket: bucket, PolicyDocument: allow('*', '*') }, word);
      const ended = await ask('mallory', `j-${environment}`, document('dev', `j-${environment}`, body));
      expect(ended).toMatchObject({
        status: 'RolledBack',
        reason: expect.stringContaining(`${environment}-db-data`),
      });
    });
  });
}

describe('but it may refer to', () => {
  test('values that the owners export', async () => {
    const body = `Resources:\n  Mine: { Type: AWS::EC2::SecurityGroupIngress, Properties: { GroupId: !ImportValue open-group, IpProtocol: tcp, FromPort: 443, ToPort: 443, CidrIp: 10.0.0.0/8 } }\n`;
    expect(await ask('zoe', 'imports', document('dev', 'imports', body))).toMatchObject({
      status: 'Completed',
    });
  });
  story('values that the owners publish as a parameter', async () => {
    const topic = held.dev.Shown?.identifier;
    const body = one('AWS::SNS::Subscription', {
      TopicArn: topic,
      Protocol: 'email',
      Endpoint: 'zoe@example.com',
    });
    expect(await ask('zoe', 'reads', document('dev', 'reads', body))).toMatchObject({ status: 'Completed' });
  });
  test('resources of the same requester', async () => {
    const body = one('AWS::SNS::Subscription', {
      ...{ TopicArn: held.dev.Topic?.identifier, Protocol: 'email', Endpoint: 'ana@example.com' },
    });
    expect(await ask('ana', 'owns', document('dev', 'owns', body))).toMatchObject({ status: 'Completed' });
  });
  test('resources of another environment that the settings allow', async () => {
    const body = one('AWS::IAM::ManagedPolicy', {
      PolicyDocument: allow('arn:aws:sns:us-east-1:111111111111:prod-mirror'),
    });
    expect(await ask('zoe', 'mirrors', document('dev', 'mirrors', body))).toMatchObject({
      status: 'Completed',
    });
  });
  test('ordinary words that are also names', async () => {
    const body = one('AWS::SNS::Topic', {
      TopicName: 'words',
      DisplayName: 'dataprod',
      Tags: [{ Key: 'prod-db-role', Value: 'dev-db-data' }],
    });
    expect(await ask('zoe', 'words', document('dev', 'words', body))).toMatchObject({ status: 'Completed' });
  });
});
