import type { Asset } from '../model/asset.ts';
import { envelopesOf, numberIn } from '../model/capacity/envelope.ts';
import type { JsonObject, JsonValue } from '../model/json.ts';
import { isWithin, objectPath, valueAtPath, withValueAt } from '../model/property-path.ts';
import type { DesiredResource } from '../model/request.ts';
import type { TypeSpec } from '../model/spec.ts';
import { withoutPlacedTags } from '../model/tags.ts';
import type { KeptProperty, OwnerKind, PropertyOwner } from '../model/wish.ts';
import { equal } from './equal.ts';
import { scaledPaths } from './scaled.ts';
import { shiftedPaths } from './shifted.ts';

/** How changes name owners of each kind. The id of a request has no space. */
const ownerText: Readonly<Record<OwnerKind, (owner: PropertyOwner) => string>> = {
  configuration: ({ requestId }) => requestId,
  scaling: () => 'scaling policy',
  traffic: () => 'traffic policy',
  native: ({ by }) => `native auto scaling by ${by}`,
};

/**
 * Returns a resource as its manifest declares it, with the values that others own: these stay as long as the manifest's
 * value is the same as when they were taken over. A manifest with a new value takes its property back. So does a
 * manifest with the owner's value.
 */
export function withOwners(
  resource: DesiredResource,
  asset: Asset | undefined,
  native: ReadonlySet<string> = new Set(),
): DesiredResource {
  if (asset?.owners === undefined || asset.type !== resource.type) return resource;
  let { properties } = resource;
  const owners: PropertyOwner[] = [];
  const kept: KeptProperty[] = [];
  const scaled = scaledPaths(resource.type, resource.baton?.scaling, resource.properties);
  const shifted = shiftedPaths(resource.type, resource.baton?.traffic);
  for (const owner of asset.owners) {
    if (owner.owner !== 'configuration' || scaled.has(owner.path) || native.has(owner.path)) continue;
    if (shifted.some((path) => isWithin(owner.path, path))) continue;
    const said = valueAtPath(resource.properties, owner.path);
    const value = valueAtPath(asset.desired, owner.path);
    if (equal(said, value) || !equal(said, owner.manifest)) continue;
    // If the value doesn't fit anymore, the manifest has changed its parent.
    if (objectPath(resource.properties, owner.path) !== owner.path) continue;
    properties = withValueAt(properties, owner.path, value);
    owners.push(owner);
    kept.push({ ...owner, ...(value === undefined ? {} : { value }) });
  }
  return {
    ...resource,
    properties,
    ...(owners.length > 0 && { owners }),
    ...(kept.length > 0 && { kept }),
  };
}

/** Formats owners for a change: each path and the request that took it over, or what scales it. */
export function ownersText(owners: readonly PropertyOwner[] | undefined): string[] {
  return (owners ?? []).map((one) => `${one.path} (${ownerText[one.owner](one)})`).sort();
}

/**
 * Returns the owners after a request has set or removed some paths and released others. A list, or an object that the
 * manifest doesn't have, is owned as a whole.
 *
 * @param said the properties in the manifest
 */
export function ownersAfter(
  asset: Asset,
  {
    taken,
    released,
    requestId,
    beyond,
  }: { taken: string[]; released: string[]; requestId: string; beyond?: true },
  { said, properties }: { said: JsonObject; properties: JsonObject },
): PropertyOwner[] {
  const scaled = scaledPaths(asset.type, asset.scaling, asset.desired);
  const owned = [...new Set(taken.map((path) => (scaled.has(path) ? path : objectPath(said, path))))];
  const touched = [...owned, ...released];
  const others = (asset.owners ?? []).filter(({ path }) => !touched.some((one) => isWithin(path, one)));
  const covered = (path: string) => others.some((owner) => isWithin(path, owner.path));
  const made = owned.flatMap((path): PropertyOwner[] => {
    const manifest = valueAtPath(said, path);
    const initial = manifest === undefined ? {} : { manifest };
    if (scaled.has(path))
      return [
        {
          ...{ path, owner: 'scaling', requestId, ...initial },
          ...staysBeyond(asset, path, { beyond, to: valueAtPath(properties, path) }),
        },
      ];
    if (covered(path) || equal(valueAtPath(properties, path), manifest)) return [];
    return [{ path, owner: 'configuration', requestId, ...initial }];
  });
  return [...others, ...made].sort((a, b) => (a.path < b.path ? -1 : 1));
}

/** A capacity beyond its bounds was approved. It stays so until it is back within them. */
function staysBeyond(
  { type, scaling, owners = [] }: Asset,
  path: string,
  { beyond, to }: { beyond: true | undefined; to: JsonValue | undefined },
): Pick<PropertyOwner, 'beyond'> {
  const envelope = envelopesOf(type, scaling).find(({ trait }) => trait.property === path);
  const before = owners.some((one) => one.path === path && one.beyond === true);
  const isOutside = envelope !== undefined && (numberIn(to) ?? 0) > envelope.max;
  const isApproved = envelope !== undefined && beyond !== undefined;
  return isApproved || (before && isOutside) ? { beyond: true } : {};
}

/** Returns the properties as in the manifest: with its values for what others own, and without Baton's tags. */
export function manifestView({ desired, owners = [] }: Asset, spec: TypeSpec | undefined): JsonObject {
  return owners.reduce(
    (properties, { path, manifest }) => withValueAt(properties, path, manifest),
    withoutPlacedTags(desired, spec),
  );
}
