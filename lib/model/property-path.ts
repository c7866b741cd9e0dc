import { BatonError } from './errors.ts';
import { isObject, type JsonObject, type JsonValue } from './json.ts';

/** Names that mean something to every object, and belong to no resource type. */
const reserved = new Set(['__proto__', 'constructor', 'prototype']);

/**
 * The segments of a property path: dotted (`Tags.0.Value`), or a JSON Pointer (RFC 6901) where a name holds a dot
 * (`/Parameters/rds.force_ssl`). Undefined for what is no path.
 */
export function segmentsOf(path: string): string[] | undefined {
  const segments = path.startsWith('/')
    ? path
        .slice(1)
        .split('/')
        .map((segment) => segment.replaceAll('~1', '/').replaceAll('~0', '~'))
    : path.split('.');
  return segments.every((segment) => segment !== '' && !reserved.has(segment)) ? segments : undefined;
}

/** Whether a path is the other, or leads to something inside of it. */
export function isWithin(path: string, other: string): boolean {
  const [inner = [], outer = []] = [segmentsOf(path), segmentsOf(other)];
  return outer.length <= inner.length && outer.every((segment, at) => segment === inner[at]);
}

/** The value at a path; undefined where there is none. */
export function valueAtPath(properties: JsonObject, path: string): JsonValue | undefined {
  let value: JsonValue | undefined = properties;
  for (const segment of segmentsOf(path) ?? []) {
    if (value === undefined || value === null || typeof value !== 'object') return undefined;
    value = Object.hasOwn(value, segment) ? (value as JsonObject)[segment] : undefined;
  }
  return value;
}

/** A value can't be put at a path; the message says why. */
export class PathMismatch extends BatonError {
  override readonly name = 'PathMismatch';
}

/**
 * The properties with a value put at a path, or, without a value, with nothing there. Objects on the way are made where they
 * are missing; a list takes an index that it has, or the next one. Nothing that is given is changed.
 * @throws PathMismatch
 */
export function withValueAt(properties: JsonObject, path: string, value: JsonValue | undefined): JsonObject {
  const segments = segmentsOf(path);
  if (segments === undefined) throw new PathMismatch(`"${path}" is not a property path`);
  return put(properties, segments, 0, value) as JsonObject;
}

function put(
  into: JsonValue | undefined,
  segments: readonly string[],
  depth: number,
  value: JsonValue | undefined,
): JsonValue | undefined {
  const segment = segments[depth];
  if (segment === undefined) return value;
  const here = segments.slice(0, depth).join('.');
  const inner = (current: JsonValue | undefined) => put(current, segments, depth + 1, value);
  if (Array.isArray(into)) return putInList(into, segment, here, inner);
  if (into !== undefined && (!isObject(into) || isFunction(into)))
    throw new PathMismatch(`${here} is not an object or a list, so that it has no "${segment}"`);
  if (into === undefined && value === undefined) return undefined;
  const { [segment]: current, ...rest } = into ?? {};
  const next = inner(current);
  if (next === undefined) return rest;
  // A property that is there keeps its place.
  return current === undefined
    ? { ...rest, [segment]: next }
    : Object.fromEntries(Object.entries(into ?? {}).map(([key, old]) => [key, key === segment ? next : old]));
}

function putInList(
  list: JsonValue[],
  segment: string,
  here: string,
  inner: (current: JsonValue | undefined) => JsonValue | undefined,
): JsonValue[] {
  const index = Number(segment);
  if (!/^\d+$/.test(segment) || index > list.length)
    throw new PathMismatch(
      `${here} is a list of ${list.length}; expected an index from 0 to ${list.length}, got "${segment}"`,
    );
  const next = inner(list[index]);
  if (next === undefined) return list.toSpliced(index, 1);
  return list.toSpliced(index, 1, next);
}

function isFunction(value: JsonObject): boolean {
  const [name = '', ...more] = Object.keys(value);
  return more.length === 0 && (name === 'Ref' || name.startsWith('Fn::'));
}
