import type { JsonValue } from '../model/json.ts';
import type { ValueType } from '../model/spec.ts';
import { scalarText } from '../template/intrinsic.ts';

type Coercion = (value: JsonValue) => JsonValue | undefined;

const toText: Coercion = (value) => scalarText(value);

const toNumber: Coercion = (value) => {
  if (typeof value === 'number') return value;
  if (typeof value !== 'string' || !/^\s*[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d+)?\s*$/.test(value))
    return undefined;
  return Number(value);
};

const toInteger: Coercion = (value) => {
  const number = toNumber(value);
  return Number.isSafeInteger(number) ? number : undefined;
};

const toBoolean: Coercion = (value) => {
  if (typeof value === 'boolean') return value;
  const text = typeof value === 'string' ? value.toLowerCase() : '';
  return text === 'true' || text === 'false' ? text === 'true' : undefined;
};

const coercions: Readonly<Record<string, Coercion>> = {
  string: toText,
  dateTime: toText,
  number: toNumber,
  integer: toInteger,
  boolean: toBoolean,
  json: (value) => value,
  null: (value) => (value === null ? value : undefined),
};

/** Converts a scalar to the type, as CloudFormation does. Returns undefined if it can't be converted. */
export function coerceScalar(value: JsonValue, type: ValueType): JsonValue | undefined {
  return coercions[type.kind]?.(value);
}

const names: Readonly<Record<ValueType['kind'], string>> = {
  string: 'a text',
  dateTime: 'a date and time',
  number: 'a number',
  integer: 'a whole number',
  boolean: 'true or false',
  json: 'any JSON',
  null: 'null',
  tag: 'a tag with Key and Value',
  list: 'a list',
  map: 'an object',
  definition: 'an object',
  union: 'a value',
};

/** Describes a type in words, for messages. */
export function describeType(type: ValueType): string {
  if (type.kind === 'list') return `a list, each of it ${describeType(type.element)}`;
  if (type.kind === 'definition') return `an object (${type.name})`;
  return names[type.kind];
}
