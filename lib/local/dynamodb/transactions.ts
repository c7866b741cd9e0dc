/**
 * TransactWriteItems and TransactGetItems over dynalite, which has neither.
 * Source: Amazon DynamoDB API Reference, "TransactWriteItems", "TransactGetItems", "CancellationReason"; Developer
 * Guide, "Amazon DynamoDB transactions: How it works".
 */
import { hashOf, isObject, type JsonObject, type JsonValue } from '../../model/json.ts';
import { ServiceError } from '../gateway/wire.ts';
import type { Dynalite, DynaliteOperation, Item } from './dynalite.ts';

const ITEMS_MAX = 100;
const BYTES_MAX = 4 * 1024 * 1024;
/** How long a repeated call with the same ClientRequestToken has no effect. */
const TOKEN_LIFETIME_MILLIS = 10 * 60 * 1000;

type Kind = 'Put' | 'Update' | 'Delete' | 'ConditionCheck';
const operationOf: Record<Kind, DynaliteOperation> = {
  Put: 'PutItem',
  Update: 'UpdateItem',
  Delete: 'DeleteItem',
  ConditionCheck: 'DeleteItem',
};

interface Part {
  kind: Kind;
  tableName: string;
  checked: JsonObject;
  key: string;
  keyAttributes: Item;
  before: Item | undefined;
  returnOnFailure: boolean;
}

interface RememberedToken {
  payloadHash: string;
  expiresAtMillis: number;
}

export class Transactions {
  private readonly tokens = new Map<string, RememberedToken>();
  private readonly dynalite: Dynalite;
  private readonly now: () => number;

  constructor(dynalite: Dynalite, now: () => number) {
    this.dynalite = dynalite;
    this.now = now;
  }

  /** Writes all or nothing. The caller holds the lock that every other call of the service takes. */
  async write(input: JsonObject): Promise<JsonObject> {
    const entries = entriesOf(input, ['Put', 'Update', 'Delete', 'ConditionCheck']);
    if (this.isRepeat(input)) return {};
    const parts: Part[] = [];
    for (const entry of entries) parts.push(await this.prepare(entry.kind as Kind, entry.body));
    refuseDuplicates(parts);
    this.checkConditions(parts);
    await this.apply(parts);
    this.rememberToken(input);
    return {};
  }

  async get(input: JsonObject): Promise<JsonObject> {
    const responses: JsonObject[] = [];
    for (const { body } of entriesOf(input, ['Get'])) {
      const answer = await this.dynalite.call('GetItem', { ...body, ConsistentRead: true });
      responses.push(answer.Item === undefined ? {} : { Item: answer.Item });
    }
    if (byteLength(responses) > BYTES_MAX) {
      throw invalid('Transaction request cannot include more than 4 MB of data');
    }
    return { Responses: responses };
  }

  private async prepare(kind: Kind, body: JsonObject): Promise<Part> {
    const { ReturnValuesOnConditionCheckFailure, ...rest } = body;
    if (kind === 'ConditionCheck' && rest.ConditionExpression === undefined) {
      throw invalid('The expression can not be empty; ConditionCheck needs a ConditionExpression');
    }
    const checked = this.dynalite.validate(operationOf[kind], rest);
    const tableName = String(checked.TableName);
    const table = await this.dynalite.table(tableName);
    const keyNames = (table.KeySchema as { AttributeName: string }[]).map((key) => key.AttributeName);
    const source = (kind === 'Put' ? checked.Item : checked.Key) as Item;
    const attributes = Object.entries(source).filter(([name]) => kind !== 'Put' || keyNames.includes(name));
    const keyAttributes = Object.fromEntries(attributes);
    const key = await this.dynalite.keyOf(table, keyAttributes);
    const before = await this.dynalite.item(tableName, key);
    const returnOnFailure = ReturnValuesOnConditionCheckFailure === 'ALL_OLD';
    return { kind, tableName, checked, key, keyAttributes, before, returnOnFailure };
  }

  private checkConditions(parts: Part[]): void {
    const reasons = parts.map((part) =>
      this.dynalite.conditionHolds(part.checked, part.before) ? none : conditionFailed(part),
    );
    if (reasons.some((reason) => reason !== none)) throw canceled(reasons);
  }

  /** Undoes a write that fails halfway. No other caller saw it, because the lock is held. */
  private async apply(parts: Part[]): Promise<void> {
    const done: Part[] = [];
    for (const part of parts) {
      try {
        if (part.kind !== 'ConditionCheck') await this.dynalite.run(operationOf[part.kind], part.checked);
        done.push(part);
      } catch (error) {
        for (const earlier of done.reverse()) await this.takeBack(earlier);
        if (!(error instanceof ServiceError)) throw error;
        const reason = { Code: 'ValidationError', Message: error.message };
        throw canceled(parts.map((other) => (other === part ? reason : none)));
      }
    }
  }

  private async takeBack(part: Part): Promise<void> {
    if (part.kind === 'ConditionCheck') return;
    const { tableName: TableName } = part;
    if (part.before === undefined) {
      await this.dynalite.call('DeleteItem', { TableName, Key: part.keyAttributes });
    } else {
      await this.dynalite.call('PutItem', { TableName, Item: part.before });
    }
  }

  private isRepeat(input: JsonObject): boolean {
    const token = input.ClientRequestToken;
    if (typeof token !== 'string') return false;
    const known = this.tokens.get(token);
    if (known === undefined || known.expiresAtMillis <= this.now()) return false;
    if (known.payloadHash === hashOf(input.TransactItems)) return true;
    throw new ServiceError(
      'IdempotentParameterMismatchException',
      'The request uses the same client token as a previous, but non-identical request.',
    );
  }

  private rememberToken(input: JsonObject): void {
    const token = input.ClientRequestToken;
    if (typeof token !== 'string') return;
    const now = this.now();
    if (this.tokens.size > 10_000) {
      for (const [name, known] of this.tokens) if (known.expiresAtMillis <= now) this.tokens.delete(name);
    }
    this.tokens.set(token, {
      payloadHash: hashOf(input.TransactItems),
      expiresAtMillis: now + TOKEN_LIFETIME_MILLIS,
    });
  }
}

const none: JsonObject = { Code: 'None' };

function conditionFailed(part: Part): JsonObject {
  const reason: JsonObject = { Code: 'ConditionalCheckFailed', Message: 'The conditional request failed' };
  if (part.returnOnFailure && part.before) reason.Item = part.before;
  return reason;
}

function canceled(reasons: JsonObject[]): ServiceError {
  const codes = reasons.map((reason) => reason.Code).join(', ');
  const message = `Transaction cancelled, please refer cancellation reasons for specific reasons [${codes}]`;
  return new ServiceError('TransactionCanceledException', message, {
    fields: { Message: message, CancellationReasons: reasons },
  });
}

function entriesOf(input: JsonObject, kinds: string[]): { kind: string; body: JsonObject }[] {
  const items = input.TransactItems;
  if (!Array.isArray(items) || items.length === 0 || items.length > ITEMS_MAX) {
    throw invalid(
      "1 validation error detected: Value at 'transactItems' failed to satisfy constraint: " +
        `Member must have length less than or equal to ${ITEMS_MAX}, greater than or equal to 1`,
    );
  }
  if (byteLength(items) > BYTES_MAX)
    throw invalid('Transaction request cannot include more than 4 MB of data');
  return items.map((item: JsonValue) => {
    const [entry, ...more] = isObject(item) ? Object.entries(item) : [];
    if (entry === undefined || more.length > 0 || !kinds.includes(entry[0]) || !isObject(entry[1])) {
      throw invalid(`TransactItems can only contain one of ${kinds.join(', ')}`);
    }
    return { kind: entry[0], body: entry[1] };
  });
}

function refuseDuplicates(parts: Part[]): void {
  const places = new Set(parts.map((part) => `${part.tableName}\n${part.key}`));
  if (places.size < parts.length) {
    throw invalid('Transaction request cannot include multiple operations on one item');
  }
}

function byteLength(value: JsonValue): number {
  return Buffer.byteLength(JSON.stringify(value));
}

function invalid(message: string): ServiceError {
  return new ServiceError('ValidationException', message);
}
