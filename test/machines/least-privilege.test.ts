import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { objectAt } from '../../lib/local/template/stack.ts';
import type { JsonValue } from '../../lib/model/json.ts';
import { scenarios } from './people-scenarios.ts';
import { manifest, openPlayground, type Playground, queueAndTopic } from './playground.ts';

/** Rights that are given together: one that is used is enough to need them. */
const together: string[][] = [
  ['dynamodb:GetItem', 'dynamodb:BatchGetItem', 'dynamodb:Query'],
  ['dynamodb:PutItem', 'dynamodb:UpdateItem', 'dynamodb:DeleteItem'],
  ['s3:GetObject', 's3:GetObjectVersion', 's3:ListBucket'],
  ['ssm:GetParameter', 'ssm:GetParameters'],
  ['states:SendTaskSuccess', 'states:SendTaskFailure'],
  ['states:DescribeExecution', 'states:ListExecutions'],
  ['cloudformation:GetResource', 'cloudformation:ListResources'],
  ['cloudformation:GetResourceRequestStatus', 'cloudformation:ListResourceRequests'],
  ['cloudformation:CreateResource', 'cloudformation:UpdateResource', 'cloudformation:DeleteResource'],
];

/** Rights that no call here shows, each with the reason. */
const unseen: [rights: RegExp, reason: string][] = [
  [/ kms:/, 'DynamoDB and S3 use the data key as whoever calls them; the local cloud encrypts nothing'],
  [/ (logs|xray):/, 'Lambda itself writes logs and traces'],
  [/ dynamodb:ConditionCheckItem/, 'a condition on a partition that is written elsewhere in its transaction'],
  [/cancel-request sqs:/, 'Lambda itself puts what the function could not do into its dead-letter queue'],
  [/ s3:PutObject/, 'what is too large for an item goes to the bucket'],
  [/perform states:/, 'only where the outcome of a step is there before its child has begun to wait'],
  [
    /settle states:StopExecution/,
    'an execution ends with the one that waits for it, unless that is a lost cause',
  ],
  [
    /settle (cloudformation|secretsmanager|ssm):/,
    'a call whose answer got lost with its invocation is made again: no invocation is lost half-way here',
  ],
];

const listOf = (value: JsonValue | undefined) => (value === undefined ? [] : [value].flat());

/** Every function with the actions its role allows and those it was seen to use. */
async function rightsOf(play: Playground, used: Map<string, Set<string>>) {
  const { stack } = play.world;
  const rights = new Map<string, { granted: Set<string>; used: Set<string> }>();
  for (const { name, properties } of stack.ofType('AWS::Lambda::Function')) {
    const roleName = String(properties.Role).split('/').at(-1) ?? '';
    const policies = stack
      .ofType('AWS::IAM::Policy')
      .filter((policy) => listOf(policy.properties.Roles).map(String).includes(roleName));
    const granted = new Set(
      policies
        .flatMap((policy) => listOf(objectAt(policy.properties, 'PolicyDocument').Statement))
        .flatMap((statement) => listOf((statement as { Action?: string | string[] }).Action))
        .map(String),
    );
    rights.set(name, { granted, used: used.get(roleName) ?? new Set() });
  }
  return rights;
}

describe('the rights of the functions, over requests of every kind', () => {
  let play: Playground;
  const used = new Map<string, Set<string>>();

  beforeAll(async () => {
    play = await openPlayground();
    const { authorizer } = play.world;
    const check = authorizer.check.bind(authorizer);
    authorizer.check = (caller, permission) => {
      const denial = check(caller, permission);
      const role = /assumed-role\/([^/]+)\//.exec(caller.arn)?.[1];
      if (denial === undefined && role !== undefined)
        used.set(role, (used.get(role) ?? new Set()).add(permission.action));
      return denial;
    };
    await everyKindOfRequest(play);
  }, 60_000);
  afterAll(() => play.close());

  it('are never exceeded', () => {
    expect(play.world.authorizer.denials).toEqual([]);
  });

  it('are all used: what is granted is needed', async () => {
    const unused: string[] = [];
    for (const [name, { granted, used: seen }] of await rightsOf(play, used))
      for (const action of granted) {
        const group = together.find((actions) => actions.includes(action)) ?? [action];
        const right = `${name} ${action}`;
        if (!group.some((one) => seen.has(one)) && !unseen.some(([rights]) => rights.test(right)))
          unused.push(right);
      }
    expect(unused.sort()).toEqual([]);
  });
});

async function everyKindOfRequest(play: Playground): Promise<void> {
  const { world } = play;
  for (const [index, scenario] of scenarios.entries()) {
    await scenario.before?.(play, `kind${index}`);
    await scenario.play(play, `kind${index}`, `kind${index}-r`);
  }
  // A secret, a parameter, a health check by alarm, an export and who imports it.
  world.services.secrets.add('baton/one', 'one');
  world.services.ssm.add('two', { type: 'String', value: 'two' });
  world.services.alarms.setState('three', 'OK');
  const outside = manifest(
    'outside',
    `Parameters: { Two: { Type: AWS::SSM::Parameter::Value<String>, Default: two } }
Resources:
  Place:
    Type: AWS::SSM::Parameter
    Properties: { Type: String, Name: outside, Value: '{{resolve:secretsmanager:baton/one}} {{resolve:ssm:two}}', Description: !Ref Two }
    Baton: { health: [{ kind: alarm, name: three }] }
Outputs: { Name: { Value: !Ref Place, Export: { Name: outside-name } } }`,
  );
  await play.submit('outside-r', outside);
  const importer = manifest(
    'importer',
    'Resources: { T: { Type: AWS::SNS::Topic, Properties: { DisplayName: !ImportValue outside-name } } }',
  );
  await play.submit('importer-r', importer);
  // What was there and is no longer wanted by anybody leaves the export too.
  await play.submit('importer-2', importer.replace('!ImportValue outside-name', 'alone'));
  await play.submit('outside-2', outside.replace(/Outputs:.*/, ''));
  await play.submit('by-reference', '', {
    document: undefined,
    documentReference: await play.deployment.upload(queueAndTopic('referred')),
  } as never);
  // Something somebody else changed; a wait for the lock; a cancellation in the queue and one in the run.
  const { store } = world.services.cloudControl;
  await play.submit('drift-1', queueAndTopic('drift'));
  for (const topic of store.list('AWS::SNS::Topic'))
    if (topic.properties.TopicName === 'drift-topic') store.delete(topic.type, topic.identifier);
  await play.submit(
    'drift-2',
    queueAndTopic('drift').replace('DisplayName: !GetAtt Queue.QueueName', 'DisplayName: x'),
  );
  await play.put('wait-1', queueAndTopic('wait'));
  await play.put('wait-2', queueAndTopic('wait', 60));
  await world.clock.quiet();
  await play.put('leave-1', queueAndTopic('leave'));
  await play.put('leave-2', queueAndTopic('leave', 60));
  play.when('pump-run', 'Pump', 2, () => play.cancel('leave-2'));
  play.when('pump-run', 'Pump', 3, () => play.cancel('leave-1'));
  await world.clock.quiet();
  await stops(play);
}

/** Executions that are stopped, with operations in flight, waiting tasks and calls nobody noted. */
async function stops(play: Playground): Promise<void> {
  const { stepFunctions } = play.world.services;
  const running = (machine: string) =>
    [...stepFunctions.executions.values()].find(
      ({ status, stateMachineName, mapRunArn }) =>
        status === 'RUNNING' && stateMachineName === `baton-${machine}` && !mapRunArn,
    )?.executionArn ?? '';
  const stop = (arn: string) => void stepFunctions.stopExecution(arn, 'Stopped', 'by a person');
  play.when('pump-run', 'Pump', 2, () => stop(running('govern-request')));
  await play.submit('stopped-1', queueAndTopic('stopped1'));
  play.when('pump-run', 'Pump', 2, () => stop(running('apply-plan')));
  await play.submit('stopped-2', queueAndTopic('stopped2'));
  play.when('apply-plan', 'RegisterAsset', 1, ({ executionArn }) => stop(executionArn));
  await play.submit('stopped-3', queueAndTopic('stopped3'));
  const watched = queueAndTopic('stopped4').replace(
    'Topic:',
    'Topic:\n    Baton: { health: [{ kind: alarm, name: three }] }',
  );
  play.when('pump-run', 'Pump', 2, () => stop(running('govern-request')));
  await play.submit('stopped-4', watched.replace('!GetAtt Queue.QueueName', 'alone'));
  await play.sweep();
  // What a child can not register, CloseRun registers.
  play.disturb({
    interceptTask: async ({ stateName }, proceed) => {
      if (stateName === 'RegisterAsset') throw Object.assign(new Error('no'), { name: 'RecordMissing' });
      return proceed();
    },
  });
  await play.submit('unregistered-r', queueAndTopic('unregistered'));
}
