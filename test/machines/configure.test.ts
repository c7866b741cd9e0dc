import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Asset } from '../../lib/model/asset.ts';
import type { JsonValue } from '../../lib/model/json.ts';
import { manifest, openPlayground, type Playground } from './playground.ts';
import { verifyTrail } from './trail-holds.ts';

/** An ordinary week of a scope whose properties are configured one by one in addition to its manifest. */
let play: Playground;
beforeAll(async () => {
  play = await openPlayground();
});
afterAll(async () => {
  expect(play.world.internalErrors).toEqual([]);
  await play.close();
});

const scope = 'tuned';
const document = (seconds: number | string, name = 'one') =>
  manifest(
    scope,
    `Resources:
  Queue:
    Type: AWS::SQS::Queue
    Properties: { QueueName: tuned-queue, VisibilityTimeout: ${seconds}, DelaySeconds: 1 }
    Baton: { health: { kind: property, path: QueueName, equals: tuned-queue } }
  Topic:
    Type: AWS::SNS::Topic
    Properties: { TopicName: tuned-topic, DisplayName: ${name} }
Outputs:
  Delay: { Value: !GetAtt Queue.QueueName, Export: { Name: tuned-name } }`,
  );

const asset = async (logicalId = 'Queue', of = scope): Promise<Asset> => {
  const found = (await play.assets(of)).find((one) => one.logicalId === logicalId && one.status === 'Active');
  if (found === undefined) throw new Error(`${of} has no ${logicalId}`);
  return found;
};
const live = async (logicalId: string, name: string): Promise<JsonValue | undefined> => {
  const { type, identifier } = await asset(logicalId);
  return play.world.services.cloudControl.store.get(type, identifier)?.properties[name];
};

interface Changed {
  set?: Record<string, JsonValue>;
  remove?: string[];
  release?: string[];
}
async function configure(requestId: string, changes: Record<string, Changed>, of = scope) {
  const named = await Promise.all(
    Object.entries(changes).map(async ([logicalId, change]) => {
      const { id, type } = await asset(logicalId);
      return { asset: id, type, ...change };
    }),
  );
  const header = { environment: 'dev', service: of, owner: 'tests', reason: 'tuning' };
  await play.deployment.putEvent('Infrastructure Request', { requestId, header, changes: named });
  await play.world.clock.quiet();
  return play.ending(requestId);
}

it('starts with a manifest', async () => {
  expect(await play.submit('tuned-1', document(30))).toMatchObject({ status: 'Completed' });
});

it('changes one property, calls the provider for nothing else, and checks health', async () => {
  const before = play.calls.length;
  expect(await configure('tuned-2', { Queue: { set: { VisibilityTimeout: '45' } } })).toMatchObject({
    status: 'Completed',
  });
  expect(play.calls.slice(before).map(({ kind, type }) => `${kind} ${type}`)).toEqual([
    'UPDATE AWS::SQS::Queue',
  ]);
  expect(await live('Queue', 'VisibilityTimeout')).toBe(45);
  expect(await asset()).toMatchObject({
    desired: { VisibilityTimeout: 45, DelaySeconds: 1 },
    owners: [{ path: 'VisibilityTimeout', requestId: 'tuned-2', manifest: 30 }],
    health: [{ kind: 'property' }],
  });
});

it('is kept if the manifest is submitted again, unchanged or with another change', async () => {
  expect(await play.submit('tuned-3', document(30))).toMatchObject({ status: 'Completed' });
  expect(await play.submit('tuned-4', document(30, 'two'))).toMatchObject({ status: 'Completed' });
  expect(await live('Queue', 'VisibilityTimeout')).toBe(45);
  expect(await live('Topic', 'DisplayName')).toBe('two');
});

it('rolls back its owners too after a failure, and works the next time', async () => {
  const { owners } = await asset();
  let failures = 1;
  play.faults(({ type, operation }) => {
    if (type !== 'AWS::SQS::Queue' || operation !== 'UPDATE' || failures-- <= 0) return undefined;
    return { errorCode: 'InvalidRequest', message: 'not now', effect: true };
  });
  const changes = { Queue: { set: { DelaySeconds: 9 } }, Topic: { set: { DisplayName: 'three' } } };
  expect(await configure('tuned-5', changes)).toMatchObject({ status: 'RolledBack' });
  play.faults(() => undefined);
  expect((await asset()).owners).toEqual(owners);
  expect((await asset('Topic')).owners ?? []).toEqual([]);
  expect(await live('Topic', 'DisplayName')).toBe('two');
  expect(await configure('tuned-6', changes)).toMatchObject({ status: 'Completed' });
  expect(await live('Queue', 'DelaySeconds')).toBe(9);
  expect((await asset()).owners?.map(({ path }) => path)).toEqual(['DelaySeconds', 'VisibilityTimeout']);
});

it('returns a property to the manifest', async () => {
  expect(await configure('tuned-7', { Queue: { release: ['DelaySeconds'] } })).toMatchObject({
    status: 'Completed',
  });
  expect(await live('Queue', 'DelaySeconds')).toBe(1);
});

it('loses a property to a manifest that changes it', async () => {
  expect(await play.submit('tuned-8', document(60, 'two'))).toMatchObject({ status: 'Completed' });
  expect(await live('Queue', 'VisibilityTimeout')).toBe(60);
  expect((await asset()).owners ?? []).toEqual([]);
});

it('waits for another request in the scope, and changes its result', async () => {
  await play.put('tuned-9', document(70, 'four'));
  const { id, type } = await asset();
  await play.deployment.putEvent('Infrastructure Request', {
    requestId: 'tuned-10',
    header: { environment: 'dev', service: scope, owner: 'tests', reason: 'tuning' },
    changes: [{ asset: id, type, set: { DelaySeconds: 3 } }],
  });
  await play.world.clock.quiet();
  expect(await play.ending('tuned-9')).toMatchObject({ status: 'Completed' });
  expect(await play.ending('tuned-10')).toMatchObject({ status: 'Completed' });
  expect(await live('Queue', 'VisibilityTimeout')).toBe(70);
  expect(await live('Queue', 'DelaySeconds')).toBe(3);
});

it('keeps the exports and imports of the scope', async () => {
  const exported = await play.deployment.inventory.exports({
    ...{ account: play.deployment.account, region: play.deployment.region, environment: 'dev' },
  });
  expect(exported.find(({ name }) => name === 'tuned-name')).toMatchObject({ value: 'tuned-queue' });
});

it.each<[what: string, changes: Record<string, Changed>, of: string, reason: RegExp]>([
  ['a value of the wrong type', { Queue: { set: { VisibilityTimeout: 'soon' } } }, scope, /expected/],
  [
    'a property that the type does not have',
    { Queue: { set: { Visibility: 3 } } },
    scope,
    /no property "Visibility"/,
  ],
  ['an attribute', { Queue: { set: { Arn: 'x' } } }, scope, /read-only attribute/],
  ['removing a property that is not set', { Topic: { remove: ['Nope'] } }, scope, /no Nope/],
  ['the asset of another scope', { Queue: { set: { DelaySeconds: 2 } } }, 'elsewhere', /no active asset/],
  [
    'a tag that is Baton’s',
    { Queue: { set: { Tags: [{ Key: 'baton:environment', Value: 'prod' }] } } },
    scope,
    /is reserved/,
  ],
  [
    'a secret from elsewhere',
    { Topic: { set: { DisplayName: '{{resolve:secretsmanager:prod/db}}' } } },
    scope,
    /./,
  ],
])('refuses %s, and does nothing', async (what, changes, of, reason) => {
  const before = play.calls.length;
  const ending = await configure(`refused-${what.replaceAll(/\W/g, '')}`.slice(0, 48), changes, of);
  expect(ending).toMatchObject({ status: 'Rejected', reason: expect.stringMatching(reason) });
  expect(play.calls.length).toBe(before);
});

it('leaves a valid audit trail', async () => {
  expect((await verifyTrail(play)).findings).toEqual([]);
});
