import type { Asset } from '../../model/asset.ts';
import type { NativeOwner } from '../../model/native-scaling/owners.ts';
import { valueAtPath } from '../../model/property-path.ts';
import type { DesiredResource } from '../../model/request.ts';
import { scaledIn } from './scaled.ts';
import { text, write } from './write.ts';

/** Returns the desired resource with the values that others own, derived independently of the planner. */
export function asOwned(
  resource: DesiredResource,
  asset: Asset | undefined,
  native: readonly NativeOwner[],
): DesiredResource {
  if (asset?.owners === undefined || asset.type !== resource.type) return resource;
  const properties = structuredClone(resource.properties);
  const scaled = [...scaledIn(resource), ...native.map(({ path }) => path)];
  const held = asset.owners.filter(({ path, owner, manifest }) => {
    if (owner !== 'configuration' || scaled.includes(path)) return false;
    const [said, value] = [valueAtPath(resource.properties, path), valueAtPath(asset.desired, path)];
    return text(said) === text(manifest) && text(said) !== text(value) && write(properties, path, value);
  });
  if (held.length === 0) return resource;
  const kept = held.map((owner) => {
    const value = valueAtPath(asset.desired, owner.path);
    return value === undefined ? owner : { ...owner, value };
  });
  return { ...resource, properties, owners: held, kept };
}
