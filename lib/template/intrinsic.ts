import { isObject, type JsonValue } from '../model/json.ts';

/** The name of the function that an object calls, if it is such an object: `{Ref: ...}` or `{'Fn::X': ...}`. */
export function functionOf(value: JsonValue | undefined): string | undefined {
  if (!isObject(value)) return undefined;
  let only: string | undefined;
  for (const key in value) {
    if (only !== undefined) return undefined;
    only = key;
  }
  return only !== undefined && (only === 'Ref' || only.startsWith('Fn::')) ? only : undefined;
}

/** Whether a value is a function call that has no value yet. */
export function isIntrinsic(value: JsonValue | undefined): boolean {
  return functionOf(value) !== undefined;
}

/** Whether a value is, or anywhere holds, a function call that has no value yet. */
export function isUnresolved(value: JsonValue): boolean {
  if (typeof value !== 'object' || value === null) return false;
  if (Array.isArray(value)) return value.some((item) => isUnresolved(item));
  return isIntrinsic(value) || Object.values(value).some((item) => isUnresolved(item));
}

/** Whether a value holds a dynamic reference to a secret or parameter, which stays text until the provider call. */
export function holdsDynamicReference(value: JsonValue): boolean {
  if (typeof value === 'string') return value.includes('{{resolve:');
  if (typeof value !== 'object' || value === null) return false;
  return (Array.isArray(value) ? value : Object.values(value)).some(holdsDynamicReference);
}

/** The text of a scalar, as CloudFormation makes it of numbers and booleans; undefined for lists and objects. */
export function scalarText(value: JsonValue | undefined): string | undefined {
  if (typeof value === 'string') return value;
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : undefined;
}

/** What a person reads in a message instead of a long value. */
export function shown(value: JsonValue | undefined): string {
  if (value === undefined) return 'nothing';
  const text = JSON.stringify(value);
  return text.length > 80 ? `${text.slice(0, 77)}...` : text;
}

/** An entry of a record by a name that comes from a document: never what every object inherits. */
export function own<Value>(
  record: Readonly<Record<string, Value>> | undefined,
  name: string,
): Value | undefined {
  return record !== undefined && Object.hasOwn(record, name) ? record[name] : undefined;
}

/** A path one step further. */
export const within = (path: string, step: string | number) =>
  path === '' ? String(step) : `${path}.${step}`;
