import { isObject, type JsonValue } from '../model/json.ts';

/**
 * Returns the name of the function that an object calls: `{Ref: ...}` or `{'Fn::X': ...}`. Undefined for other values.
 */
export function functionOf(value: JsonValue | undefined): string | undefined {
  if (!isObject(value)) return undefined;
  let only: string | undefined;
  for (const key in value) {
    if (only !== undefined) return undefined;
    only = key;
  }
  return only !== undefined && (only === 'Ref' || only.startsWith('Fn::')) ? only : undefined;
}

/** Tells whether a value is an unresolved function call. */
export function isIntrinsic(value: JsonValue | undefined): boolean {
  return functionOf(value) !== undefined;
}

/** Tells whether a value is or contains an unresolved function call. */
export function isUnresolved(value: JsonValue): boolean {
  if (typeof value !== 'object' || value === null) return false;
  if (Array.isArray(value)) return value.some((item) => isUnresolved(item));
  return isIntrinsic(value) || Object.values(value).some((item) => isUnresolved(item));
}

/**
 * Tells whether a value contains a dynamic reference to a secret or parameter, which stays text until the provider
 * call.
 */
export function holdsDynamicReference(value: JsonValue): boolean {
  if (typeof value === 'string') return value.includes('{{resolve:');
  if (typeof value !== 'object' || value === null) return false;
  return (Array.isArray(value) ? value : Object.values(value)).some(holdsDynamicReference);
}

/** Returns the text of a scalar, as CloudFormation converts numbers and booleans. Undefined for lists and objects. */
export function scalarText(value: JsonValue | undefined): string | undefined {
  if (typeof value === 'string') return value;
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : undefined;
}

/** Returns the text to show in a message in place of a long value. */
export function shown(value: JsonValue | undefined): string {
  if (value === undefined) return 'nothing';
  const text = JSON.stringify(value);
  return text.length > 80 ? `${text.slice(0, 77)}...` : text;
}

/** Returns an entry of a record by a name from a document. Never returns an inherited property. */
export function own<Value>(
  record: Readonly<Record<string, Value>> | undefined,
  name: string,
): Value | undefined {
  return record !== undefined && Object.hasOwn(record, name) ? record[name] : undefined;
}

/** Returns a path with one more segment. */
export const within = (path: string, step: string | number) =>
  path === '' ? String(step) : `${path}.${step}`;
