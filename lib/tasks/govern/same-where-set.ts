import type { Asset } from '../../model/asset.ts';
import { canonicalJson, isObject, type JsonObject, type JsonValue } from '../../model/json.ts';
import { tagsOf } from '../../model/tags.ts';

/**
 * Tells whether the set properties of a resource are still as last seen. Values that the service sets itself (states,
 * sizes, times) change all the time and don't cause a new plan. Neither does another order of a list, or a tag that
 * someone added.
 *
 * @param tags the property that contains tags
 */
export function sameWhereSet({ applied, attributes }: Asset, observed: JsonObject, tags?: string): boolean {
  return Object.keys(applied).every((name) => {
    const set = name === tags ? tagsOf(applied[name]) : undefined;
    if (set === undefined) return inAnyOrder(observed[name]) === inAnyOrder(attributes[name]);
    const [is, was] = [tagsOf(observed[name]), tagsOf(attributes[name])];
    return [...set.keys()].every((key) => inAnyOrder(is?.get(key)) === inAnyOrder(was?.get(key)));
  });
}

/** Returns the value's text with its lists sorted. */
function inAnyOrder(value: JsonValue | undefined): string {
  if (Array.isArray(value)) return `[${value.map(inAnyOrder).sort().join()}]`;
  if (!isObject(value)) return canonicalJson(value ?? null);
  const entries = Object.entries(value).map(([name, inner]) => `${name}:${inAnyOrder(inner)}`);
  return `{${entries.sort().join()}}`;
}
