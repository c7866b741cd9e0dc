import { describe, expect, test } from 'vitest';
import { leadingKeys, partitionKeysOf } from '../../../lib/local/dynamodb/leading-keys.ts';
import { DynamoDbService } from '../../../lib/local/dynamodb/service.ts';
import { Authorizer } from '../../../lib/local/iam/authorizer.ts';
import { sessionIdentity } from '../../../lib/local/iam/identity.ts';
import { parsePolicyDocument } from '../../../lib/local/iam/policy-document.ts';
import type { JsonObject } from '../../../lib/model/json.ts';

const account = '111111111111';
const region = 'eu-central-1';
const tableArn = `arn:aws:dynamodb:${region}:${account}:table/Ledger`;
const hash = (AttributeName: string) => ({ AttributeName, KeyType: 'HASH' });
const definition = {
  TableName: 'Ledger',
  KeySchema: [hash('pk'), { AttributeName: 'sk', KeyType: 'RANGE' }],
  AttributeDefinitions: ['pk', 'sk', 'openPk'].map((AttributeName) => ({
    AttributeName,
    AttributeType: 'S',
  })),
  BillingMode: 'PAY_PER_REQUEST',
  GlobalSecondaryIndexes: [
    { IndexName: 'open', KeySchema: [hash('openPk')], Projection: { ProjectionType: 'ALL' } },
  ],
};
const key = (pk: string) => ({ pk: { S: pk }, sk: { S: 'x' } });
const TableName = 'Ledger';
const put = (pk: string) => ({ Put: { TableName, Item: key(pk) } });
const check = (pk: string) => ({ ConditionCheck: { TableName, Key: key(pk), ConditionExpression: 'x' } });
const equality = (name: string) => ({
  KeyConditionExpression: '#k = :k AND begins_with(sk, :p)',
  ExpressionAttributeNames: { '#k': name },
  ExpressionAttributeValues: { ':k': { S: 'OPEN' }, ':p': { S: 'x' } },
});

describe('the partition keys of a call', () => {
  const keys = new Map(partitionKeysOf(definition));
  const rows: Record<string, [input: JsonObject, found: string[]]> = {
    'an item put': [{ TableName, Item: key('A') }, ['A']],
    'an item by its key': [{ TableName, Key: key('A') }, ['A']],
    'a query of the table': [{ TableName, ...equality('pk') }, ['OPEN']],
    'a query of an index, by its own key': [
      { TableName, IndexName: 'open', ...equality('openPk') },
      ['OPEN'],
    ],
    'a query that does not fix the key': [{ TableName, ...equality('sk') }, []],
    'a scan': [{ TableName }, []],
    'a batch read': [{ RequestItems: { Ledger: { Keys: [key('A'), key('B')] } } }, ['A', 'B']],
    'a batch write': [
      {
        RequestItems: { Ledger: [{ PutRequest: { Item: key('A') } }, { DeleteRequest: { Key: key('B') } }] },
      },
      ['A', 'B'],
    ],
    'a transaction': [{ TransactItems: [put('A'), check('B'), put('A')] }, ['A', 'B']],
  };
  for (const [name, [input, found]] of Object.entries(rows))
    test(`${name}: ${found.join(' ') || 'none'}`, () => {
      expect(leadingKeys(input, keys)).toEqual(new Map([['Ledger', found]]));
    });

  test('of a transaction are limited to one kind of operation', () => {
    const input = { TransactItems: [put('A'), check('B'), put('C')] };
    expect(leadingKeys(input, keys, 'Put').get('Ledger')).toEqual(['A', 'C']);
    expect(leadingKeys(input, keys, 'ConditionCheck').get('Ledger')).toEqual(['B']);
  });
});

describe('a role that may write the partition RUN and read all', async () => {
  const service = new DynamoDbService({ account, region, now: () => 0 });
  await service.ensureTable(definition, { pointInTimeRecovery: false });
  const policy = parsePolicyDocument({
    Statement: [
      {
        Effect: 'Allow',
        Action: ['dynamodb:PutItem', 'dynamodb:UpdateItem'],
        Resource: tableArn,
        Condition: {
          'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': ['RUN#*'] },
          Null: { 'dynamodb:LeadingKeys': 'false' },
        },
      },
      {
        Effect: 'Allow',
        Action: ['dynamodb:Query', 'dynamodb:ConditionCheckItem'],
        Resource: `${tableArn}*`,
      },
    ],
  });
  const caller = sessionIdentity({ arn: `arn:aws:iam::${account}:role/perform`, policies: [policy] }, 's');
  const authorizer = new Authorizer({
    region: 'us-east-1',
    mode: 'enforce',
    resourcePolicy: () => undefined,
  });
  const ask = (operation: string, input: JsonObject) => () =>
    authorizer.demand(caller, service.permissions(operation, input));

  const refused: Record<string, [operation: string, input: JsonObject]> = {
    'a change put': ['PutItem', { TableName, Item: key('CHANGE#1') }],
    'a change updated': ['UpdateItem', { TableName, Key: key('CHANGE#1') }],
    'a change put together with a run': [
      'TransactWriteItems',
      { TransactItems: [put('RUN#1'), put('CHANGE#1')] },
    ],
    'a run deleted': ['DeleteItem', { TableName, Key: key('RUN#1') }],
    'a name with the same prefix': ['PutItem', { TableName, Item: key('RUNS#1') }],
    'no key at all': ['PutItem', { TableName, Item: {} }],
  };
  for (const [name, [operation, input]] of Object.entries(refused))
    test(`is denied ${name}`, () => {
      expect(ask(operation, input)).toThrow(/perform\/s is not authorized to perform: dynamodb:/);
    });

  const allowed: Record<string, [operation: string, input: JsonObject]> = {
    'a run put': ['PutItem', { TableName, Item: key('RUN#1') }],
    'runs put with a condition check on a change': [
      'TransactWriteItems',
      { TransactItems: [put('RUN#1'), put('RUN#2'), check('CHANGE#1')] },
    ],
    'a query of an index': ['Query', { TableName, IndexName: 'open', ...equality('openPk') }],
  };
  for (const [name, [operation, input]] of Object.entries(allowed))
    test(`is allowed ${name}`, () => expect(ask(operation, input)).not.toThrow());
});
