import { BatonError } from './errors.ts';
import { isFunction } from './intrinsic-function.ts';
import { isObject, type JsonObject, type JsonValue } from './json.ts';

/** Names that mean something to every object, and belong to no resource type. */
const reserved = new Set(['__proto__', 'constructor', 'prototype']);

/** Deeper than any property of a resource type. */
const segmentsMax = 100;

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
  const sound = segments.every((segment) => segment !== '' && !reserved.has(segment));
  return sound && segments.length <= segmentsMax ? segments : undefined;
}

/** The path of segments, in the one form that Baton writes; segments that are the same have the same path. */
export function pathOf(segments: readonly string[]): string {
  if (!segments.some((segment) => /[./]/.test(segment))) return segments.join('.');
  return segments.map((segment) => `/${segment.replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
}

/** Whether a path is the other, or leads to something inside of it. */
export function isWithin(path: string, other: string): boolean {
  const [inner = [], outer = []] = [segmentsOf(path), segmentsOf(other)];
  return outer.length <= inner.length && outer.every((segment, at) => segment === inner[at]);
}

/** The value at a path; undefined where there is none. */
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
 * The part of a path that leads through objects only: all of it, or as far as the first value that is none. A list is
 * one value, since its elements have no names by which to tell them from each other once it changes.
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

/** Paths of everything that the value at a path is in. */
export function pathsAround(path: string): string[] {
  const segments = segmentsOf(path) ?? [];
  return segments.slice(1).map((_, depth) => pathOf(segments.slice(0, depth + 1)));
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
  const current = own(into, segment);
  const next = inner(current);
  if (next === undefined)
    return Object.fromEntries(Object.entries(into ?? {}).filter(([key]) => key !== segment));
  // A property that is there keeps its place.
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
