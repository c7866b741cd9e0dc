import type { Asset } from '../../model/asset.ts';
import { canonicalJson, type JsonObject, type JsonValue } from '../../model/json.ts';
import { segmentsOf, valueAtPath } from '../../model/property-path.ts';
import type { DesiredResource } from '../../model/request.ts';

/** What a manifest's resource has to become where others decide some of its values: told apart here once more. */
export function asOwned(resource: DesiredResource, asset: Asset | undefined): DesiredResource {
  if (asset?.owners === undefined || asset.type !== resource.type) return resource;
  const properties = structuredClone(resource.properties);
  const held = asset.owners.filter(({ path, manifest }) => {
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

function text(value: JsonValue | undefined): string {
  return value === undefined ? '' : canonicalJson(value);
}

/** Writes a value into a copy; false where there is no place for it. */
function write(copy: JsonObject, path: string, value: JsonValue | undefined): boolean {
  const segments = [...(segmentsOf(path) ?? [])];
  const last = segments.pop() ?? '';
  let at: JsonValue = copy;
  for (const segment of segments) {
    if (at === null || typeof at !== 'object') return false;
    const holder = at as JsonObject;
    if (holder[segment] === undefined) {
      if (Array.isArray(at) || value === undefined) return value === undefined;
      holder[segment] = {};
    }
    at = holder[segment] ?? null;
  }
  if (at === null || typeof at !== 'object' || 'Ref' in at) return false;
  if (Array.isArray(at)) {
    const index = Number(last);
    if (!Number.isInteger(index) || index > at.length) return false;
    at.splice(index, 1, ...(value === undefined ? [] : [value]));
  } else if (value === undefined) delete (at as JsonObject)[last];
  else (at as JsonObject)[last] = value;
  return true;
}
