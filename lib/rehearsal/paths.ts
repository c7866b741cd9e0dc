import { isObject, type JsonObject, type JsonValue, type PatchOperation } from '../model/json.ts';

/** Returns the value at a dotted path. Undefined if there is none, or if the path crosses a list. */
export function valueAt(value: JsonValue | undefined, path: string): JsonValue | undefined {
  let found = value;
  for (const name of path.split('.')) {
    if (!isObject(found) || !Object.hasOwn(found, name)) return undefined;
    found = found[name];
  }
  return found;
}

/** Returns a copy with a value at a path of segments. Creates missing objects on the way. */
export function withValue(object: JsonObject, path: readonly string[], value: JsonValue): JsonObject {
  const [name = '', ...rest] = path;
  const inner = object[name];
  return {
    ...object,
    [name]: rest.length === 0 ? value : withValue(isObject(inner) ? inner : {}, rest, value),
  };
}

/** Returns a copy without the value at a path. `*` stands for every element of a list or member of an object. */
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

/** Returns the segments of a JSON Pointer (RFC 6901). */
export function segmentsOf({ path }: PatchOperation): string[] {
  return path
    .split('/')
    .slice(1)
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'));
}
