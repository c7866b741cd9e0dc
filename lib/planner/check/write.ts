import { canonicalJson, isObject, type JsonObject, type JsonValue } from '../../model/json.ts';
import { segmentsOf } from '../../model/property-path.ts';

/** Returns a value as text, to compare it. */
export function text(value: JsonValue | undefined): string {
  return value === undefined ? '' : canonicalJson(value);
}

/** Sets a value in a copy. Returns false if its parent isn't an object. `make` makes a parent that is missing. */
export function write(copy: JsonObject, path: string, value: JsonValue | undefined, make = false): boolean {
  const segments = [...(segmentsOf(path) ?? [])];
  const last = segments.pop() ?? '';
  let at = copy;
  for (const segment of segments) {
    if (make && at[segment] === undefined) at[segment] = {};
    const inner = Object.hasOwn(at, segment) ? at[segment] : undefined;
    if (!isObject(inner ?? null) || isReference(inner as JsonObject)) return false;
    at = inner as JsonObject;
  }
  if (value === undefined) delete at[last];
  else at[last] = value;
  return true;
}

function isReference(value: JsonObject): boolean {
  const names = Object.keys(value);
  return names.length === 1 && /^(?:Ref$|Fn::)/.test(names[0] ?? '');
}
