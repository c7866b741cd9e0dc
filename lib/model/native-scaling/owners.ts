import type { Asset } from '../asset.ts';
import { numberIn } from '../capacity/envelope.ts';
import { capacities } from '../capacity/index.ts';
import { isObject, type JsonObject } from '../json.ts';
import { valueAtPath } from '../property-path.ts';
import type { NamedResource } from './names.ts';
import { dimensionOf, dimensionsWithoutProperty, namedBy, namesGroup, targetType } from './targets.ts';

/** Native auto scaling that decides a capacity of a resource. */
export interface NativeOwner {
  /** Path of the property, in the resource as it is declared. */
  path: string;
  /** The property of the capacity trait; the table's for an index. */
  property: string;
  /** The resource that lets native auto scaling decide it: a logical id, with its scope if that is another one. */
  by: string;
  /** Name of the member, if the capacity is that of one. */
  member?: string;
  min?: number;
  max?: number;
}

export interface NativeScaling {
  /** By logical id of the scaled resource. */
  owners: ReadonlyMap<string, NativeOwner[]>;
  /** Why it can't be told what a scalable target scales, by its logical id. */
  unresolved: ReadonlyMap<string, string>;
}

const groupType = 'AWS::AutoScaling::AutoScalingGroup';

/** What lets native auto scaling decide the size of an Auto Scaling group, and where it names the group. */
const groupScalers: Readonly<Record<string, { path: string; scales(properties: JsonObject): boolean }>> = {
  'AWS::AutoScaling::ScalingPolicy': { path: 'AutoScalingGroupName', scales: () => true },
  'AWS::AutoScaling::ScheduledAction': { path: 'AutoScalingGroupName', scales: () => true },
  'AWS::ECS::CapacityProvider': {
    path: 'AutoScalingGroupProvider.AutoScalingGroupArn',
    scales: (properties) =>
      valueAtPath(properties, 'AutoScalingGroupProvider.ManagedScaling.Status') === 'ENABLED',
  },
};

/** Types that let native auto scaling decide a capacity. */
const nativeScalerTypes: readonly string[] = [targetType, ...Object.keys(groupScalers)];

/** Returns the types of resources that may let native auto scaling decide a capacity of these types. */
export function nativeScalersOf(types: ReadonlySet<string>): string[] {
  const targeted = capacities.some(({ type, native }) => native !== undefined && types.has(type));
  return [...(targeted ? [targetType] : []), ...(types.has(groupType) ? Object.keys(groupScalers) : [])];
}

type Declared = Pick<NamedResource, 'logicalId' | 'type' | 'properties'>;

/**
 * Returns which capacities of resources native auto scaling decides, as far as the template and the inventory tell.
 *
 * @param resources of one scope, as they are declared
 * @param known the assets of the scope, which have the names that services generated
 * @param others scalers of other scopes, with the properties that were sent
 */
export function nativeScalingOf(
  resources: readonly Declared[],
  known: readonly Asset[] = [],
  others: readonly Asset[] = [],
): NativeScaling {
  const scalers = resources.filter(({ type }) => nativeScalerTypes.includes(type));
  if (scalers.length + others.length === 0) return { owners: new Map(), unresolved: new Map() };
  const assetOf = new Map(known.map((asset) => [`${asset.type} ${asset.logicalId}`, asset]));
  const named = resources.map((resource): NamedResource => {
    const asset = assetOf.get(`${resource.type} ${resource.logicalId}`);
    return { ...resource, identifier: asset?.identifier, attributes: asset?.attributes };
  });
  const world = {
    byName: new Map(named.map((one) => [one.logicalId, one])),
    byType: Map.groupBy(named, ({ type }) => type),
  };
  const owners = new Map<string, NativeOwner[]>();
  const unresolved = new Map<string, string>();
  const foreign = others.map(({ scope, logicalId, type, applied }) => ({
    ...{ logicalId: `${scope}/${logicalId}`, type, properties: applied },
  }));
  for (const scaler of [...scalers, ...foreign]) {
    const found = scaler.type === targetType ? byTarget(scaler, world) : byGroupScaler(scaler, world);
    if (typeof found === 'string') {
      if (scalers.includes(scaler)) unresolved.set(scaler.logicalId, found);
      continue;
    }
    for (const [logicalId, owner] of found) {
      const own = owners.get(logicalId) ?? [];
      if (!own.some(({ path }) => path === owner.path)) owners.set(logicalId, [...own, owner]);
    }
  }
  return { owners, unresolved };
}

interface World {
  byName: ReadonlyMap<string, NamedResource>;
  byType: ReadonlyMap<string, NamedResource[]>;
}

type Found = [logicalId: string, owner: NativeOwner][];

/** Returns the capacity that a scalable target is for; nothing if it is for a resource elsewhere; text if it is unknown. */
function byTarget({ logicalId: by, properties }: Declared, { byName, byType }: World): Found | string {
  const { ScalableDimension: name, ResourceId: id } = properties;
  const dimension = dimensionOf(String(name));
  if (dimension === undefined)
    return Object.hasOwn(dimensionsWithoutProperty, String(name))
      ? []
      : `${typeof name === 'string' ? name : 'its ScalableDimension'} is not a dimension that is known`;
  const { trait } = dimension;
  const bounds = boundsOf(properties.MinCapacity, properties.MaxCapacity);
  let isUnknown = false;
  for (const resource of byType.get(trait.type) ?? []) {
    const { match, member } = namedBy(id, dimension, resource, byName);
    isUnknown ||= match === 'unknown';
    if (match !== 'yes') continue;
    const path = dimension.member === undefined ? trait.property : memberPath(resource, dimension, member);
    if (path === undefined) continue;
    const owner = { path, property: trait.property, by, ...bounds, ...(member !== undefined && { member }) };
    return [[resource.logicalId, owner]];
  }
  if (!isUnknown) return [];
  return `its ResourceId does not tell which ${trait.type} it is for; expected ${dimension.resourceId}, by references to the resource, or by the names that the template gives`;
}

function memberPath(
  { properties }: NamedResource,
  { trait, member: key = '' }: { trait: { members?: readonly string[] }; member?: string },
  member: string | undefined,
): string | undefined {
  const [list = '', rest = ''] = (trait.members?.[0] ?? '').split('.*.');
  const elements = properties[list];
  if (!Array.isArray(elements)) return undefined;
  const at = elements.findIndex((one) => isObject(one) && one[key] === member);
  return at < 0 ? undefined : `${list}.${at}.${rest}`;
}

function byGroupScaler({ logicalId: by, type, properties }: Declared, { byType }: World): Found | string {
  const scaler = groupScalers[type];
  if (scaler === undefined || !scaler.scales(properties)) return [];
  let isUnknown = false;
  for (const group of byType.get(groupType) ?? []) {
    const match = namesGroup(properties, scaler.path, group);
    isUnknown ||= match === 'unknown';
    if (match !== 'yes') continue;
    const { MinSize, MaxSize } = group.properties;
    // A scheduled action moves the bounds of the group too, where it says some.
    const moved = ['MinSize', 'MaxSize'].filter(
      (name) => properties[name] !== undefined && properties[name] !== -1,
    );
    const bounds = moved.length > 0 ? {} : boundsOf(MinSize, MaxSize);
    return ['DesiredCapacity', ...moved].map((path) => [
      group.logicalId,
      { path, property: 'DesiredCapacity', by, ...(path === 'DesiredCapacity' ? bounds : {}) },
    ]);
  }
  return isUnknown
    ? `its ${scaler.path} does not tell which group it is for; expected the name of a group, or a reference`
    : [];
}

function boundsOf(low: JsonObject[string] | undefined, high: JsonObject[string] | undefined) {
  const [min, max] = [numberIn(low), numberIn(high)];
  return { ...(min !== undefined && { min }), ...(max !== undefined && { max }) };
}
