import type { Asset } from '../asset.ts';
import { isObject, type JsonObject, type JsonValue } from '../json.ts';
import { pathOf, segmentsOf, valueAtPath, withValueAt } from '../property-path.ts';
import { asWritten, capacityChange, numberIn } from './envelope.ts';
import type { CapacityTrait } from './trait.ts';

/** A capacity in a list that changes in proportion to that of the resource, such as that of an index of a table. */
export interface Member {
  path: string;
  /** The name of the element, by which it is found in any order of the list. */
  name?: string;
  value: JsonValue | undefined;
}

/** Returns the members of a capacity that properties have. */
export function membersIn(
  { members = [], native }: Pick<CapacityTrait, 'members' | 'native'>,
  properties: JsonObject,
): Member[] {
  const key = native?.members?.name ?? 'Name';
  return members.flatMap((pattern) => {
    const segments = segmentsOf(pattern) ?? [];
    const at = segments.indexOf('*');
    const list = valueAtPath(properties, pathOf(segments.slice(0, at)));
    if (!Array.isArray(list)) return [];
    return list.flatMap((element, index): Member[] => {
      if (!isObject(element)) return [];
      const path = pathOf([...segments.slice(0, at), String(index), ...segments.slice(at + 1)]);
      const { [key]: name } = element;
      return [{ path, value: valueAtPath(properties, path), ...(typeof name === 'string' && { name }) }];
    });
  });
}

/** Returns what a member becomes when the capacity goes from one size to another: its share, rounded up. */
export function shareOf(least: number, own: number, { from, to }: { from: number; to: number }): number {
  return Math.max(least, Math.ceil((own * to) / from - 1e-9));
}

/** Returns the properties as the manifest declares them: with its values for what others own. */
function declared({ desired, owners = [] }: Pick<Asset, 'desired' | 'owners'>): JsonObject {
  return owners.reduce(
    (properties, { path, manifest }) =>
      valueAtPath(properties, path) === undefined ? properties : withValueAt(properties, path, manifest),
    desired,
  );
}

/**
 * Returns the members of a capacity with what they become when it is set: each keeps the share that its manifest
 * declares. Rounding up from the sizes of now would add a little with each change. Those that native auto scaling
 * decides are left out.
 */
export function memberChange(
  trait: CapacityTrait,
  asset: Pick<Asset, 'desired' | 'owners'>,
  to: number,
): JsonObject {
  if (trait.members === undefined) return {};
  const natively = new Set(
    (asset.owners ?? []).flatMap(({ owner, path }) => (owner === 'native' ? [path] : [])),
  );
  const manifest = declared(asset);
  const base = numberIn(valueAtPath(manifest, trait.property));
  const now = numberIn(valueAtPath(asset.desired, trait.property));
  const entries = membersIn(trait, asset.desired).flatMap(({ path, value }): [string, JsonValue][] => {
    const [size, own] = [numberIn(value), numberIn(valueAtPath(manifest, path))];
    if (size === undefined || natively.has(path)) return [];
    const basis =
      base !== undefined && base > 0 && own !== undefined ? { from: base, own } : { from: now, own: size };
    if (basis.from === undefined || basis.from <= 0) return [];
    const share = shareOf(trait.least, basis.own, { from: basis.from, to });
    return share === size ? [] : [[path, asWritten(trait, share)]];
  });
  return Object.fromEntries(entries);
}

/** Returns the properties to set for a new capacity: the capacity, bounds that it would not be within, and members. */
export function groupChange(
  trait: CapacityTrait,
  asset: Pick<Asset, 'desired' | 'owners'>,
  to: number,
): JsonObject {
  return { ...capacityChange(trait, asset.desired, to), ...memberChange(trait, asset, to) };
}
