import { createHash } from 'node:crypto';
import canonicalize from 'canonicalize';

export type JsonPrimitive = string | number | boolean | null;
export type JsonValue = JsonPrimitive | JsonValue[] | { [key: string]: JsonValue };
export type JsonObject = { [key: string]: JsonValue };

/** The operations of JSON Patch (RFC 6902) that Baton sends. */
export type PatchOperation =
  | { op: 'add' | 'replace'; path: string; value: JsonValue }
  | { op: 'remove'; path: string };

/** Tells whether a value is a JSON object (neither null nor an array). */
export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Returns canonical JSON (RFC 8785): the same text for the same value, in any order of its keys. */
export function canonicalJson(value: unknown): string {
  // The built-in serializer on a copy with sorted keys is three times as fast, if the copy preserves their order.
  const copy = sortedCopy(value);
  const text = copy === unsortable ? canonicalize(value) : JSON.stringify(copy);
  if (text === undefined) throw new TypeError('canonicalJson: the value can not be represented in JSON');
  return text;
}

const unsortable = Symbol('unsortable');

/**
 * Returns a copy with sorted keys. `unsortable` if an object can't keep its keys in that order, or isn't a plain
 * object.
 */
function sortedCopy(value: unknown): unknown {
  if (typeof value === 'number' && !Number.isFinite(value)) return unsortable;
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) {
    const copy = value.map(sortedCopy);
    return copy.includes(unsortable) ? unsortable : copy;
  }
  if ('toJSON' in value) return unsortable;
  const keys = Object.keys(value);
  // Compares UTF-16 code units, as the standard requires.
  if (keys.some((key, at) => at > 0 && (keys[at - 1] ?? '') > key)) keys.sort((a, b) => (a < b ? -1 : 1));
  const copy: Record<string, unknown> = {};
  for (const key of keys) {
    const first = key.charCodeAt(0);
    // Keys that look like an index come first in any object, and `__proto__` is not an ordinary key.
    if ((first >= 48 && first <= 57) || key === '__proto__') return unsortable;
    const inner = sortedCopy((value as Record<string, unknown>)[key]);
    if (inner === unsortable) return unsortable;
    copy[key] = inner;
  }
  return copy;
}

/** Returns the SHA-256 of the text in lowercase hexadecimal. */
export function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

/** Returns the hash that addresses a document: SHA-256 over its canonical JSON. */
export function hashOf(value: unknown): string {
  return sha256(canonicalJson(value));
}
