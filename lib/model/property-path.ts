import { BatonError } from './errors.ts';
import { isFunction } from './intrinsic-function.ts';
import { isObject, type JsonObject, type JsonValue } from './json.ts';

/** Names that every object inherits and that no resource type has. */
const reserved = new Set(['__proto__', 'constructor', 'prototype']);

/** Deeper than any property of a resource type. */
const segmentsMax = 100;

/**
 * Returns the segments of a property path: dotted (`Tags.0.Value`), or a JSON Pointer (RFC 6901) for names that contain
 * a dot (`/Parameters/rds.force_ssl`). Undefined for an invalid path.
 */
export function segmentsOf(path: string): string[] | undefined {
  const segments = path.startsWith('/')
    ? path
        .slice(1)
        .split('/')
        .map((segment) => segment.replaceAll('~1', '/').replaceAll('~0', '~'))
    : path.split('.');
  const sound = segments.every((segment) => segment !== '' && !reserved.has(segment));
  return sound && segments.length <= segmentsMax ? segments : undefined;
}

/** Returns the path of segments in the single form that Baton writes. Equal segments have equal paths. */
export function pathOf(segments: readonly string[]): string {
  if (!segments.some((segment) => /[./]/.test(segment))) return segments.join('.');
  return segments.map((segment) => `/${segment.replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
}

/** Tells whether a path equals the other or is inside it. */
export function isWithin(path: string, other: string): boolean {
  const [inner = [], outer = []] = [segmentsOf(path), segmentsOf(other)];
  return outer.length <= inner.length && outer.every((segment, at) => segment === inner[at]);
}

/** Returns the value at a path, or undefined if there is none. */
export function valueAtPath(properties: JsonObject, path: string): JsonValue | undefined {
  let value: JsonValue | undefined = properties;
  for (const segment of segmentsOf(path) ?? []) value = own(value, segment);
  return value;
}

function own(value: JsonValue | undefined, segment: string): JsonValue | undefined {
  if (value === undefined || value === null || typeof value !== 'object') return undefined;
  return Object.hasOwn(value, segment) ? (value as JsonObject)[segment] : undefined;
}

/**
 * Returns the part of a path that leads only through objects: the whole path, or up to the first value that isn't an
 * object. A list counts as one value, because its elements can't be identified after the list changes.
 */
export function objectPath(properties: JsonObject, path: string): string {
  const segments = segmentsOf(path) ?? [];
  let value: JsonValue | undefined = properties;
  for (const [depth, segment] of segments.entries()) {
    if (value === undefined || !isObject(value) || isFunction(value)) return pathOf(segments.slice(0, depth));
    value = own(value, segment);
  }
  return pathOf(segments);
}

/** Returns the paths of all values that contain the value at a path. */
export function pathsAround(path: string): string[] {
  const segments = segmentsOf(path) ?? [];
  return segments.slice(1).map((_, depth) => pathOf(segments.slice(0, depth + 1)));
}

/** A value can't be set at a path. The message says why. */
export class PathMismatch extends BatonError {
  override readonly name = 'PathMismatch';
}

/**
 * Returns the properties with a value at a path, or without the value there if it is undefined. Creates missing objects
 * on the path. A list accepts an existing index or the next one. Doesn't modify its arguments.
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
  const current = own(into, segment);
  const next = inner(current);
  if (next === undefined)
    return Object.fromEntries(Object.entries(into ?? {}).filter(([key]) => key !== segment));
  // An existing property keeps its position.
  return current === undefined
    ? { ...into, [segment]: next }
    : Object.fromEntries(Object.entries(into ?? {}).map(([key, old]) => [key, key === segment ? next : old]));
}

function putInList(
  list: JsonValue[],
  segment: string,
  here: string,
  inner: (current: JsonValue | undefined) => JsonValue | undefined,
): JsonValue[] {
  const index = Number(segment);
  if (!/^(?:0|[1-9]\d*)$/.test(segment) || index > list.length)
    throw new PathMismatch(
      `${here} is a list of ${list.length}; expected an index from 0 to ${list.length}, got "${segment}"`,
    );
  const next = inner(list[index]);
  if (next === undefined) return list.toSpliced(index, 1);
  return list.toSpliced(index, 1, next);
}
