/**
 * `dynamodb:LeadingKeys`: the partition keys that a call accesses.
 * Source: DynamoDB Developer Guide, "Using IAM policy conditions for fine-grained access control".
 *
 * A transaction needs the permissions of the operations it contains ("Using IAM with DynamoDB transactions"). AWS
 * doesn't document whether each permission is checked with the keys of its own kind of operation only. Here all keys of
 * one kind and table are checked together, the stricter of the two readings.
 */
import { isObject, type JsonObject, type JsonValue } from '../../model/json.ts';

/** The partition key attribute by table (`T`) and by index of a table (`T/index/I`). */
export type PartitionKeys = ReadonlyMap<string, string>;

/** Returns the partition keys that a table definition declares. */
export function partitionKeysOf(definition: JsonObject): [place: string, attribute: string][] {
  const table = String(definition.TableName);
  const indexes = listOf(definition.GlobalSecondaryIndexes).concat(listOf(definition.LocalSecondaryIndexes));
  return [
    [table, hashAttribute(definition)],
    ...indexes.map((index): [string, string] => [`${table}/index/${index.IndexName}`, hashAttribute(index)]),
  ];
}

/**
 * Returns the tables of a call with the partition keys that it accesses there. A call that names no key (Scan) has
 * none.
 *
 * @param kind limits a transaction to parts such as `Put` or `ConditionCheck`; without it, all parts count
 */
export function leadingKeys(
  input: JsonObject,
  partitionKeys: PartitionKeys,
  kind?: string,
): Map<string, string[]> {
  const found = new Map<string, Set<string>>();
  for (const { table, index, holder, condition } of partsOf(input, kind)) {
    const keys = found.get(table) ?? new Set();
    found.set(table, keys);
    const attribute = partitionKeys.get(index === undefined ? table : `${table}/index/${index}`);
    if (attribute === undefined) continue;
    const value = holder === undefined ? equalTo(attribute, condition) : holder[attribute];
    if (value !== undefined) keys.add(textOf(value));
  }
  return new Map([...found].map(([table, keys]) => [table, [...keys]]));
}

interface Part {
  table: string;
  index?: string;
  /** The item or key of the call. */
  holder?: JsonObject;
  /** The input of a query. */
  condition?: JsonObject;
}

function partsOf(input: JsonObject, kind: string | undefined): Part[] {
  if (isObject(input.RequestItems)) return Object.entries(input.RequestItems).flatMap(batchParts);
  if (Array.isArray(input.TransactItems))
    return listOf(input.TransactItems)
      .flatMap((item) => (kind === undefined ? Object.values(item) : [item[kind] ?? null]))
      .filter(isObject)
      .flatMap(part);
  return part(input);
}

function part(body: JsonObject): Part[] {
  const table = String(body.TableName ?? '*');
  const holder = body.Key ?? body.Item;
  if (isObject(holder)) return [{ table, holder }];
  const index = typeof body.IndexName === 'string' ? body.IndexName : undefined;
  return [{ table, index, condition: body }];
}

function batchParts([table, request]: [string, JsonValue]): Part[] {
  if (isObject(request)) return listOf(request.Keys).map((holder) => ({ table, holder }));
  return listOf(request)
    .flatMap((write) => Object.values(write).filter(isObject))
    .flatMap((write) => [write.Item ?? write.Key ?? null].filter(isObject))
    .map((holder) => ({ table, holder }));
}

/** Returns the partition key value that a query's key condition requires. */
function equalTo(attribute: string, query: JsonObject | undefined): JsonValue | undefined {
  const names = isObject(query?.ExpressionAttributeNames) ? query.ExpressionAttributeNames : {};
  const values = isObject(query?.ExpressionAttributeValues) ? query.ExpressionAttributeValues : {};
  const equalities = String(query?.KeyConditionExpression ?? '').matchAll(/([\w#.-]+)\s*=\s*(:\w+)/g);
  for (const [, name = '', value = ''] of equalities)
    if ((names[name] ?? name) === attribute) return values[value];
  return undefined;
}

/** A key is a string, a number or bytes: `{ S: 'x' }`. */
function textOf(value: JsonValue): string {
  return isObject(value) ? String(Object.values(value)[0]) : String(value);
}

function hashAttribute(definition: JsonObject): string {
  return String(listOf(definition.KeySchema).find(({ KeyType }) => KeyType === 'HASH')?.AttributeName);
}

function listOf(value: JsonValue | undefined): JsonObject[] {
  return Array.isArray(value) ? value.filter(isObject) : [];
}
