/** The DynamoDB API: dynalite behind one lock, plus the features that dynalite lacks. */
import { isObject, type JsonObject, type JsonValue } from '../../model/json.ts';
import { type Permission, type Service, ServiceError, unknownOperation } from '../gateway/wire.ts';
import { Mutex } from '../mutex.ts';
import {
  Dynalite,
  type DynaliteOperation,
  type DynaliteOptions,
  dynaliteOperations,
  type Item,
} from './dynalite.ts';
import { leadingKeys, partitionKeysOf } from './leading-keys.ts';
import { Transactions } from './transactions.ts';

/** Settings of a table that dynalite doesn't store. */
export interface TableSettings {
  timeToLiveAttribute?: string;
  pointInTimeRecovery: boolean;
  kmsKeyArn?: string;
}

const transactionPart: Record<string, string> = {
  Put: 'PutItem',
  Update: 'UpdateItem',
  Delete: 'DeleteItem',
  ConditionCheck: 'ConditionCheckItem',
  Get: 'GetItem',
};
const ITEM_BYTES_MAX = 400 * 1024;

export class DynamoDbService implements Service {
  private readonly dynalite: Dynalite;
  private readonly transactions: Transactions;
  private readonly settings = new Map<string, TableSettings>();
  private readonly partitionKeys = new Map<string, string>();
  /** Reads use the lock too, so that no caller sees a partial transaction. */
  private readonly lock = new Mutex();
  private readonly options: DynaliteOptions;

  constructor(options: DynaliteOptions & { now: () => number }) {
    this.options = options;
    this.dynalite = new Dynalite(options);
    this.transactions = new Transactions(this.dynalite, options.now);
  }

  /** Creates a table unless it exists already, as in a restored world. */
  async ensureTable(definition: JsonObject, settings: TableSettings): Promise<void> {
    const name = String(definition.TableName);
    this.settings.set(name, settings);
    for (const [place, attribute] of partitionKeysOf(definition)) this.partitionKeys.set(place, attribute);
    await this.dynalite.open();
    const tables = (await this.dynalite.call('ListTables', {})).TableNames as string[];
    if (!tables.includes(name)) await this.dynalite.call('CreateTable', definition);
    // dynalite makes a table active in its own timer.
    for (let tries = 0; tries < 200; tries += 1) {
      if ((await this.dynalite.table(name)).TableStatus === 'ACTIVE') return;
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    throw new Error(`table ${name} did not become active`);
  }

  async call(operation: string, input: JsonObject): Promise<JsonObject> {
    return this.lock.run(() => this.dispatch(operation, withNamedTables(input)));
  }

  permissions(operation: string, input: JsonObject): Permission[] {
    const wanted = this.tableActions(operation, withNamedTables(input));
    const seen = new Map<string, Permission>();
    for (const permission of wanted) {
      seen.set(`${permission.action} ${permission.resource}`, permission);
      for (const key of this.keyPermissions(permission)) seen.set(`${key.action} ${key.resource}`, key);
    }
    return [...seen.values()];
  }

  close(): Promise<void> {
    return this.lock.run(() => this.dynalite.close());
  }

  private async dispatch(operation: string, input: JsonObject): Promise<JsonObject> {
    if (operation === 'TransactWriteItems') return this.transactions.write(input);
    if (operation === 'TransactGetItems') return this.transactions.get(input);
    if (operation === 'DescribeTimeToLive') return this.describeTimeToLive(input);
    if (operation === 'DescribeContinuousBackups') return this.describeBackups(input);
    if (!(dynaliteOperations as readonly string[]).includes(operation))
      throw unknownOperation('dynamodb', operation);
    refuseLargeItem(input.Item);
    if (input.ReturnValuesOnConditionCheckFailure === 'ALL_OLD') {
      return this.writeShowingOld(operation as DynaliteOperation, input);
    }
    return this.dynalite.call(operation as DynaliteOperation, input);
  }

  /** ReturnValuesOnConditionCheckFailure: the error contains the item that failed the condition. */
  private async writeShowingOld(operation: DynaliteOperation, input: JsonObject): Promise<JsonObject> {
    try {
      return await this.dynalite.call(operation, input);
    } catch (error) {
      if (!(error instanceof ServiceError) || error.name !== 'ConditionalCheckFailedException') throw error;
      const item = await this.existing(input);
      throw new ServiceError(error.name, error.message, {
        fields: item === undefined ? {} : { Item: item as JsonObject },
      });
    }
  }

  private async existing(input: JsonObject): Promise<Item | undefined> {
    const table = await this.dynalite.table(String(input.TableName));
    const names = (table.KeySchema as { AttributeName: string }[]).map((key) => key.AttributeName);
    const source = (input.Key ?? input.Item) as Item;
    const key = Object.fromEntries(Object.entries(source).filter(([name]) => names.includes(name)));
    return this.dynalite.item(table.TableName, await this.dynalite.keyOf(table, key));
  }

  private describeTimeToLive(input: JsonObject): JsonObject {
    const attribute = this.settings.get(String(input.TableName))?.timeToLiveAttribute;
    const description: JsonObject =
      attribute === undefined
        ? { TimeToLiveStatus: 'DISABLED' }
        : { TimeToLiveStatus: 'ENABLED', AttributeName: attribute };
    return { TimeToLiveDescription: description };
  }

  private describeBackups(input: JsonObject): JsonObject {
    const on = this.settings.get(String(input.TableName))?.pointInTimeRecovery ?? false;
    return {
      ContinuousBackupsDescription: {
        ContinuousBackupsStatus: 'ENABLED',
        PointInTimeRecoveryDescription: { PointInTimeRecoveryStatus: on ? 'ENABLED' : 'DISABLED' },
      },
    };
  }

  private tableActions(operation: string, input: JsonObject): Permission[] {
    if (operation === 'ListTables') return [{ action: 'dynamodb:ListTables', resource: '*' }];
    if (Array.isArray(input.TransactItems)) {
      const kinds = new Set(input.TransactItems.filter(isObject).flatMap((item) => Object.keys(item)));
      return [...kinds].flatMap((kind) => this.onTables(transactionPart[kind] ?? operation, input, kind));
    }
    return this.onTables(operation, input);
  }

  /** Returns one permission for each table of the call, with the partition keys that it accesses there. */
  private onTables(action: string, input: JsonObject, kind?: string): Permission[] {
    const index = typeof input.IndexName === 'string' ? `/index/${input.IndexName}` : '';
    return [...leadingKeys(input, this.partitionKeys, kind)].map(([table, keys]) => ({
      action: `dynamodb:${action}`,
      resource: this.arnOf(table) + index,
      context: keys.length === 0 ? undefined : { 'dynamodb:LeadingKeys': keys },
    }));
  }

  /**
   * DynamoDB uses a customer managed key with the caller's permissions.
   * Source: DynamoDB Developer Guide, "DynamoDB encryption at rest: usage notes" (authorizing use of your KMS key).
   */
  private keyPermissions(permission: Permission): Permission[] {
    const tableName = /:table\/([^/]+)/.exec(permission.resource)?.[1] ?? '';
    const keyArn = this.settings.get(tableName)?.kmsKeyArn;
    if (keyArn === undefined) return [];
    const context = { 'kms:ViaService': `dynamodb.${this.options.region}.amazonaws.com` };
    return [{ action: 'kms:Decrypt', resource: keyArn, context }];
  }

  private arnOf(table: string): string {
    return `arn:aws:dynamodb:${this.options.region}:${this.options.account}:table/${table}`;
  }
}

/** A table may be named by its ARN. */
function withNamedTables(input: JsonObject): JsonObject {
  const table = input.TableName;
  if (typeof table !== 'string' || !table.startsWith('arn:')) return input;
  return { ...input, TableName: table.split('/')[1] ?? table };
}

/** dynalite counts characters; DynamoDB counts UTF-8 bytes. */
function refuseLargeItem(item: JsonValue | undefined): void {
  if (isObject(item) && itemBytes(item) > ITEM_BYTES_MAX) {
    throw new ServiceError('ValidationException', 'Item size has exceeded the maximum allowed size');
  }
}

/** Returns a lower bound. It is accurate enough for text, which makes up most of a large item. */
function itemBytes(value: JsonValue): number {
  if (typeof value === 'string') return Buffer.byteLength(value);
  if (Array.isArray(value)) return value.reduce((sum: number, part) => sum + itemBytes(part), 0);
  if (!isObject(value)) return 1;
  return Object.entries(value).reduce((sum, [name, part]) => {
    return (
      sum + (/^(S|N|B|SS|NS|BS|L|M|BOOL|NULL)$/.test(name) ? 0 : Buffer.byteLength(name)) + itemBytes(part)
    );
  }, 0);
}
