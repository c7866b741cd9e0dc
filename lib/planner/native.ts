import type { Asset } from '../model/asset.ts';
import { asWritten, numberIn, reachable } from '../model/capacity/envelope.ts';
import { type CapacityTrait, findCapacity } from '../model/capacity/index.ts';
import type { JsonObject, JsonValue } from '../model/json.ts';
import { pathInto } from '../model/native-scaling/member-path.ts';
import type { NativeOwner } from '../model/native-scaling/owners.ts';
import { segmentsOf, valueAtPath, withValueAt } from '../model/property-path.ts';
import type { DesiredResource } from '../model/request.ts';
import type { KeptProperty, PropertyOwner } from '../model/wish.ts';
import { canHold } from './can-hold.ts';
import { equal } from './equal.ts';

/** What is known of a capacity: in the manifest, as last sent, and as last read. */
interface Known {
  said: JsonValue | undefined;
  sent: JsonValue | undefined;
  read: JsonValue | undefined;
}

interface Sized {
  owner: NativeOwner;
  known: Known;
  value: JsonValue | undefined;
  /** The value before, if the bounds of native auto scaling move it. */
  from?: JsonValue;
}

/**
 * Returns a resource with the capacities that native auto scaling decides: an update doesn't send them, and a new
 * resource starts at the size that the old one was last seen with. A size outside the bounds of native auto scaling
 * moves into them, and is a difference.
 *
 * @param written the resource as its manifest has it
 * @param resource the same with the values of other owners
 */
export function withNative(
  written: DesiredResource,
  resource: DesiredResource,
  asset: Asset | undefined,
  { native, replaced, requestId }: { native: readonly NativeOwner[]; replaced: boolean; requestId: string },
): DesiredResource {
  const standing = asset?.type === written.type ? asset : undefined;
  const sized = sizes(written, resource, { standing, native, replaced });
  if (sized.length === 0) return resource;
  const owners = sized.map(({ owner: { path, by }, known: { said }, from }): PropertyOwner => {
    const before = standing?.owners?.find((one) => one.path === path && one.owner === 'native');
    return {
      ...{ path, owner: 'native', by },
      requestId: from === undefined ? (before?.requestId ?? requestId) : requestId,
      ...(said === undefined ? {} : { manifest: said }),
    };
  });
  const kept = sized.flatMap(({ owner, known: { said, read }, value, from }, at): KeptProperty[] => {
    const [decided, shown] = [owners[at], from === undefined ? (read ?? value) : value];
    if (decided === undefined || (said === undefined && from === undefined)) return [];
    const { min, max } = owner;
    const bounds = { ...(min !== undefined && { min }), ...(max !== undefined && { max }) };
    const values = { ...(shown !== undefined && { value: shown }), ...(from !== undefined && { from }) };
    return [{ ...decided, ...values, ...(Object.keys(bounds).length > 0 && { bounds }) }];
  });
  return {
    ...resource,
    properties: withSizes(resource.properties, sized),
    owners: [...(resource.owners ?? []), ...owners],
    ...((resource.kept ?? kept).length > 0 && { kept: [...(resource.kept ?? []), ...kept] }),
  };
}

/** Returns a resource that takes the place of another one, with the sizes of that one, and nothing else changed. */
export function withLiveSizes(
  resource: DesiredResource,
  asset: Asset | undefined,
  native: readonly NativeOwner[],
): DesiredResource {
  const standing = asset?.type === resource.type ? asset : undefined;
  const sized = sizes(resource, resource, { standing, native, replaced: true });
  return sized.length === 0 ? resource : { ...resource, properties: withSizes(resource.properties, sized) };
}

function sizes(
  written: DesiredResource,
  { properties }: DesiredResource,
  {
    standing,
    native,
    replaced,
  }: { standing: Asset | undefined; native: readonly NativeOwner[]; replaced: boolean },
): Sized[] {
  const { type } = written;
  const made = replaced || standing === undefined;
  const sized = native.flatMap((owner): Sized[] => {
    const trait = findCapacity(type, owner.property);
    if (typeof trait === 'string' || trait.unmet?.(written.properties) !== undefined) return [];
    if (!canHold(properties, owner.path)) return [];
    const known = knownOf(owner, trait, written, standing);
    return [{ owner, known, ...sizeOf(owner, trait, known, made) }];
  });
  if (made) return sized;
  // An update sends a list as a whole, so it has the sizes of now if anything else in the list changes.
  const after = withSizes(properties, sized);
  return sized.map((one) => {
    const [list = ''] = one.owner.member === undefined ? [] : (segmentsOf(one.owner.path) ?? []);
    if (list === '' || one.from !== undefined || equal(after[list], standing.desired[list])) return one;
    return { ...one, value: one.known.read ?? one.value };
  });
}

function knownOf(
  { path, member }: NativeOwner,
  trait: CapacityTrait,
  written: DesiredResource,
  standing: Asset | undefined,
): Known {
  const within = (properties: JsonObject | undefined) => {
    const there = properties && pathInto(properties, path, member);
    return there === undefined || properties === undefined ? undefined : valueAtPath(properties, there);
  };
  const live = numberIn(within(standing?.attributes));
  return {
    said: valueAtPath(written.properties, path),
    sent: within(standing?.desired),
    // A table on demand reads 0: that is no size.
    read: live === undefined || live < trait.least ? undefined : asWritten(trait, live),
  };
}

function sizeOf(
  { path, min = Number.NEGATIVE_INFINITY, max = Number.POSITIVE_INFINITY }: NativeOwner,
  trait: CapacityTrait,
  { said, sent, read }: Known,
  made: boolean,
): Pick<Sized, 'value' | 'from'> {
  // A parent that was not sent before needs all that is in it.
  const first = read === undefined ? said : path.includes('.') ? read : undefined;
  const value = made ? (read ?? sent ?? said) : (sent ?? first);
  const from = read ?? value;
  const number = numberIn(from);
  if (from === undefined || number === undefined) return { value };
  const bound = Math.max(Math.min(number, max), min);
  const to = made ? bound : reachable(trait, number, bound);
  return to === number ? { value } : { value: asWritten(trait, to), from };
}

function withSizes(properties: JsonObject, sized: readonly Sized[]): JsonObject {
  return sized.reduce((all, { owner, value }) => withValueAt(all, owner.path, value), properties);
}

/** States what can't be told of a scalable target. */
export function withUnresolved(
  resource: DesiredResource,
  unresolved: string | undefined,
  requestId: string,
): DesiredResource {
  if (unresolved === undefined) return resource;
  const note: KeptProperty = {
    ...{ path: 'ResourceId', owner: 'native', by: resource.logicalId, requestId, unresolved },
  };
  return { ...resource, kept: [...(resource.kept ?? []), note] };
}
