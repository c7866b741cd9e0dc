import { setTimeout as pause } from 'node:timers/promises';
import {
  BatchGetItemCommand,
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  type TransactWriteItem,
  TransactWriteItemsCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import { BatonError } from '../model/errors.ts';

/** The condition of a write was not met. Nothing was written. */
export class ConditionFailed extends BatonError {
  override readonly name = 'ConditionFailed';
  /** In a transaction, the indexes of the writes whose condition failed. */
  readonly failed: number[];
  constructor(message: string, failed: number[] = [0]) {
    super(message);
    this.failed = failed;
  }
}

export interface Key {
  pk: string;
  sk: string;
}
export type Item = Key & Record<string, unknown>;

/** A condition in DynamoDB's expression language, with its `#name` and `:value` placeholders. */
export interface Condition {
  expression: string;
  names?: Record<string, string>;
  values?: Record<string, unknown>;
}

export interface Update {
  key: Key;
  set?: Record<string, unknown>;
  /** Values to set only if the attribute is absent. */
  setOnce?: Record<string, unknown>;
  add?: Record<string, number>;
  remove?: string[];
  condition?: Condition;
}

export type Write = { table: Table } & (
  | { put: Item; condition?: Condition }
  | { update: Update }
  | { delete: Key; condition?: Condition }
  | { check: Key; condition: Condition }
);

export const absent: Condition = { expression: 'attribute_not_exists(pk)' };

/** One table in the single-table design, with string keys `pk` and `sk`. */
export class Table {
  readonly client: DynamoDBClient;
  readonly name: string;

  constructor(client: DynamoDBClient, name: string) {
    this.client = client;
    this.name = name;
  }

  /** Returns the item, or undefined. Strongly consistent. */
  async get<T extends object>(key: Key): Promise<T | undefined> {
    const answer = await this.client.send(
      new GetItemCommand({ TableName: this.name, Key: marshall(key), ConsistentRead: true }),
    );
    return answer.Item && (unmarshall(answer.Item) as T);
  }

  /**
   * Returns the existing items with these keys, in no particular order. Strongly consistent; reads a hundred in each
   * call.
   */
  async getAll<T extends object>(keys: Key[]): Promise<T[]> {
    const items: T[] = [];
    for (let start = 0; start < keys.length; start += 100) {
      let pending = keys.slice(start, start + 100).map((key) => marshall(key));
      while (pending.length > 0) {
        const request = { [this.name]: { Keys: pending, ConsistentRead: true } };
        const answer = await this.client.send(new BatchGetItemCommand({ RequestItems: request }));
        for (const item of answer.Responses?.[this.name] ?? []) items.push(unmarshall(item) as T);
        pending = answer.UnprocessedKeys?.[this.name]?.Keys ?? [];
      }
    }
    return items;
  }

  /**
   * Returns all items of a partition key whose sort key starts with `prefix`. Strongly consistent unless on an index.
   */
  async query<T extends object>(pk: string, options: QueryOptions = {}): Promise<T[]> {
    const { index, prefix, limit, newestFirst } = options;
    const [pkName, skName] = index ? [index.pk, index.sk] : ['pk', 'sk'];
    const items: T[] = [];
    let start: Record<string, never> | undefined;
    do {
      const answer: { Items?: Record<string, never>[]; LastEvaluatedKey?: Record<string, never> } =
        (await this.client.send(
          new QueryCommand({
            TableName: this.name,
            IndexName: index?.name,
            ConsistentRead: index === undefined,
            KeyConditionExpression:
              prefix === undefined ? '#pk = :pk' : '#pk = :pk AND begins_with(#sk, :prefix)',
            ExpressionAttributeNames: { '#pk': pkName, ...(prefix !== undefined && { '#sk': skName }) },
            ExpressionAttributeValues: marshall({
              ':pk': pk,
              ...(prefix !== undefined && { ':prefix': prefix }),
            }),
            ExclusiveStartKey: start,
            Limit: limit,
            ScanIndexForward: !newestFirst,
          }),
        )) as never;
      for (const item of answer.Items ?? []) items.push(unmarshall(item) as T);
      start = answer.LastEvaluatedKey;
    } while (start !== undefined && (limit === undefined || items.length < limit));
    return limit === undefined ? items : items.slice(0, limit);
  }

  /** Writes the complete item. @throws ConditionFailed */
  async put(item: Item, condition?: Condition): Promise<void> {
    await orConditionFailed(
      this.client.send(
        new PutItemCommand({ TableName: this.name, Item: marshallItem(item), ...conditionInput(condition) }),
      ),
    );
  }

  /** Updates the item and returns the new item. @throws ConditionFailed */
  async update<T extends object>(update: Update): Promise<T> {
    const answer = await orConditionFailed(
      this.client.send(
        new UpdateItemCommand({ TableName: this.name, ReturnValues: 'ALL_NEW', ...updateInput(update) }),
      ),
    );
    return unmarshall(answer.Attributes ?? {}) as T;
  }

  /** Makes all of the writes or none. @throws ConditionFailed with the writes whose condition failed */
  async transact(writes: Write[]): Promise<void> {
    await transact(this.client, writes);
  }
}

export interface QueryOptions {
  prefix?: string;
  limit?: number;
  newestFirst?: boolean;
  index?: { name: string; pk: string; sk: string };
}

async function transact(client: DynamoDBClient, writes: Write[]): Promise<void> {
  const command = new TransactWriteItemsCommand({ TransactItems: writes.map(transactItem) });
  for (let attempt = 0; ; attempt += 1) {
    try {
      await client.send(command);
      return;
    } catch (error) {
      const reasons = cancellationReasons(error);
      if (reasons === undefined) throw error;
      const failed = reasons.flatMap((code, index) => (code === 'ConditionalCheckFailed' ? [index] : []));
      if (failed.length > 0) throw new ConditionFailed(`transaction canceled: ${reasons.join(', ')}`, failed);
      if (attempt >= 6) throw error;
      // Another transaction holds an item for a moment.
      await pause(2 ** attempt * 10);
    }
  }
}

function cancellationReasons(error: unknown): string[] | undefined {
  if (!(error instanceof Error) || error.name !== 'TransactionCanceledException') return undefined;
  const { CancellationReasons } = error as Error & { CancellationReasons?: { Code?: string }[] };
  return (CancellationReasons ?? []).map((reason) => reason.Code ?? 'None');
}

function transactItem(write: Write): TransactWriteItem {
  const TableName = write.table.name;
  if ('put' in write)
    return { Put: { TableName, Item: marshallItem(write.put), ...conditionInput(write.condition) } };
  if ('update' in write) return { Update: { TableName, ...updateInput(write.update) } };
  if ('delete' in write)
    return { Delete: { TableName, Key: marshall(write.delete), ...conditionInput(write.condition) } };
  return {
    ConditionCheck: {
      TableName,
      Key: marshall(write.check),
      ConditionExpression: write.condition.expression,
      ExpressionAttributeNames: write.condition.names,
      ExpressionAttributeValues: write.condition.values && marshallItem(write.condition.values),
    },
  };
}

function updateInput({ key, set = {}, setOnce = {}, add = {}, remove = [], condition }: Update) {
  const names: Record<string, string> = { ...condition?.names };
  const values: Record<string, unknown> = { ...condition?.values };
  const slot = (name: string, value?: unknown): [string, string] => {
    const number = Object.keys(names).length;
    names[`#u${number}`] = name;
    if (value !== undefined) values[`:u${number}`] = value;
    return [`#u${number}`, `:u${number}`];
  };
  const defined = (record: Record<string, unknown>) =>
    Object.entries(record).filter(([, value]) => value !== undefined);
  const sets = [
    ...defined(set).map(([name, value]) => slot(name, value).join(' = ')),
    ...defined(setOnce).map(([name, value]) => {
      const [nameSlot, valueSlot] = slot(name, value);
      return `${nameSlot} = if_not_exists(${nameSlot}, ${valueSlot})`;
    }),
  ];
  const adds = Object.entries(add).map(([name, value]) => slot(name, value).join(' '));
  const removes = remove.map((name) => slot(name)[0]);
  const clauses = [
    sets.length > 0 && `SET ${sets.join(', ')}`,
    adds.length > 0 && `ADD ${adds.join(', ')}`,
    removes.length > 0 && `REMOVE ${removes.join(', ')}`,
  ].filter(Boolean);
  return {
    Key: marshall(key),
    UpdateExpression: clauses.join(' '),
    ConditionExpression: condition?.expression,
    ExpressionAttributeNames: names,
    ...(Object.keys(values).length > 0 && { ExpressionAttributeValues: marshallItem(values) }),
  };
}

function conditionInput(condition: Condition | undefined) {
  if (condition === undefined) return {};
  return {
    ConditionExpression: condition.expression,
    ExpressionAttributeNames: condition.names,
    ...(condition.values && { ExpressionAttributeValues: marshallItem(condition.values) }),
  };
}

function marshallItem(item: object) {
  return marshall(item, { removeUndefinedValues: true });
}

async function orConditionFailed<T>(call: Promise<T>): Promise<T> {
  try {
    return await call;
  } catch (error) {
    if (error instanceof Error && error.name === 'ConditionalCheckFailedException')
      throw new ConditionFailed(error.message);
    throw error;
  }
}
