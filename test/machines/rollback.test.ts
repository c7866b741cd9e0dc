import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { FaultQuestion } from '../../lib/local/cloud-control/operation.ts';
import { story, storyAt } from '../sample.ts';
import { manifest, openPlayground, type Playground, queueAndTopic } from './playground.ts';

let play: Playground;
beforeAll(async () => {
  play = await openPlayground();
});
afterEach(() => play.faults(() => undefined));
afterAll(() => play.close());

const failing =
  (type: string, errorCode = 'InvalidRequest') =>
  (question: FaultQuestion) =>
    question.type === type ? { errorCode, message: `${type} is made to fail` } : undefined;

/**
 * Returns the live properties and the desired properties in the inventory, by logical id: what a rollback must restore.
 */
async function stateOf(scope: string) {
  const live = await play.live(scope);
  const assets = await play.assets(scope);
  return assets.map(
    ({ logicalId, identifier, desired, applied, attributes, dependsOn, dependsOnAssets }) => ({
      logicalId,
      desired,
      applied,
      attributes,
      dependsOn,
      dependsOnAssets,
      properties: live.find((resource) => resource.identifier === identifier)?.properties,
    }),
  );
}

/** The last resource of a story: a log group, which can be made to fail. */
const last = (scope: string, dependsOn: string) =>
  `  Last: { Type: AWS::Logs::LogGroup, DependsOn: [${dependsOn}], Properties: { LogGroupName: ${scope}-last } }`;

const queue = (scope: string, properties = 'VisibilityTimeout: 30') =>
  `  Queue: { Type: AWS::SQS::Queue, Properties: { QueueName: ${scope}-queue, ${properties} } }`;
const topic = (scope: string, display: string) =>
  `  Topic: { Type: AWS::SNS::Topic, Properties: { TopicName: ${scope}-topic, DisplayName: ${display} } }`;

/** The initial resources, and a request that changes them before its last step fails. */
const stories: [what: string, first: (scope: string) => string[], second: (scope: string) => string[]][] = [
  ['an update', (s) => [queue(s)], (s) => [queue(s, 'VisibilityTimeout: 60'), last(s, 'Queue')]],
  [
    'an update that sets what was not set',
    (s) => [queue(s)],
    (s) => [
      queue(s, 'VisibilityTimeout: 30, DelaySeconds: 5, Tags: [{ Key: a, Value: b }]'),
      last(s, 'Queue'),
    ],
  ],
  [
    'an update that no longer sets what was set',
    (s) => [queue(s, 'VisibilityTimeout: 30, DelaySeconds: 5, Tags: [{ Key: a, Value: b }]')],
    (s) => [queue(s), last(s, 'Queue')],
  ],
  [
    'updates of two, one of which refers to the other',
    (s) => [queue(s), topic(s, '!GetAtt Queue.QueueName')],
    (s) => [
      queue(s, 'VisibilityTimeout: 60'),
      topic(s, '!Join [" ", [!GetAtt Queue.QueueName, again]]'),
      last(s, 'Topic'),
    ],
  ],
  [
    'an update that no longer refers to what is updated too',
    (s) => [queue(s), topic(s, '!GetAtt Queue.QueueName')],
    (s) => [queue(s, 'VisibilityTimeout: 60'), topic(s, 'alone'), last(s, 'Topic, Queue')],
  ],
  [
    'an update that no longer refers to what stays',
    (s) => [queue(s), topic(s, '!GetAtt Queue.QueueName')],
    (s) => [queue(s), topic(s, 'alone'), last(s, 'Topic')],
  ],
  [
    'a replacement, and an update of what refers to it',
    (s) => [
      `  Role: { Type: AWS::SNS::Topic, Properties: { TopicName: ${s}-one } }`,
      queue(s, 'Tags: [{ Key: t, Value: !Ref Role }]'),
    ],
    (s) => [
      `  Role: { Type: AWS::SNS::Topic, Properties: { TopicName: ${s}-two } }`,
      queue(s, 'Tags: [{ Key: t, Value: !Ref Role }]'),
      last(s, 'Queue'),
    ],
  ],
];

describe('a failed request restores exactly the previous state', () => {
  for (const [index, [what, first, second]] of stories.entries())
    storyAt(index, 8)(what, async () => {
      const scope = `back-${index}`;
      const body = (lines: string[]) => manifest(scope, `Resources:\n${lines.join('\n')}`);
      expect(await play.submit(`${scope}-1`, body(first(scope)))).toMatchObject({ status: 'Completed' });
      const state = await stateOf(scope);
      play.faults(failing('AWS::Logs::LogGroup'));
      expect(await play.submit(`${scope}-2`, body(second(scope)))).toMatchObject({
        status: 'RolledBack',
        reason: expect.stringContaining('made to fail'),
      });
      expect(await stateOf(scope)).toEqual(state);
      expect(await play.findings(scope, `${scope}-1`, `${scope}-2`)).toEqual([]);
      play.faults(() => undefined);
      // And nothing is left that would affect the next request.
      const calls = play.calls.length;
      expect(await play.submit(`${scope}-3`, body(first(scope)))).toMatchObject({ status: 'Completed' });
      expect(play.calls.length).toBe(calls);
    });

  it('a delete: the resource is created again', async () => {
    await play.submit('gone-1', queueAndTopic('gone'));
    const state = await stateOf('gone');
    // The topic is deleted. Then the deletion of the queue, which is no longer needed, fails.
    play.faults(({ type, operation }) =>
      type === 'AWS::SQS::Queue' && operation === 'DELETE'
        ? { errorCode: 'AccessDenied', message: 'may not be deleted' }
        : undefined,
    );
    const nothing = manifest('gone', `Resources:\n${last('gone', '').replace('DependsOn: [], ', '')}`);
    expect(await play.submit('gone-2', nothing)).toMatchObject({ status: 'RolledBack' });
    expect(await stateOf('gone')).toEqual(state);
    expect(await play.findings('gone', 'gone-1', 'gone-2')).toEqual([]);
  });
});

describe('a failing step', () => {
  it('recovers after one failure, and the request completes', async () => {
    play.faults(({ type, attempt }) =>
      type === 'AWS::SQS::Queue' && attempt === 1
        ? { errorCode: 'ServiceInternalError', message: 'for a moment' }
        : undefined,
    );
    expect(await play.submit('once-r', queueAndTopic('once'))).toMatchObject({ status: 'Completed' });
    expect(await play.findings('once', 'once-r')).toEqual([]);
  });

  story('recovers after a period of throttling at every call', async () => {
    let left = 6;
    play.faults(() => {
      left -= 1;
      return left >= 0 ? { errorCode: 'ThrottlingException', at: 'call' } : undefined;
    });
    expect(await play.submit('slow-r', queueAndTopic('slow'))).toMatchObject({ status: 'Completed' });
    expect(await play.findings('slow', 'slow-r')).toEqual([]);
  });

  it('that fails for good rolls back the other steps', async () => {
    play.faults(failing('AWS::SNS::Topic', 'ServiceInternalError'));
    expect(await play.submit('good-r', queueAndTopic('good'))).toMatchObject({
      status: 'RolledBack',
      reason: expect.stringMatching(/create:Topic failed: ServiceInternalError.*rolled back/),
    });
    expect(await play.live('good')).toEqual([]);
    expect(await play.findings('good', 'good-r')).toEqual([]);
  });

  story('with failed changes to be kept leaves the completed steps, registered', async () => {
    play.faults(failing('AWS::SNS::Topic'));
    const document = queueAndTopic('kept').replace('reason:', 'onFailure: keep\nreason:');
    expect(await play.submit('kept-r', document)).toMatchObject({
      status: 'Failed',
      reason: expect.stringContaining('1 of 2 steps succeeded and were kept'),
    });
    expect((await play.assets('kept')).map(({ logicalId }) => logicalId)).toEqual(['Queue']);
    play.faults(() => undefined);
    // The same request again creates what was missing.
    expect(await play.submit('kept-r2', document)).toMatchObject({ status: 'Completed' });
    expect(await play.findings('kept', 'kept-r', 'kept-r2')).toEqual([]);
  });

  it('that leaves a partial resource deletes it in the rollback', async () => {
    play.faults(({ type, operation }) =>
      type === 'AWS::SNS::Topic' && operation === 'CREATE'
        ? { errorCode: 'NotStabilized', message: 'never became whole', effect: true }
        : undefined,
    );
    expect(await play.submit('half-r', queueAndTopic('half'))).toMatchObject({ status: 'RolledBack' });
    const left = play.world.services.cloudControl.store.list();
    expect(left.filter(({ properties }) => JSON.stringify(properties).includes('half-'))).toEqual([]);
    expect(await play.findings('half', 'half-r')).toEqual([]);
  });

  it('that also fails in the rollback leaves named and registered resources', async () => {
    play.faults(({ type, operation }) => {
      if (type === 'AWS::SNS::Topic') return { errorCode: 'InvalidRequest', message: 'no topic' };
      return operation === 'DELETE'
        ? { errorCode: 'AccessDenied', message: 'may not be deleted' }
        : undefined;
    });
    const end = await play.submit('stuck-r', queueAndTopic('stuck'));
    expect(end).toMatchObject({
      status: 'Failed',
      reason: expect.stringMatching(/no topic.*The rollback failed too.*may not/),
    });
    expect((await play.assets('stuck')).map(({ logicalId }) => logicalId)).toEqual(['Queue']);
    expect(await play.findings('stuck', 'stuck-r')).toEqual([]);
  });
});

describe('a resource that exists already', () => {
  it('and belongs to another owner is an error, and stays', async () => {
    await play.submit('mine-r', queueAndTopic('mine'));
    const body = manifest('yours', `Resources:\n${queue('mine')}`);
    expect(await play.submit('yours-r', body)).toMatchObject({
      status: 'RolledBack',
      reason: expect.stringContaining('AlreadyExists'),
    });
    expect((await play.live('mine')).length).toBe(2);
    expect(await play.findings('mine', 'mine-r', 'yours-r')).toEqual([]);
  });

  story('because of an earlier attempt is not taken over, because nothing proves its owner', async () => {
    const { store } = play.world.services.cloudControl;
    play.faults(({ type, attempt, properties = {} }) => {
      if (type !== 'AWS::Logs::LogGroup') return undefined;
      if (attempt === 1) return { errorCode: 'InternalFailure', message: 'the handler died' };
      // The handler died after it requested the log group, which exists before the second attempt.
      const live = { ...properties, Arn: 'arn:aws:logs:us-east-1:111111111111:log-group:own-last:*' };
      store.put({ type, identifier: 'own-last', properties: live, createdMillis: 0 });
      return undefined;
    });
    const body = manifest('own', `Resources:\n${last('own', '').replace('DependsOn: [], ', '')}`);
    expect(await play.submit('own-r', body)).toMatchObject({
      status: expect.stringMatching(/RolledBack|Failed/),
      reason: expect.stringContaining('AlreadyExists'),
    });
    expect(await play.assets('own')).toEqual([]);
    const left = store.list().filter(({ identifier }) => identifier === 'own-last');
    expect(left).toHaveLength(1);
  });

  story('because this step partly created it is deleted', async () => {
    play.faults(({ type, attempt }) =>
      type === 'AWS::SQS::Queue' && attempt === 1
        ? { errorCode: 'NetworkFailure', message: 'the answer got lost', effect: true }
        : undefined,
    );
    expect(await play.submit('lost-r', queueAndTopic('lost'))).toMatchObject({ status: 'RolledBack' });
    expect(await play.live('lost')).toEqual([]);
    expect(await play.findings('lost', 'lost-r')).toEqual([]);
  });
});
