import type { Asset } from '../model/asset.ts';
import type { JsonObject } from '../model/json.ts';
import { isWithin, objectPath, valueAtPath, withValueAt } from '../model/property-path.ts';
import type { DesiredResource } from '../model/request.ts';
import type { TypeSpec } from '../model/spec.ts';
import { withoutPlacedTags } from '../model/tags.ts';
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
    // Where there is no room for the value any more, the manifest has said something new of what is around it.
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

/** Owners as a change shows them: each path and the request that took it over. */
export function ownersText(owners: readonly PropertyOwner[] | undefined): string[] {
  return (owners ?? []).map(({ path, requestId }) => `${path} (${requestId})`).sort();
}

/**
 * The owners after some paths were set or removed by a request, and others given back. What is owned is what the manifest
 * can be asked for: within a list, or within an object that the manifest does not have, it is all of that.
 *
 * @param said the properties as the manifest has them
 */
export function ownersAfter(
  asset: Asset,
  { taken, released, requestId }: { taken: string[]; released: string[]; requestId: string },
  { said, properties }: { said: JsonObject; properties: JsonObject },
): PropertyOwner[] {
  const owned = [...new Set(taken.map((path) => objectPath(said, path)))];
  const touched = [...owned, ...released];
  const others = (asset.owners ?? []).filter(({ path }) => !touched.some((one) => isWithin(path, one)));
  const covered = (path: string) => others.some((owner) => isWithin(path, owner.path));
  const made = owned.flatMap((path): PropertyOwner[] => {
    const manifest = valueAtPath(said, path);
    if (covered(path) || equal(valueAtPath(properties, path), manifest)) return [];
    return [{ path, owner: 'configuration', requestId, ...(manifest === undefined ? {} : { manifest }) }];
  });
  return [...others, ...made].sort((a, b) => (a.path < b.path ? -1 : 1));
}

/** The properties as the manifest has them: what others decide as it says it, and without the tags of Baton. */
export function manifestView({ desired, owners = [] }: Asset, spec: TypeSpec | undefined): JsonObject {
  return owners.reduce(
    (properties, { path, manifest }) => withValueAt(properties, path, manifest),
    withoutPlacedTags(desired, spec),
  );
}
