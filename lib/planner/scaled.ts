import type { Asset } from '../model/asset.ts';
import {
  asWritten,
  boundPaths,
  type Envelope,
  envelopesOf,
  numberIn,
  reachable,
} from '../model/capacity/envelope.ts';
import type { JsonObject, JsonValue } from '../model/json.ts';
import { objectPath, valueAtPath, withValueAt } from '../model/property-path.ts';
import type { DesiredResource } from '../model/request.ts';
import type { KeptProperty, PropertyOwner } from '../model/wish.ts';
import { equal } from './equal.ts';

/** A value that scaling decides, and the one before if a bound moved it. */
interface Scaled {
  path: string;
  value: JsonValue;
  from?: JsonValue;
}

/** Returns the paths that scaling owns: the capacities that the resource declares, and the bounds around them. */
export function scaledPaths(type: string, scaling: JsonValue | undefined): Set<string> {
  const paths = envelopesOf(type, scaling).flatMap(({ trait }) => [
    trait.property,
    ...boundPaths(trait).map(({ path }) => path),
  ]);
  return new Set(paths);
}

/**
 * Returns a resource with the capacities that its manifest hands over to scaling: each stays as the asset has it, and
 * the manifest's value is only the initial one. A capacity outside the bounds of the policy moves to the bound, as far
 * as the service accepts it in one change.
 *
 * @param written the resource as its manifest has it
 * @param resource the same with the values of other owners
 */
export function withScaling(
  written: DesiredResource,
  resource: DesiredResource,
  asset: Asset | undefined,
  requestId: string,
): DesiredResource {
  const envelopes = envelopesOf(written.type, written.baton?.scaling);
  if (envelopes.length === 0) return resource;
  const standing = asset?.type === written.type ? asset : undefined;
  let { properties } = resource;
  const owners: PropertyOwner[] = [];
  const kept: KeptProperty[] = [];
  for (const { path, value, from } of envelopes.flatMap((one) => scaledBy(one, written, standing))) {
    if (!canHold(properties, path)) continue;
    properties = withValueAt(properties, path, value);
    const said = valueAtPath(written.properties, path);
    const before = standing?.owners?.find((one) => one.path === path && one.owner === 'scaling');
    const owner: PropertyOwner = {
      ...{
        path,
        owner: 'scaling',
        requestId: from === undefined ? (before?.requestId ?? requestId) : requestId,
      },
      ...(said === undefined ? {} : { manifest: said }),
    };
    owners.push(owner);
    if (!equal(said, value)) kept.push({ ...owner, value, ...(from === undefined ? {} : { from }) });
  }
  return {
    ...resource,
    properties,
    ...listed('owners', [...(resource.owners ?? []), ...owners]),
    ...listed('kept', [...(resource.kept ?? []), ...kept]),
  };
}

/** Tells whether a path leads through objects as far as the properties have it. */
function canHold(properties: JsonObject, path: string): boolean {
  const outer = objectPath(properties, path);
  return outer === path || valueAtPath(properties, outer) === undefined;
}

function listed<Name extends string, T>(name: Name, list: T[]): { [key in Name]?: T[] } {
  return (list.length > 0 ? { [name]: list } : {}) as { [key in Name]?: T[] };
}

/** Returns the values of a capacity and of its bounds. None if no manifest or request has set a capacity. */
function scaledBy(envelope: Envelope, written: DesiredResource, asset: Asset | undefined): Scaled[] {
  return [...capacityIn(envelope, written, asset), ...boundsIn(envelope, written)];
}

function capacityIn(
  { trait, min, max }: Envelope,
  written: DesiredResource,
  asset: Asset | undefined,
): Scaled[] {
  const path = trait.property;
  const said = valueAtPath(written.properties, path);
  const current = asset && (valueAtPath(asset.desired, path) ?? liveCapacity(trait, asset));
  const from = current ?? said ?? (asset === undefined ? asWritten(trait, min) : undefined);
  if (from === undefined) return [];
  const number = numberIn(from);
  if (number === undefined) return [{ path, value: from }];
  const bound = Math.min(Math.max(number, min), max);
  const to = current === undefined ? bound : reachable(trait, number, bound);
  return [to === number ? { path, value: from } : { path, value: asWritten(trait, to), from }];
}

/** An asset whose manifest never said a capacity has the one that the service chose. */
function liveCapacity(trait: Envelope['trait'], { attributes }: Asset): JsonValue | undefined {
  const live = numberIn(valueAtPath(attributes, trait.property));
  return live === undefined ? undefined : asWritten(trait, live);
}

/** The service refuses a capacity outside its own bounds, so these become as wide as the policy. */
function boundsIn({ trait, min, max }: Envelope, { properties }: DesiredResource): Scaled[] {
  return boundPaths(trait).flatMap(({ path, side }): Scaled[] => {
    const said = valueAtPath(properties, path);
    const number = numberIn(said);
    if (said === undefined || number === undefined) return [];
    const bound = side === 'atMost' ? Math.min(number, min) : Math.max(number, max);
    return bound === number ? [] : [{ path, value: asWritten(trait, bound), from: said }];
  });
}
