import { canonicalJson, isObject, type JsonObject, type JsonValue } from '../model/json.ts';

export type PatchOperation =
  | { op: 'add' | 'replace'; path: string; value: JsonValue }
  | { op: 'remove'; path: string };

/**
 * The JSON Patch (RFC 6902) that makes `after` of `before`. Objects are compared property by property;
 * a list that differs is replaced whole, since its elements have no names.
 */
export function jsonPatch(before: JsonObject, after: JsonObject, path = ''): PatchOperation[] {
  const removed = Object.keys(before)
    .filter((name) => !(name in after))
    .map((name): PatchOperation => ({ op: 'remove', path: `${path}/${escaped(name)}` }));
  const changed = Object.entries(after).flatMap(([name, value]): PatchOperation[] => {
    const place = `${path}/${escaped(name)}`;
    const old = before[name];
    if (old === undefined) return [{ op: 'add', path: place, value }];
    if (isObject(old) && isObject(value)) return jsonPatch(old, value, place);
    return canonicalJson(old) === canonicalJson(value) ? [] : [{ op: 'replace', path: place, value }];
  });
  return [...removed, ...changed];
}

/** JSON Pointer (RFC 6901): `~` and `/` are written `~0` and `~1`. */
function escaped(name: string): string {
  return name.replaceAll('~', '~0').replaceAll('/', '~1');
}
