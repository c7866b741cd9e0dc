import { createHash } from 'node:crypto';
import canonicalize from 'canonicalize';

export type JsonPrimitive = string | number | boolean | null;
export type JsonValue = JsonPrimitive | JsonValue[] | { [key: string]: JsonValue };
export type JsonObject = { [key: string]: JsonValue };

/** One operation of a JSON Patch (RFC 6902), as far as Baton sends them. */
export type PatchOperation =
  | { op: 'add' | 'replace'; path: string; value: JsonValue }
  | { op: 'remove'; path: string };

/** Whether a value is a plain JSON object (neither null nor an array). */
export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Canonical JSON (RFC 8785): one text for one value, whatever the order of its keys. */
export function canonicalJson(value: unknown): string {
  // The engine's own serialiser over a copy with sorted keys is three times as fast, where it keeps their order.
  const copy = sortedCopy(value);
  const text = copy === unsortable ? canonicalize(value) : JSON.stringify(copy);
  if (text === undefined) throw new TypeError('canonicalJson: the value can not be represented in JSON');
  return text;
}

const unsortable = Symbol('unsortable');

/** A copy whose keys are sorted; `unsortable` if an object can't hold its keys in that order, or isn't plain. */
function sortedCopy(value: unknown): unknown {
  if (typeof value === 'number' && !Number.isFinite(value)) return unsortable;
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) {
    const copy = value.map(sortedCopy);
    return copy.includes(unsortable) ? unsortable : copy;
  }
  if ('toJSON' in value) return unsortable;
  const keys = Object.keys(value);
  // Compared by UTF-16 code units, as the standard demands.
  if (keys.some((key, at) => at > 0 && (keys[at - 1] ?? '') > key)) keys.sort((a, b) => (a < b ? -1 : 1));
  const copy: Record<string, unknown> = {};
  for (const key of keys) {
    const first = key.charCodeAt(0);
    // Keys that look like an index come first in any object, and `__proto__` is no plain key.
    if ((first >= 48 && first <= 57) || key === '__proto__') return unsortable;
    const inner = sortedCopy((value as Record<string, unknown>)[key]);
    if (inner === unsortable) return unsortable;
    copy[key] = inner;
  }
  return copy;
}

/** SHA-256 of the text, in lower-case hexadecimal. */
export function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

/** The hash that addresses a document: SHA-256 over its canonical JSON. */
export function hashOf(value: unknown): string {
  return sha256(canonicalJson(value));
}
