import type { Asset } from '../../model/asset.ts';
import { capacities } from '../../model/capacity/index.ts';
import { isObject, type JsonObject, type JsonValue } from '../../model/json.ts';
import type { NativeOwner } from '../../model/native-scaling/owners.ts';
import { valueAtPath } from '../../model/property-path.ts';
import type { DesiredResource } from '../../model/request.ts';
import type { KeptProperty, PropertyOwner } from '../../model/wish.ts';
import { put } from './put.ts';
import { amount } from './scaled.ts';
import { text } from './write.ts';

interface Size {
  decided: NativeOwner;
  said: JsonValue | undefined;
  live: JsonValue | undefined;
  next: JsonValue | undefined;
  before?: JsonValue;
}

/** Returns the desired resource with the sizes of native auto scaling, derived independently of the planner. */
export function asNative(
  manifest: DesiredResource,
  resource: DesiredResource,
  found: Asset | undefined,
  how: { native: readonly NativeOwner[]; isNew: boolean; requestId: string; sizesOnly: boolean },
): DesiredResource {
  const asset = found?.type === manifest.type ? found : undefined;
  const isNew = how.isNew || asset === undefined;
  const all = how.native.flatMap((decided) => {
    const size = sizeFor(decided, manifest, asset, isNew);
    return size === undefined || !put(structuredClone(resource.properties), decided.path, size.next)
      ? []
      : [size];
  });
  if (all.length === 0) return resource;
  const properties = structuredClone(resource.properties);
  const fill = () => {
    for (const { decided, next } of all) put(properties, decided.path, next);
  };
  fill();
  for (const size of isNew ? [] : all) {
    const [list = ''] = size.decided.path.split('.');
    const moves = text(properties[list]) !== text(asset?.desired[list]);
    if (size.decided.member !== undefined && size.before === undefined && moves)
      size.next = size.live ?? size.next;
  }
  fill();
  if (how.sizesOnly) return { ...resource, properties };
  const owners: PropertyOwner[] = [...(resource.owners ?? [])];
  const kept: KeptProperty[] = [...(resource.kept ?? [])];
  for (const { decided, said, live, next, before } of all) {
    const { path, by, min, max } = decided;
    const last = asset?.owners?.find((one) => one.owner === 'native' && one.path === path);
    const moves = before !== undefined;
    const owner: PropertyOwner = { path, owner: 'native', by, requestId: how.requestId };
    if (!moves && last !== undefined) owner.requestId = last.requestId;
    if (said !== undefined) owner.manifest = said;
    owners.push(owner);
    if (said === undefined && !moves) continue;
    const shown = moves ? next : (live ?? next);
    const one: KeptProperty = { ...owner };
    if (shown !== undefined) one.value = shown;
    if (moves) one.from = before;
    const bounds: KeptProperty['bounds'] = {};
    if (min !== undefined) bounds.min = min;
    if (max !== undefined) bounds.max = max;
    if (min !== undefined || max !== undefined) one.bounds = bounds;
    kept.push(one);
  }
  return { ...resource, properties, owners, ...(kept.length > 0 ? { kept } : {}) };
}

function sizeFor(
  decided: NativeOwner,
  manifest: DesiredResource,
  asset: Asset | undefined,
  isNew: boolean,
): Size | undefined {
  const { path, member, property, min, max } = decided;
  const trait = capacities.find((one) => one.type === manifest.type && one.property === property);
  if (trait === undefined || trait.unmet?.(manifest.properties) !== undefined) return undefined;
  const written = (value: number) => (trait.form === 'integer as text' ? `${value}` : value);
  const seen = amount(at(asset?.attributes, path, member));
  const live = seen !== undefined && seen >= trait.least ? written(seen) : undefined;
  const sent = at(asset?.desired, path, member);
  const said = valueAtPath(manifest.properties, path);
  let next = sent;
  if (isNew) next = live ?? sent ?? said;
  else if (sent === undefined && live === undefined) next = said;
  // A parent that was not sent before needs all that is in it.
  else if (sent === undefined && path.includes('.')) next = live;
  const before = live ?? next;
  const value = amount(before);
  if (before === undefined || value === undefined) return { decided, said, live, next };
  let bound = max !== undefined && value > max ? max : value;
  if (min !== undefined && bound < min) bound = min;
  const { factor, onlyUp } = trait.rules ?? {};
  if (!isNew && onlyUp === true && bound < value) bound = value;
  if (!isNew && factor !== undefined) {
    bound = Math.min(bound, Math.floor((value * factor) / trait.step) * trait.step);
    bound = Math.max(bound, Math.ceil(value / factor / trait.step) * trait.step);
  }
  if (bound === value) return { decided, said, live, next };
  return { decided, said, live, next: written(bound), before };
}

/** Reads a path, through the element of a list that has the member's name. */
function at(
  properties: JsonObject | undefined,
  path: string,
  member: string | undefined,
): JsonValue | undefined {
  if (properties === undefined) return undefined;
  if (member === undefined) return valueAtPath(properties, path);
  const [list = '', , ...rest] = path.split('.');
  const elements = properties[list];
  const element = Array.isArray(elements)
    ? elements.find((one) => isObject(one) && Object.values(one).some((value) => value === member))
    : undefined;
  return isObject(element ?? null) ? valueAtPath(element as JsonObject, rest.join('.')) : undefined;
}
