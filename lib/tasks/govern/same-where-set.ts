import type { Asset } from '../../model/asset.ts';
import { numberIn } from '../../model/capacity/envelope.ts';
import { canonicalJson, isObject, type JsonObject, type JsonValue } from '../../model/json.ts';
import { segmentsOf, valueAtPath, withValueAt } from '../../model/property-path.ts';
import { tagsOf } from '../../model/tags.ts';

/**
 * Tells whether the set properties of a resource are still as last seen. Values that the service sets itself (states,
 * sizes, times) change all the time and don't cause a new plan. Neither does another order of a list, or a tag that
 * someone added. Capacities that native auto scaling decides move without anyone else: see `grown`.
 *
 * @param tags the property that contains tags
 */
export function sameWhereSet(asset: Asset, seen: JsonObject, tags?: string): boolean {
  const { applied } = asset;
  const [observed, attributes] = [withoutNative(asset, seen), withoutNative(asset, asset.attributes)];
  return Object.keys(applied).every((name) => {
    const set = name === tags ? tagsOf(applied[name]) : undefined;
    if (set === undefined) return inAnyOrder(observed[name]) === inAnyOrder(attributes[name]);
    const [is, was] = [tagsOf(observed[name]), tagsOf(attributes[name])];
    return [...set.keys()].every((key) => inAnyOrder(is?.get(key)) === inAnyOrder(was?.get(key)));
  });
}

function nativePaths({ owners = [] }: Asset): string[] {
  return owners.filter(({ owner }) => owner === 'native').map(({ path }) => path);
}

function withoutNative(asset: Asset, properties: JsonObject): JsonObject {
  return nativePaths(asset).reduce((rest, path) => {
    const [list = '', index = '', ...inside] = segmentsOf(path) ?? [];
    const elements = rest[list];
    if (!Array.isArray(elements)) return withValueAt(rest, path, undefined);
    // A service returns the elements in any order. The manifest's is known by what else is in it.
    const own = sameElement(asset, list, index, elements);
    return own < 0 ? rest : withValueAt(rest, [list, own, ...inside].join('.'), undefined);
  }, properties);
}

/** Returns where an element of the applied list is in another list, by its names. */
function sameElement({ applied }: Asset, list: string, index: string, elements: JsonValue[]): number {
  const sent = valueAtPath(applied, `${list}.${index}`);
  const names = isObject(sent ?? null)
    ? Object.entries(sent as JsonObject).filter(([key]) => key.endsWith('Name'))
    : [];
  return elements.findIndex(
    (one) => isObject(one) && names.length > 0 && names.every(([key, value]) => one[key] === value),
  );
}

/**
 * Tells whether native auto scaling has made a resource larger than it was last seen. What takes its place must not
 * start smaller.
 */
export function grown(asset: Asset, observed: JsonObject): boolean {
  return nativePaths(asset).some((path) => {
    const [now, before] = [observed, asset.attributes].map((one) => numberIn(valueAtPath(one, path)));
    return now !== undefined && before !== undefined && now > before;
  });
}

/** Returns the value's text with its lists sorted. */
function inAnyOrder(value: JsonValue | undefined): string {
  if (Array.isArray(value)) return `[${value.map(inAnyOrder).sort().join()}]`;
  if (!isObject(value)) return canonicalJson(value ?? null);
  const entries = Object.entries(value).map(([name, inner]) => `${name}:${inAnyOrder(inner)}`);
  return `{${entries.sort().join()}}`;
}
