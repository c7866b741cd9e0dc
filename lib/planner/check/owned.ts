import type { Asset } from '../../model/asset.ts';
import { canonicalJson, isObject, type JsonObject, type JsonValue } from '../../model/json.ts';
import { segmentsOf, valueAtPath } from '../../model/property-path.ts';
import type { DesiredResource } from '../../model/request.ts';

/** Returns the desired resource with the values that others own, derived independently of the planner. */
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

/** Sets a value in a copy. Returns false if its parent isn't an object. */
function write(copy: JsonObject, path: string, value: JsonValue | undefined): boolean {
  const segments = [...(segmentsOf(path) ?? [])];
  const last = segments.pop() ?? '';
  let at = copy;
  for (const segment of segments) {
    const inner = Object.hasOwn(at, segment) ? at[segment] : undefined;
    if (!isObject(inner ?? null) || isReference(inner as JsonObject)) return false;
    at = inner as JsonObject;
  }
  if (value === undefined) delete at[last];
  else at[last] = value;
  return true;
}

function isReference(value: JsonObject): boolean {
  const names = Object.keys(value);
  return names.length === 1 && /^(?:Ref$|Fn::)/.test(names[0] ?? '');
}
