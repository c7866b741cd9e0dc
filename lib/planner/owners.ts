import type { Asset } from '../model/asset.ts';
import type { JsonObject, JsonValue } from '../model/json.ts';
import { isWithin, PathMismatch, valueAtPath, withValueAt } from '../model/property-path.ts';
import type { DesiredResource } from '../model/request.ts';
import type { KeptProperty, PropertyOwner } from '../model/wish.ts';
import { equal } from './equal.ts';

/**
 * A resource as its manifest wants it, but for properties whose values somebody else decides: as long as the manifest says
 * of them what it said when they were taken over, they stay as they are. A manifest that says something new takes its
 * property back; one that says what the owner set agrees with the owner, and has it back, too.
 */
export function withOwners(resource: DesiredResource, asset: Asset | undefined): DesiredResource {
  if (asset?.owners === undefined || asset.type !== resource.type) return resource;
  let { properties } = resource;
  const owners: PropertyOwner[] = [];
  const kept: KeptProperty[] = [];
  for (const owner of asset.owners) {
    const said = valueAtPath(resource.properties, owner.path);
    const value = valueAtPath(asset.desired, owner.path);
    if (equal(said, value) || !equal(said, owner.manifest)) continue;
    const stays = putBack(properties, owner.path, value);
    // Where there is no room for the value any more, the manifest has said something new of what is around it.
    if (stays === undefined) continue;
    properties = stays;
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

function putBack(properties: JsonObject, path: string, value: JsonValue | undefined) {
  try {
    return withValueAt(properties, path, value);
  } catch (error) {
    if (error instanceof PathMismatch) return undefined;
    throw error;
  }
}

/** Owners as a change shows them: each path and the request that took it over. */
export function ownersText(owners: readonly PropertyOwner[] | undefined): string[] {
  return (owners ?? []).map(({ path, requestId }) => `${path} (${requestId})`).sort();
}

/** The owners after some paths were set or removed by a request, and others given back. */
export function ownersAfter(
  asset: Asset,
  { taken, released, requestId }: { taken: string[]; released: string[]; requestId: string },
  properties: JsonObject,
): PropertyOwner[] {
  const said = manifestView(asset);
  const touched = [...taken, ...released];
  const others = (asset.owners ?? []).filter(({ path }) => !touched.some((one) => isWithin(path, one)));
  const covered = (path: string) => others.some((owner) => isWithin(path, owner.path));
  const made = taken.flatMap((path): PropertyOwner[] => {
    const manifest = valueAtPath(said, path);
    if (covered(path) || equal(valueAtPath(properties, path), manifest)) return [];
    return [{ path, owner: 'configuration', requestId, ...(manifest === undefined ? {} : { manifest }) }];
  });
  return [...others, ...made].sort((a, b) => (a.path < b.path ? -1 : 1));
}

/** The properties as the manifest has them, what others decide included. */
export function manifestView({ desired, owners = [] }: Pick<Asset, 'desired' | 'owners'>): JsonObject {
  return owners.reduce((properties, { path, manifest }) => {
    return putBack(properties, path, manifest) ?? properties;
  }, desired);
}
