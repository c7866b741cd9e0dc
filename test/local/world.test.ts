import { DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';
import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { afterEach, expect, test } from 'vitest';
import type { World } from '../../lib/local/world.ts';
import { clientSettings, smallWorld } from './small-world.ts';

let world: World;
afterEach(async () => {
  expect(world.internalErrors).toEqual([]);
  await world.stop();
});

test('an event invokes a function, which writes to the table', async () => {
  world = await smallWorld();
  const events = new EventBridgeClient(clientSettings(world));
  const answer = await events.send(
    new PutEventsCommand({
      Entries: [{ EventBusName: 'small', Source: 'test', DetailType: 'Item', Detail: '{"id":"a"}' }],
    }),
  );
  expect(answer.FailedEntryCount).toBe(0);
  await world.clock.quiet();
  const dynamodb = new DynamoDBClient(clientSettings(world));
  const key = { pk: { S: 'a' }, sk: { S: 'item' } };
  const item = await dynamodb.send(
    new GetItemCommand({ TableName: String(world.outputs.TableName), Key: key }),
  );
  expect(item.Item?.by?.S).toMatch(/^Small-Record-/);
  expect(world.authorizer.denials).toEqual([]);
});

test('an event starts a machine, whose end arrives on the default bus', async () => {
  world = await smallWorld();
  const started = world.clock.now();
  const events = new EventBridgeClient(clientSettings(world));
  await events.send(
    new PutEventsCommand({
      Entries: [{ EventBusName: 'small', Source: 'test', DetailType: 'Run', Detail: '{"id":"b"}' }],
    }),
  );
  await world.clock.quiet();
  const [tick, , closed] = world.services.sqs.messages(String(world.outputs.ClosedUrl));
  expect(tick?.body).toBe('"tick"');
  expect(JSON.parse(closed?.body ?? '{}')).toMatchObject({
    source: 'aws.states',
    'detail-type': 'Step Functions Execution Status Change',
    detail: { status: 'SUCCEEDED', output: '{"recorded":"b"}' },
  });
  expect(world.clock.now() - started).toBe(600_000);
});
