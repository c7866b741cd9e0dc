import {
  DescribeContinuousBackupsCommand,
  DescribeTimeToLiveCommand,
  DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  TransactGetItemsCommand,
  type TransactWriteItem,
  TransactWriteItemsCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { World } from '../../../lib/local/world.ts';
import { clientSettings, smallWorld } from '../small-world.ts';

let world: World;
let client: DynamoDBClient;
let TableName: string;
let pk: string;
let count = 0;

beforeAll(async () => {
  world = await smallWorld();
  client = new DynamoDBClient(clientSettings(world));
  TableName = String(world.outputs.TableName);
});
beforeEach(() => {
  count += 1;
  pk = `item${count}`;
});
afterAll(async () => {
  expect(world.internalErrors).toEqual([]);
  await world.stop();
});

const Key = (sk = 'a') => ({ pk: { S: pk }, sk: { S: sk } });
const absent = 'attribute_not_exists(pk)';
const put = (sk = 'a', more: object = {}) =>
  ({ Put: { TableName, Item: { ...Key(sk), v: { N: '1' } }, ...more } }) as TransactWriteItem;
const read = async (sk = 'a') =>
  (await client.send(new GetItemCommand({ TableName, Key: Key(sk), ConsistentRead: true }))).Item;
const write = (TransactItems: TransactWriteItem[], ClientRequestToken?: string) =>
  client.send(new TransactWriteItemsCommand({ TransactItems, ClientRequestToken }));

describe('TransactWriteItems', () => {
  test('writes nothing if one condition fails, and says which, with the old item', async () => {
    await write([put('b')]);
    const failing = put('b', { ConditionExpression: absent, ReturnValuesOnConditionCheckFailure: 'ALL_OLD' });
    await expect(write([put('a'), failing])).rejects.toMatchObject({
      name: 'TransactionCanceledException',
      message: expect.stringContaining('[None, ConditionalCheckFailed]'),
      CancellationReasons: [
        { Code: 'None' },
        { Code: 'ConditionalCheckFailed', Item: { ...Key('b'), v: { N: '1' } } },
      ],
    });
    expect(await read('a')).toBeUndefined();
  });

  test('undoes its writes if a later write is invalid', async () => {
    await write([put('a'), put('b')]);
    const wrong = {
      Update: {
        TableName,
        Key: Key('b'),
        UpdateExpression: 'SET x.y = :v',
        ExpressionAttributeValues: { ':v': { N: '2' } },
      },
    };
    const change = {
      Update: {
        TableName,
        Key: Key('a'),
        UpdateExpression: 'SET v = :v',
        ExpressionAttributeValues: { ':v': { N: '2' } },
      },
    };
    await expect(write([change, put('c'), wrong])).rejects.toMatchObject({
      CancellationReasons: [{ Code: 'None' }, { Code: 'None' }, { Code: 'ValidationError' }],
    });
    expect(await read('a')).toMatchObject({ v: { N: '1' } });
    expect(await read('c')).toBeUndefined();
  });

  const invalid: [string, () => TransactWriteItem[]][] = [
    ['nothing', () => []],
    ['101 items', () => Array.from({ length: 101 }, (_, index) => put(`s${index}`))],
    ['one item twice', () => [put('a'), { Delete: { TableName, Key: Key('a') } }]],
    ['an item without its key', () => [{ Put: { TableName, Item: { pk: { S: pk } } } }]],
    [
      'more than 4 MB',
      () =>
        Array.from({ length: 12 }, (_, index) => ({
          Put: { TableName, Item: { ...Key(`s${index}`), t: { S: 'x'.repeat(380_000) } } },
        })),
    ],
  ];
  test.each(invalid)('rejects %s', async (_what, items) => {
    await expect(write(items())).rejects.toMatchObject({ name: 'ValidationException' });
  });

  test('runs a repeated call once, and rejects another under the same token', async () => {
    const bump = (by: string) => [
      {
        Update: {
          TableName,
          Key: Key(),
          UpdateExpression: 'ADD v :n',
          ExpressionAttributeValues: { ':n': { N: by } },
        },
      },
    ];
    await write(bump('1'), `token-${pk}`);
    await write(bump('1'), `token-${pk}`);
    expect(await read()).toMatchObject({ v: { N: '1' } });
    await expect(write(bump('2'), `token-${pk}`)).rejects.toMatchObject({
      name: 'IdempotentParameterMismatchException',
    });
  });

  test('isolates transactions: each of fifty concurrent ones sees the previous', async () => {
    const bump = (index: number) =>
      write([
        {
          Update: {
            TableName,
            Key: Key(),
            UpdateExpression: 'ADD v :n',
            ExpressionAttributeValues: { ':n': { N: '1' } },
          },
        },
        put(`s${index}`, { ConditionExpression: absent }),
        { ConditionCheck: { TableName, Key: Key('never'), ConditionExpression: absent } },
      ]);
    await Promise.all(Array.from({ length: 50 }, (_, index) => bump(index)));
    expect(await read()).toMatchObject({ v: { N: '50' } });
    const query = {
      TableName,
      KeyConditionExpression: 'pk = :p AND begins_with(sk, :s)',
      ExpressionAttributeValues: { ':p': { S: pk }, ':s': { S: 's' } },
    };
    expect((await client.send(new QueryCommand(query))).Count).toBe(50);
  });
});

test('TransactGetItems reads all at once, with missing items empty', async () => {
  await write([put('a')]);
  const TransactItems = ['a', 'b'].map((sk) => ({ Get: { TableName, Key: Key(sk) } }));
  const answer = await client.send(new TransactGetItemsCommand({ TransactItems }));
  expect(answer.Responses).toEqual([{ Item: { ...Key('a'), v: { N: '1' } } }, {}]);
});

test('a single write returns the item that failed its condition', async () => {
  await write([put()]);
  const again = new PutItemCommand({
    TableName,
    Item: Key(),
    ConditionExpression: absent,
    ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
  });
  await expect(client.send(again)).rejects.toMatchObject({
    name: 'ConditionalCheckFailedException',
    Item: { v: { N: '1' } },
  });
  const update = new UpdateItemCommand({
    TableName,
    Key: Key(),
    UpdateExpression: 'SET v = :v',
    ConditionExpression: 'v > :v',
    ExpressionAttributeValues: { ':v': { N: '5' } },
  });
  await expect(client.send(update)).rejects.toMatchObject({
    name: 'ConditionalCheckFailedException',
    Item: undefined,
  });
});

test('an item larger than 400 KB is rejected, counted in bytes', async () => {
  const Item = { ...Key(), t: { S: 'ü'.repeat(210_000) } };
  await expect(client.send(new PutItemCommand({ TableName, Item }))).rejects.toThrow(
    /Item size has exceeded/,
  );
});

test('the table has the settings of the template', async () => {
  const ttl = await client.send(new DescribeTimeToLiveCommand({ TableName }));
  expect(ttl.TimeToLiveDescription).toEqual({ TimeToLiveStatus: 'ENABLED', AttributeName: 'expiresAt' });
  const backups = await client.send(new DescribeContinuousBackupsCommand({ TableName }));
  expect(
    backups.ContinuousBackupsDescription?.PointInTimeRecoveryDescription?.PointInTimeRecoveryStatus,
  ).toBe('ENABLED');
});

test('a role needs the permission for each write, and the key', async () => {
  const who = (Action: string[]) =>
    new DynamoDBClient(
      clientSettings(
        world,
        world.as({
          user: `u${Action.length}`,
          policies: [{ Statement: [{ Effect: 'Allow', Action, Resource: ['*'] }] }],
        }),
      ),
    );
  const items = {
    TransactItems: [put(), { ConditionCheck: { TableName, Key: Key('b'), ConditionExpression: absent } }],
  };
  const attempt = (actions: string[]) => who(actions).send(new TransactWriteItemsCommand(items));
  await expect(attempt([])).rejects.toThrow(/not authorized to perform: dynamodb:PutItem/);
  await expect(attempt(['dynamodb:PutItem'])).rejects.toThrow(/kms:Decrypt/);
  await expect(attempt(['dynamodb:PutItem', 'kms:Decrypt'])).rejects.toThrow(/dynamodb:ConditionCheckItem/);
  await expect(
    attempt(['dynamodb:PutItem', 'kms:Decrypt', 'dynamodb:ConditionCheckItem']),
  ).resolves.toBeDefined();
});
