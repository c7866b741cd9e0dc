import type { Asset } from '../model/asset.ts';
import {
  asWritten,
  boundPaths,
  type Envelope,
  envelopesOf,
  numberIn,
  reachable,
} from '../model/capacity/envelope.ts';
import { membersIn, shareOf } from '../model/capacity/members.ts';
import type { JsonObject, JsonValue } from '../model/json.ts';
import { pathInto } from '../model/native-scaling/member-path.ts';
import { valueAtPath, withValueAt } from '../model/property-path.ts';
import type { DesiredResource } from '../model/request.ts';
import type { KeptProperty, PropertyOwner } from '../model/wish.ts';
import { canHold } from './can-hold.ts';
import { equal } from './equal.ts';

/** A value that scaling decides, and the one before if a bound moved it. */
interface Scaled {
  path: string;
  value: JsonValue;
  from?: JsonValue;
}

/**
 * Returns the paths that scaling owns: the capacities that the resource declares, the bounds around them, and the members
 * that change with them.
 */
export function scaledPaths(
  type: string,
  scaling: JsonValue | undefined,
  properties: JsonObject,
): Set<string> {
  const paths = envelopesOf(type, scaling).flatMap(({ trait }) => [
    trait.property,
    ...boundPaths(trait).map(({ path }) => path),
    ...membersIn(trait, properties).map(({ path }) => path),
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
  { requestId, native = new Set() }: { requestId: string; native?: ReadonlySet<string> },
): DesiredResource {
  const declared = envelopesOf(written.type, written.baton?.scaling);
  if (declared.length === 0) return resource;
  const standing = asset?.type === written.type ? asset : undefined;
  const same = equal(standing?.scaling, written.baton?.scaling);
  const envelopes = declared.map((one) => (same ? asApproved(one, standing) : one));
  let { properties } = resource;
  const owners: PropertyOwner[] = [];
  const kept: KeptProperty[] = [];
  for (const { path, value, from } of envelopes.flatMap((one) => scaledBy(one, written, standing))) {
    if (!canHold(properties, path) || native.has(path)) continue;
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
      ...(before?.beyond !== undefined && same && from === undefined ? { beyond: before.beyond } : {}),
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

/** A capacity that people approved beyond the bounds stays, as long as the manifest declares the same. */
function asApproved(envelope: Envelope, asset: Asset | undefined): Envelope {
  const { property } = envelope.trait;
  const isApproved = asset?.owners?.some(({ path, beyond }) => path === property && beyond === true);
  if (asset === undefined || !isApproved) return envelope;
  const current = numberIn(valueAtPath(asset.desired, property)) ?? envelope.max;
  return { ...envelope, max: Math.max(envelope.max, current) };
}

function listed<Name extends string, T>(name: Name, list: T[]): { [key in Name]?: T[] } {
  return (list.length > 0 ? { [name]: list } : {}) as { [key in Name]?: T[] };
}

/** Returns the values of a capacity and of its bounds. None if no manifest or request has set a capacity. */
function scaledBy(envelope: Envelope, written: DesiredResource, asset: Asset | undefined): Scaled[] {
  const own = capacityIn(envelope, written, asset);
  return [...own, ...boundsIn(envelope, written), ...membersOf(envelope, own[0], written, asset)];
}

/** Members keep what scaling has set. A new one starts with its share of the capacity that there is now. */
function membersOf(
  { trait }: Envelope,
  own: Scaled | undefined,
  { properties }: DesiredResource,
  asset: Asset | undefined,
): Scaled[] {
  const [said, to] = [numberIn(valueAtPath(properties, trait.property)), numberIn(own?.value)];
  return membersIn(trait, properties).flatMap(({ path, name, value }): Scaled[] => {
    const there = asset && name !== undefined ? pathInto(asset.desired, path, name) : undefined;
    const sent = asset && there !== undefined ? valueAtPath(asset.desired, there) : undefined;
    if (sent !== undefined) return [{ path, value: sent }];
    const size = numberIn(value);
    if (size === undefined) return [];
    if (said === undefined || said <= 0 || to === undefined) return [{ path, value: value ?? size }];
    return [{ path, value: asWritten(trait, shareOf(trait.least, size, { from: said, to })) }];
  });
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
