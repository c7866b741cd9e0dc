import { isObject, type JsonObject, type JsonValue, type PatchOperation } from '../model/json.ts';

/** The value at a dotted path; undefined where there is none, or where the path crosses a list. */
export function valueAt(value: JsonValue | undefined, path: string): JsonValue | undefined {
  let found = value;
  for (const name of path.split('.')) {
    if (!isObject(found) || !Object.hasOwn(found, name)) return undefined;
    found = found[name];
  }
  return found;
}

/** A copy with a value at a path, given by its segments; objects on the way are made where there are none. */
export function withValue(object: JsonObject, path: readonly string[], value: JsonValue): JsonObject {
  const [name = '', ...rest] = path;
  const inner = object[name];
  return {
    ...object,
    [name]: rest.length === 0 ? value : withValue(isObject(inner) ? inner : {}, rest, value),
  };
}

/** A copy without what is at a path; `*` stands for every element of a list or member of an object. */
export function without(value: JsonValue, path: readonly string[]): JsonValue {
  const [name = '', ...rest] = path;
  if (Array.isArray(value)) return name === '*' ? value.map((one) => without(one, rest)) : value;
  if (!isObject(value)) return value;
  const names = name === '*' ? Object.keys(value) : Object.hasOwn(value, name) ? [name] : [];
  if (names.length === 0) return value;
  const copy = { ...value };
  for (const each of names)
    if (rest.length === 0) delete copy[each];
    else copy[each] = without(copy[each] ?? null, rest);
  return copy;
}

/** The segments of a JSON Pointer (RFC 6901). */
export function segmentsOf({ path }: PatchOperation): string[] {
  return path
    .split('/')
    .slice(1)
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'));
}
