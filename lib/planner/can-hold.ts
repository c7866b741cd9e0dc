import { isFunction } from '../model/intrinsic-function.ts';
import { isObject, type JsonObject, type JsonValue } from '../model/json.ts';
import { segmentsOf } from '../model/property-path.ts';

/** Tells whether a path leads through objects and elements of lists as far as the properties have it. */
export function canHold(properties: JsonObject, path: string): boolean {
  const outer = (segmentsOf(path) ?? []).slice(0, -1);
  let value: JsonValue | undefined = properties;
  for (const segment of outer) {
    value = (value as JsonObject)[segment];
    if (value === undefined) return true;
    if (!Array.isArray(value) && (!isObject(value) || isFunction(value))) return false;
  }
  return true;
}
