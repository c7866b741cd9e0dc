import {
  EventBridgeClient,
  PutEventsCommand,
  type PutEventsRequestEntry,
  TestEventPatternCommand,
} from '@aws-sdk/client-eventbridge';
import { afterEach, describe, expect, test } from 'vitest';
import type { World, WorldOptions } from '../../../lib/local/world.ts';
import { clientSettings, smallWorld } from '../small-world.ts';

let world: World;
afterEach(async () => {
  expect(world.internalErrors).toEqual([]);
  await world.stop();
});

async function open(options: Partial<WorldOptions> = {}) {
  world = await smallWorld(options);
  return new EventBridgeClient(clientSettings(world));
}
const entry: PutEventsRequestEntry = {
  EventBusName: 'small',
  Source: 'test',
  DetailType: 'Item',
  Detail: '{"id":"x"}',
};
const deadLetters = () => world.services.sqs.messages(String(world.outputs.DeadLettersUrl));

describe('PutEvents', () => {
  const rows: [string, Partial<PutEventsRequestEntry>, string][] = [
    ['no source', { Source: undefined }, 'InvalidArgument'],
    ['no detail type', { DetailType: '' }, 'InvalidArgument'],
    ['a detail that is not JSON', { Detail: '{' }, 'MalformedDetail'],
    ['a detail that is not an object', { Detail: '[1]' }, 'MalformedDetail'],
    ['a source of AWS', { Source: 'aws.ec2' }, 'NotAuthorizedForSource'],
    ['a missing bus', { EventBusName: 'none' }, 'ResourceNotFoundException'],
  ];
  test.each(rows)('fails the entry with %s, and accepts the other', async (_what, change, code) => {
    const client = await open();
    const answer = await client.send(new PutEventsCommand({ Entries: [{ ...entry, ...change }, entry] }));
    expect(answer).toMatchObject({
      FailedEntryCount: 1,
      Entries: [{ ErrorCode: code }, { EventId: expect.any(String) }],
    });
    await world.clock.quiet();
  });

  test('rejects eleven entries, and more than a megabyte', async () => {
    const client = await open();
    const eleven = client.send(new PutEventsCommand({ Entries: Array(11).fill(entry) }));
    await expect(eleven).rejects.toMatchObject({ name: 'ValidationException' });
    const large = { ...entry, DetailType: 'None', Detail: JSON.stringify({ text: 'x'.repeat(600_000) }) };
    await expect(client.send(new PutEventsCommand({ Entries: [large, large] }))).rejects.toMatchObject({
      name: 'ValidationException',
    });
    expect((await client.send(new PutEventsCommand({ Entries: [large] }))).FailedEntryCount).toBe(0);
  });

  test('enforces the bus policy: a source may be limited to one role', async () => {
    const client = await open();
    const own = { ...entry, Source: 'small', DetailType: 'None' };
    await expect(client.send(new PutEventsCommand({ Entries: [entry, own] }))).rejects.toThrow(
      /explicit deny in a resource-based policy/,
    );
    const record = world.as({
      roleArn: String(world.outputs.RecordRoleArn),
      session: 'x',
      policies: [{ Statement: [{ Effect: 'Allow', Action: ['events:PutEvents'], Resource: ['*'] }] }],
    });
    const asRecord = new EventBridgeClient(clientSettings(world, record));
    expect((await asRecord.send(new PutEventsCommand({ Entries: [own] }))).FailedEntryCount).toBe(0);
  });
});

describe('delivery', () => {
  test('without permission goes to the dead-letter queue at once, with its reasons', async () => {
    const client = await open();
    await client.send(new PutEventsCommand({ Entries: [{ ...entry, DetailType: 'Forbidden' }] }));
    await world.clock.quiet();
    const [message] = deadLetters();
    expect(JSON.parse(message?.body ?? '{}')).toMatchObject({ source: 'test', detail: { id: 'x' } });
    expect(message?.attributes).toMatchObject({
      ERROR_CODE: { DataType: 'String', StringValue: 'NO_PERMISSIONS' },
      RETRY_ATTEMPTS: { StringValue: '0' },
      RULE_ARN: { StringValue: expect.stringContaining(':rule/small/') },
      TARGET_ARN: { StringValue: expect.stringContaining(':function:probe') },
    });
  });

  test('is repeated as often as a test wants: the function sees each copy', async () => {
    const client = await open({
      disturbance: { copies: () => 3, delayMillis: (_rule, _event, copy) => 1000 * (3 - copy) },
    });
    const started = world.clock.now();
    await client.send(new PutEventsCommand({ Entries: [entry] }));
    await world.clock.quiet();
    const [group = ''] = world.services.logs.groupNames();
    const recorded = world.services.logs.events(group).filter((line) => line.message.startsWith('recording'));
    // The first write wins. Lambda retries the two that fail, twice, after one and two more minutes.
    expect(recorded).toHaveLength(1 + 2 * 3);
    expect(world.clock.now() - started).toBe(3000 + 60_000 + 120_000);
  });
});

test('TestEventPattern tells whether an event matches, and what is wrong with a pattern', async () => {
  const client = await open();
  const Event = JSON.stringify({ source: 'a', detail: {} });
  const ask = (pattern: object) =>
    client.send(new TestEventPatternCommand({ Event, EventPattern: JSON.stringify(pattern) }));
  expect((await ask({ source: ['a'] })).Result).toBe(true);
  await expect(ask({ source: [{ foo: 'x' }] })).rejects.toMatchObject({
    name: 'InvalidEventPatternException',
  });
});
