import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { rolesOf } from '../../lib/local/bring-up/roles.ts';
import type { StoredResource } from '../../lib/local/cloud-control/resource-store.ts';
import { evaluate } from '../../lib/local/iam/evaluate.ts';
import { sessionIdentity } from '../../lib/local/iam/identity.ts';
import { isObject, type JsonObject } from '../../lib/model/json.ts';
import { environmentTag } from '../../lib/model/tags.ts';
import { manifest, openPlayground, type Playground } from '../machines/playground.ts';
import { story, storyAt } from '../sample.ts';

/**
 * Environments share an account. An attacker uses the provisioning role of one environment to change resources that
 * have the tag of another and are in no inventory, or to tag resources for another.
 */
let play: Playground;
beforeAll(async () => {
  play = await openPlayground();
});
afterAll(async () => {
  expect(play.world.internalErrors).toEqual([]);
  await play.close();
});

const account = '111111111111';
const cloud = () => play.world.services.cloudControl;
const tag = (environment: string) => ({ Key: environmentTag, Value: environment });

/** Resources of another environment by type: identifier, properties, and the change that an attacker would make. */
const things: [type: string, identifier: string, properties: JsonObject, change: string][] = [
  [
    'AWS::SQS::Queue',
    `https://sqs.us-east-1.amazonaws.com/${account}/orders`,
    { QueueName: 'orders' },
    '/VisibilityTimeout',
  ],
  ['AWS::S3::Bucket', 'orders', { BucketName: 'orders', AbacStatus: 'Enabled' }, '/VersioningConfiguration'],
  ['AWS::SNS::Topic', `arn:aws:sns:us-east-1:${account}:orders`, { TopicName: 'orders' }, '/DisplayName'],
  ['AWS::DynamoDB::Table', 'orders', { TableName: 'orders' }, '/DeletionProtectionEnabled'],
  ['AWS::Logs::LogGroup', 'orders-log', { LogGroupName: 'orders-log' }, '/RetentionInDays'],
  ['AWS::Lambda::Function', 'orders-function', { FunctionName: 'orders-function' }, '/Timeout'],
  [
    'AWS::EC2::SecurityGroup',
    'sg-0123',
    { GroupDescription: 'orders', GroupId: 'sg-0123' },
    '/SecurityGroupIngress',
  ],
  ['AWS::EFS::FileSystem', 'fs-0123', { FileSystemId: 'fs-0123' }, '/ThroughputMode'],
  ['AWS::Cognito::UserPool', 'us-east-1_orders', { UserPoolId: 'us-east-1_orders' }, '/MfaConfiguration'],
  ['AWS::AutoScaling::AutoScalingGroup', 'orders-group', { MinSize: '1', MaxSize: '1' }, '/MaxSize'],
];
const tagProperties: Record<string, string> = {
  'AWS::EFS::FileSystem': 'FileSystemTags',
  'AWS::Cognito::UserPool': 'UserPoolTags',
};
const tagProperty = (type: string) => tagProperties[type] ?? 'Tags';
const tagsFor = (type: string, environment: string) =>
  type === 'AWS::Cognito::UserPool' ? { [environmentTag]: environment } : [tag(environment)];

/** Adds a resource to the cloud that is in no inventory. */
function putThing([type, identifier, properties]: (typeof things)[number], environment?: string) {
  const tags = environment === undefined ? {} : { [tagProperty(type)]: tagsFor(type, environment) };
  const resource = { type, identifier, properties: { ...properties, ...tags }, createdMillis: 0 };
  cloud().store.put(resource);
  return resource;
}

let calls = 0;
/** Calls Cloud Control with the provisioning role of an environment, as a holder of the role of `pump` can. */
async function call(
  operation: string,
  environment: string,
  type: string,
  input: JsonObject,
): Promise<string> {
  calls += 1;
  const RoleArn = `arn:aws:iam::${account}:role/baton-provisioning-${environment}`;
  const token: JsonObject = operation === 'GetResource' ? {} : { ClientToken: `by-hand-${calls}` };
  try {
    await cloud().call(operation, { TypeName: type, RoleArn, ...token, ...input }, {} as never);
  } catch (error) {
    return (error as Error).name;
  }
  await play.world.clock.quiet();
  return 'taken';
}
const patch = (path: string, value: unknown) => JSON.stringify([{ op: 'add', path, value }]);

for (const theirs of ['regulated', 'prod'])
  describe(`the role of dev can't change resources tagged ${theirs}`, () => {
    for (const thing of things)
      test(thing[0], async () => {
        const [type, Identifier, , change] = thing;
        const before = putThing(thing, theirs);
        const tags = `/${tagProperty(type)}`;
        const attempts: [operation: string, input: JsonObject][] = [
          ['UpdateResource', { Identifier, PatchDocument: patch(change, 'x') }],
          ['UpdateResource', { Identifier, PatchDocument: patch(tags, tagsFor(type, 'dev')) }],
          ['UpdateResource', { Identifier, PatchDocument: JSON.stringify([{ op: 'remove', path: tags }]) }],
          ['DeleteResource', { Identifier }],
          ['GetResource', { Identifier }],
        ];
        for (const [operation, input] of attempts)
          expect([operation, await call(operation, 'dev', type, input)]).toEqual([
            operation,
            'AccessDeniedException',
          ]);
        expect(cloud().store.get(type, Identifier)).toEqual(before);
        expect(await call('GetResource', theirs, type, { Identifier })).toMatch(
          // prod may not provision every type.
          theirs === 'prod' ? /taken|AccessDenied/ : /taken/,
        );
        cloud().store.delete(type, Identifier);
      });
  });

describe("the role of dev can't set the tag of another environment", () => {
  for (const thing of things)
    test(thing[0], async () => {
      const [type, Identifier] = thing;
      const before = putThing(thing);
      const PatchDocument = patch(`/${tagProperty(type)}`, tagsFor(type, 'prod'));
      expect(await call('UpdateResource', 'dev', type, { Identifier, PatchDocument })).toBe(
        'AccessDeniedException',
      );
      expect(cloud().store.get(type, Identifier)).toEqual(before);
      cloud().store.delete(type, Identifier);
      const DesiredState = JSON.stringify({ ...thing[2], [tagProperty(type)]: tagsFor(type, 'prod') });
      expect(await call('CreateResource', 'dev', type, { DesiredState })).toBe('AccessDeniedException');
    });
});

test('the role policies limit each environment to its own resources', () => {
  const roles = rolesOf(play.world.stack);
  const names = ['dev', 'regulated', 'prod'];
  const may = (name: string, context: Record<string, string>) => {
    const role = roles.get(`arn:aws:iam::${account}:role/baton-provisioning-${name}`);
    if (role === undefined) throw new Error(`there is no role of ${name}`);
    const caller = sessionIdentity(role, 'CloudControl');
    return evaluate({ caller, action: 'sqs:DeleteQueue', resource: '*', context }).allowed;
  };
  for (const mine of names)
    for (const theirs of [...names, 'staging'])
      for (const key of ['aws:ResourceTag', 'aws:RequestTag', 'AWS:resourcetag'])
        expect([mine, theirs, may(mine, { [`${key}/${environmentTag}`]: theirs })]).toEqual([
          ...[mine, theirs],
          mine === theirs,
        ]);
  // If a resource has no environment tag, or the service has no tag condition keys, the policy doesn't apply.
  for (const mine of names) expect(may(mine, { 'aws:ResourceTag/team': 'shop' })).toBe(true);
});

const statement = {
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action: '*', Principal: { AWS: '222222222222' }, Resource: '*' }],
};
const resources = (body: JsonObject) => `Resources: ${JSON.stringify(body)}\n`;
const one = (Type: string, Properties: JsonObject, more: JsonObject = {}) =>
  resources({ Mine: { Type, Properties }, ...more });
const [queue, bucket, topic, table, log, lambda, group] = things as [
  ...[(typeof things)[0], (typeof things)[0], (typeof things)[0], (typeof things)[0]],
  ...[(typeof things)[0], (typeof things)[0], (typeof things)[0]],
];

describe('a dev request that names resources tagged prod and not in any inventory changes nothing', () => {
  const attempts: Record<string, [thing: (typeof things)[number], body: string]> = {
    'a policy of a queue': [
      queue,
      one('AWS::SQS::QueueInlinePolicy', { Queue: queue[1], PolicyDocument: statement }),
    ],
    'a policy of a bucket': [
      bucket,
      one('AWS::S3::BucketPolicy', { Bucket: 'orders', PolicyDocument: statement }),
    ],
    'a policy of a topic': [
      topic,
      one('AWS::SNS::TopicInlinePolicy', { TopicArn: topic[1], PolicyDocument: statement }),
    ],
    'a subscription of a topic': [
      topic,
      one('AWS::SNS::Subscription', { TopicArn: topic[1], Protocol: 'email', Endpoint: 'm@example.com' }),
    ],
    'a rule of a security group': [
      group,
      one('AWS::EC2::SecurityGroupIngress', {
        ...{ GroupId: 'sg-0123', IpProtocol: 'tcp', FromPort: 22, ToPort: 22, CidrIp: '10.0.0.0/8' },
      }),
    ],
    'a permission of a function': [
      lambda,
      one('AWS::Lambda::Permission', {
        ...{ FunctionName: `arn:aws:lambda:us-east-1:${account}:function:orders-function` },
        ...{ Action: 'lambda:InvokeFunction', Principal: 's3.amazonaws.com', SourceAccount: account },
      }),
    ],
    'a subscription to a log': [
      log,
      one('AWS::Logs::SubscriptionFilter', {
        ...{ LogGroupName: 'orders-log', FilterPattern: '' },
        DestinationArn: `arn:aws:lambda:us-east-1:${account}:function:mine`,
      }),
    ],
    'a policy of a queue whose URL is assembled at run time': [
      queue,
      one(
        'AWS::SQS::QueueInlinePolicy',
        {
          PolicyDocument: statement,
          Queue: { 'Fn::Sub': `${queue[1].replace('orders', '')}\${Word.TopicName}` },
        },
        { Word: { Type: 'AWS::SNS::Topic', Properties: { TopicName: 'orders' } } },
      ),
    ],
    'a log group under its name': [log, one('AWS::Logs::LogGroup', { LogGroupName: 'orders-log' })],
    'a table under its name': [
      table,
      one('AWS::DynamoDB::Table', {
        ...{ TableName: 'orders', BillingMode: 'PAY_PER_REQUEST' },
        AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
        KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
      }),
    ],
  };
  for (const [index, [what, [thing, body]]] of Object.entries(attempts).entries())
    storyAt(index, 8)(what, async () => {
      const before = putThing(thing, 'prod');
      const scope = `names-${index}`;
      const { status, reason } = await play.submit(scope, manifest(scope, body));
      expect(status).toBe('RolledBack');
      expect(reason).toMatch(/not authorized|AccessDenied/);
      expect(cloud().store.get(thing[0], thing[1])).toEqual(before);
      expect(await play.live(scope)).toEqual([]);
      cloud().store.delete(thing[0], thing[1]);
    });
});

describe('rejects a request that sets a tag reserved for Baton', () => {
  const attempts: Record<string, [body: string, more?: JsonObject]> = {
    'the tag of another environment': [one('AWS::SQS::Queue', { Tags: [tag('prod')] })],
    'the same in another case': [
      one('AWS::SQS::Queue', { Tags: [{ Key: 'Baton:Environment', Value: 'dev' }] }),
    ],
    'another tag of Baton': [one('AWS::SQS::Queue', { Tags: [{ Key: 'baton:owner', Value: 'me' }] })],
    'a map of tags': [one('AWS::Cognito::UserPool', { UserPoolTags: { [environmentTag]: 'prod' } })],
    'tags of launched instances': [
      one('AWS::EC2::LaunchTemplate', {
        LaunchTemplateData: { TagSpecifications: [{ ResourceType: 'instance', Tags: [tag('prod')] }] },
      }),
    ],
    'a value from a parameter': [
      `Parameters: { Where: { Type: String } }\n${one('AWS::SQS::Queue', { Tags: [{ Key: environmentTag, Value: { Ref: 'Where' } }] })}`,
      { parameters: { Where: 'prod' } },
    ],
    'tags from another resource': [
      one(
        'AWS::SQS::Queue',
        { Tags: { 'Fn::Split': [',', { 'Fn::GetAtt': ['Word', 'TopicName'] }] } },
        { Word: { Type: 'AWS::SNS::Topic', Properties: {} } },
      ),
    ],
  };
  for (const [index, [what, [body, more]]] of Object.entries(attempts).entries())
    storyAt(index, 8)(what, async () => {
      const scope = `tags-${index}`;
      expect(await play.submit(scope, manifest(scope, body), more)).toMatchObject({ status: 'Rejected' });
      const { problems } = await play.deployment.ledger.request(scope);
      expect(problems?.map(({ code }) => code)[0]).toMatch(/ReservedTag|TagsNotReadable|WrongType/);
      expect(await play.live(scope)).toEqual([]);
    });

  test('with a key that is assembled at run time', async () => {
    const Key = { 'Fn::Join': [':', ['baton', { 'Fn::GetAtt': ['Word', 'TopicName'] }]] };
    const Word = { Type: 'AWS::SNS::Topic', Properties: { TopicName: 'environment' } };
    const body = one('AWS::SQS::Queue', { Tags: [{ Key, Value: 'prod' }] }, { Word });
    expect(await play.submit('late', manifest('late', body))).toMatchObject({
      status: 'RolledBack',
      reason: expect.stringContaining(environmentTag),
    });
    expect(await play.live('late')).toEqual([]);
  });
});

story("can't change or delete a dev asset that someone tagged prod", async () => {
  const body = (seconds: number) =>
    manifest('moved', one('AWS::SQS::Queue', { QueueName: 'moved', VisibilityTimeout: seconds }));
  expect(await play.submit('moved-1', body(1))).toMatchObject({ status: 'Completed' });
  const [stored] = await play.live('moved');
  if (stored === undefined) throw new Error('there is no queue');
  stored.properties.Tags = [tag('prod')];
  const before = structuredClone(stored);
  const ended = await play.submit('moved-2', body(2));
  expect(ended.status).toMatch(/RolledBack|Failed/);
  const gone = await play.submit('moved-3', manifest('moved', one('AWS::SNS::Topic', {})));
  expect(gone.status).not.toBe('Completed');
  expect(cloud().store.get(stored.type, stored.identifier)).toEqual(before);
  cloud().store.delete(stored.type, stored.identifier);
});

describe('resources of an environment carry its tag and stay changeable', () => {
  const tagsIn = ({ type, properties }: StoredResource) => {
    const tags = properties[tagProperty(type)];
    return Array.isArray(tags) ? tags : isObject(tags) ? Object.entries(tags) : [];
  };
  const body = (seconds: number, late = false, own: object[] = [{ Key: 'team', Value: 'shop' }]) =>
    resources({
      Queue: { Type: 'AWS::SQS::Queue', Properties: { VisibilityTimeout: seconds, Tags: own as never } },
      Bucket: { Type: 'AWS::S3::Bucket', Properties: {} },
      Pool: { Type: 'AWS::Cognito::UserPool', Properties: {} },
      Files: { Type: 'AWS::EFS::FileSystem', Properties: {} },
      Policy: {
        Type: 'AWS::SQS::QueueInlinePolicy',
        Properties: { Queue: { Ref: 'Queue' }, PolicyDocument: statement },
      },
      ...(late && { Late: { Type: 'AWS::Kinesis::Stream', Properties: {}, DependsOn: 'Queue' } }),
    });
  const submit = (id: string, text: string) => play.submit(id, manifest('own', text));

  story('through create, update, failure, rollback, update again and deletion', async () => {
    expect(await submit('own-1', body(1))).toMatchObject({ status: 'Completed' });
    for (const resource of await play.live('own'))
      if (resource.type !== 'AWS::SQS::QueueInlinePolicy')
        expect(JSON.stringify(tagsIn(resource))).toContain('dev');
    expect(await submit('own-2', body(2))).toMatchObject({ status: 'Completed' });
    play.faults(({ type }) =>
      type === 'AWS::Kinesis::Stream' ? { errorCode: 'InvalidRequest', message: 'no' } : undefined,
    );
    const before = await play.live('own');
    expect(await submit('own-3', body(3, true))).toMatchObject({ status: 'RolledBack' });
    expect(await play.live('own')).toEqual(before);
    play.faults(() => undefined);
    expect(await submit('own-4', body(3, true))).toMatchObject({ status: 'Completed' });
    const made = play.calls.length;
    expect(await submit('own-5', body(3, true))).toMatchObject({ status: 'Completed' });
    expect(play.calls.length).toBe(made);
    const type = 'AWS::SQS::Queue';
    expect(
      await submit('own-6', resources({ Topic: { Type: 'AWS::SNS::Topic', Properties: {} } })),
    ).toMatchObject({ status: 'Completed' });
    expect((await play.live('own')).filter((one) => one.type === type)).toEqual([]);
  });

  story('and older resources get the tag with their next update', async () => {
    const text = (seconds: number, late = false) =>
      manifest(
        'old',
        resources({
          Queue: { Type: 'AWS::SQS::Queue', Properties: { VisibilityTimeout: seconds } },
          ...(late && { Late: { Type: 'AWS::Kinesis::Stream', Properties: {}, DependsOn: 'Queue' } }),
        }),
      );
    expect(await play.submit('old-1', text(1))).toMatchObject({ status: 'Completed' });
    await forget('old');
    const calls = play.calls.length;
    expect(await play.submit('old-2', text(1))).toMatchObject({ status: 'Completed' });
    expect(play.calls.length).toBe(calls);
    const live = async () => (await play.live('old')).find(({ type }) => type === 'AWS::SQS::Queue');
    const byOthers = { Key: 'cost-center', Value: '42' };
    const stored = await live();
    if (stored !== undefined) stored.properties.Tags = [byOthers];
    play.faults(({ type }) =>
      type === 'AWS::Kinesis::Stream' ? { errorCode: 'InvalidRequest', message: 'no' } : undefined,
    );
    expect(await play.submit('old-3', text(2, true))).toMatchObject({ status: 'RolledBack' });
    expect((await live())?.properties).toMatchObject({ VisibilityTimeout: 1, Tags: [byOthers] });
    play.faults(() => undefined);
    expect(await play.submit('old-4', text(2, true))).toMatchObject({ status: 'Completed' });
    const tags = (await live())?.properties.Tags;
    expect(tags).toHaveLength(2);
    expect(tags).toEqual(expect.arrayContaining([tag('dev'), byOthers]));
  });

  /** Resets the assets of a scope to before Baton tagged resources. */
  async function forget(scope: string) {
    const { inventory, ledger } = play.deployment;
    for (const before of await play.assets(scope)) {
      const bare = ({ Tags: _, ...rest }: JsonObject): JsonObject => rest;
      const after = {
        ...before,
        ...{
          desired: bare(before.desired),
          applied: bare(before.applied),
          attributes: bare(before.attributes),
        },
        version: before.version + 1,
      };
      const { version, runId, changeId } = after;
      const at = '2026-01-02T00:00:00.000Z';
      await ledger.table.transact(
        await inventory.versionWrites({
          ...{ assetId: before.id, version, before, after, runId, changeId, actor: 'tests', at },
        }),
      );
      const stored = cloud().store.get(before.type, before.identifier);
      if (stored !== undefined) stored.properties = bare(stored.properties);
    }
  }
});
