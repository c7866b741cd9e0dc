import { capacities } from '../capacity/index.ts';
import type { CapacityTrait, NativeTarget } from '../capacity/trait.ts';
import { valueAtPath } from '../property-path.ts';
import { lastPart, type Match, type NamedResource, sameName } from './names.ts';
import { piecesOf, type TextPart, textPartsOf } from './text-parts.ts';

/** Resource types of which each one lets a service scale another resource. */
export const targetType = 'AWS::ApplicationAutoScaling::ScalableTarget';

/** The capacity of a scalable dimension: its own, or that of the members of a resource. */
export interface Dimension {
  trait: CapacityTrait;
  native: NativeTarget;
  /** The property that names a member, if the dimension is that of members. */
  member?: string;
  resourceId: string;
}

const dimensions: ReadonlyMap<string, Dimension> = new Map(
  capacities.flatMap((trait) => {
    const { native } = trait;
    if (native === undefined) return [];
    const { dimension, resourceId, members } = native;
    const own: [string, Dimension] = [dimension, { trait, native, resourceId }];
    if (members === undefined) return [own];
    const ofMembers = { trait, native, member: members.name, resourceId: members.resourceId };
    return [own, [members.dimension, ofMembers] as [string, Dimension]];
  }),
);

/**
 * Dimensions that no property of a template holds, or none that can be changed in place, so that no manifest can fight
 * them. Source: the list of `ScalableDimension` in "RegisterScalableTarget", Application Auto Scaling API Reference.
 */
export const dimensionsWithoutProperty: Readonly<Record<string, string>> = {
  'rds:cluster:ReadReplicaCount':
    'replicas are instances of their own, which native auto scaling adds and removes',
  'neptune:cluster:ReadReplicaCount':
    'replicas are instances of their own, which native auto scaling adds and removes',
  'elasticache:replication-group:Replicas': 'ReplicasPerNodeGroup is create-only, so that no update sends it',
  'elasticache:cache-cluster:Nodes': 'no update of a cache cluster by Baton sends its nodes',
  'sagemaker:variant:DesiredInstanceCount': 'an endpoint configuration is immutable',
  'sagemaker:variant:DesiredProvisionedConcurrency': 'an endpoint configuration is immutable',
  'appstream:fleet:DesiredCapacity': 'Cloud Control does not provision fleets of AppStream',
  'elasticmapreduce:instancegroup:InstanceCount': 'Cloud Control does not provision instance groups',
  'comprehend:document-classifier-endpoint:DesiredInferenceUnits': 'no resource type has it',
  'comprehend:entity-recognizer-endpoint:DesiredInferenceUnits': 'no resource type has it',
  'custom-resource:ResourceType:Property': 'it is scaled through an API of its own',
};

export function dimensionOf(name: string): Dimension | undefined {
  return dimensions.get(name);
}

/** Tells whether a `ResourceId` names a resource, and which member of it. */
export function namedBy(
  value: NamedResource['properties'][string] | undefined,
  { native, resourceId, member }: Dimension,
  resource: NamedResource,
  others: ReadonlyMap<string, NamedResource>,
): { match: Match; member?: string } {
  if (isPartOfArn(value, resource.logicalId, native)) return { match: 'yes' };
  const text = textPartsOf(value);
  if (text === undefined) return { match: 'unknown' };
  const separator = resourceId.includes('/') ? '/' : ':';
  const form = resourceId.split(separator);
  const pieces = form.length === 1 ? [text] : piecesOf(text, separator);
  if (pieces.length !== form.length) return { match: 'unknown' };
  const matches = form.map((piece, at) => matchOf(piece, pieces[at] ?? [], native, resource, others));
  const match = matches.includes('no') ? 'no' : matches.includes('unknown') ? 'unknown' : 'yes';
  // A reference to the resource itself decides, whatever else there is to know of it.
  const itself = pieces.some(
    ([part, ...more]) =>
      typeof part === 'object' &&
      more.length === 0 &&
      part.of === resource.logicalId &&
      Object.values(native.read ?? {}).some((read) => read.includes(part.attribute)),
  );
  const last = pieces.at(-1);
  return {
    match: itself ? 'yes' : match,
    ...(member !== undefined && typeof last?.[0] === 'string' && last.length === 1 && { member: last[0] }),
  };
}

function matchOf(
  piece: string,
  text: readonly TextPart[],
  { read = {}, defaults = {} }: NativeTarget,
  resource: NamedResource,
  others: ReadonlyMap<string, NamedResource>,
): Match {
  const property = /^\{(\w+)\}$/.exec(piece)?.[1];
  if (property === undefined) return text.length === 1 && text[0] === piece ? 'yes' : 'no';
  if (property === 'Member') return text.length === 1 && typeof text[0] === 'string' ? 'yes' : 'unknown';
  const how = { property, read: read[property] ?? [], standard: defaults[property] };
  return sameName(text, resource, how, others);
}

/** `!Select [5, !Split [":", !Ref Service]]`: the end of an ARN is the whole identifier. */
function isPartOfArn(
  value: NamedResource['properties'][string] | undefined,
  logicalId: string,
  { partOfArn }: NativeTarget,
): boolean {
  if (partOfArn === undefined) return false;
  const expected = { 'Fn::Select': [partOfArn, { 'Fn::Split': [':', { Ref: logicalId }] }] };
  const text = JSON.stringify(value ?? null);
  return (
    text === JSON.stringify(expected) ||
    text === JSON.stringify(expected).replace(`[${partOfArn},`, `["${partOfArn}",`)
  );
}

/** Tells whether a property names an Auto Scaling group, by its name or ARN. */
export function namesGroup(
  properties: NamedResource['properties'],
  path: string,
  group: NamedResource,
): Match {
  const text = textPartsOf(valueAtPath(properties, path));
  const [part, ...more] = text ?? [];
  if (part === undefined || more.length > 0) return 'unknown';
  if (typeof part === 'object') return part.of === group.logicalId ? 'yes' : 'no';
  const { AutoScalingGroupName: name } = group.properties;
  const names = [name, group.identifier].filter((one) => typeof one === 'string');
  return names.includes(lastPart(part)) || names.includes(part) ? 'yes' : 'no';
}
