import { isObject, type JsonObject } from '../json.ts';
import { segmentsOf } from '../property-path.ts';

/**
 * Returns the path of a capacity in other properties of the same resource. The elements of a list are found by their
 * name, because a service returns them in any order. Undefined if there is no such element.
 */
export function pathInto(
  properties: JsonObject,
  path: string,
  member: string | undefined,
): string | undefined {
  if (member === undefined) return path;
  const [list = '', , ...rest] = segmentsOf(path) ?? [];
  const elements = properties[list];
  if (!Array.isArray(elements)) return undefined;
  const at = elements.findIndex((one) => isObject(one) && Object.values(one).includes(member));
  return at < 0 ? undefined : [list, at, ...rest].join('.');
}
