/**
 * The tags in IAM's request context when a handler of Cloud Control calls a service: those of the resource it changes,
 * or of the resources of the same service that it names, and the requested ones. Services that don't support these keys
 * omit them, so the conditions on them aren't met ("AWS global condition context keys", IAM User Guide:
 * `aws:ResourceTag` is there "when the requested resource already has attached tags, or in requests that create a
 * resource with an attached tag", and "only for resources that support authorization based on tags").
 */
import { isObject, type JsonObject, type JsonValue } from '../../model/json.ts';
import type { TypeLookup } from '../../model/spec.ts';
import { tagsAreEvaluated, tagsOf } from '../../model/tags.ts';
import { type HandlerOperation, permissionsFor } from '../../spec/permissions.ts';
import type { ResourceStore, StoredResource } from '../cloud-control/resource-store.ts';
import type { Permission } from '../gateway/wire.ts';
import type { HandlerCall } from './handler-call.ts';

/**
 * Types whose services support no `aws:ResourceTag` in any action that changes them, although they accept tags. Source:
 * Service Authorization Reference, condition keys of the actions that their handlers call.
 */
const withoutTagKeys: ReadonlySet<string> = new Set([
  'AWS::ApplicationInsights::Application',
  'AWS::BCM::Dashboard',
  'AWS::IoTAnalytics::Channel',
  'AWS::IoTAnalytics::Dataset',
  'AWS::IoTAnalytics::Datastore',
  'AWS::IoTAnalytics::Pipeline',
  'AWS::Personalize::Schema',
  'AWS::Route53::HealthCheck',
  'AWS::Route53::HostedZone',
  'AWS::S3Outposts::Bucket',
]);

const handlerOperation: Record<HandlerCall['kind'], HandlerOperation> = {
  CREATE: 'create',
  UPDATE: 'update',
  DELETE: 'delete',
  READ: 'read',
};

interface Cloud {
  store: ResourceStore;
  types: TypeLookup;
}

/**
 * Returns the permissions about tags that a call needs: at most one for each resource, and none if no tag is involved.
 */
export function tagDemands(call: HandlerCall, cloud: Cloud): Permission[] {
  const { type, kind, identifier, properties } = call;
  const action = actionOf(type, kind);
  if (action === undefined) return [];
  const own = cloud.store.get(type, identifier ?? '');
  const named = kind === 'READ' ? [] : namedBy(type, properties, cloud.store);
  const others = named.filter((one) => one.type !== type || one.identifier !== identifier);
  return [
    { action, resource: '*', context: ownContext(call, own, cloud) },
    ...others.map((one) => ({ action, resource: '*', context: resourceTags(evaluated(one, cloud)) })),
  ].filter(({ context }) => Object.keys(context).length > 0);
}

/** Returns an action of the type's own service that its handler uses for this, preferably one that makes changes. */
function actionOf(type: string, kind: HandlerCall['kind']): string | undefined {
  const actions = permissionsFor([type], [handlerOperation[kind]]);
  const changing = actions.filter((action) => !/:(?:BatchGet|Describe|Get|Head|List|PassRole)/.test(action));
  const service = (type.split('::')[1] ?? '').toLowerCase();
  return changing.find((action) => action.startsWith(`${service}:`)) ?? changing[0] ?? actions[0];
}

function ownContext(
  { type, kind, properties }: HandlerCall,
  own: StoredResource | undefined,
  cloud: Cloud,
): Record<string, string | string[]> {
  const before = own === undefined ? new Map<string, string>() : evaluated(own, cloud);
  if (kind === 'DELETE' || kind === 'READ') return resourceTags(before);
  const after = evaluated({ type, properties }, cloud);
  const put = [...after].filter(([key, value]) => before.get(key) !== value);
  const taken = [...before.keys()].filter((key) => !after.has(key));
  const keys = [...put.map(([key]) => key), ...taken];
  return {
    ...resourceTags(own === undefined ? after : before),
    ...Object.fromEntries(put.map(([key, value]) => [`aws:RequestTag/${key}`, value])),
    ...(keys.length > 0 && { 'aws:TagKeys': keys }),
  };
}

function resourceTags(tags: ReadonlyMap<string, string>): Record<string, string> {
  return Object.fromEntries([...tags].map(([key, value]) => [`aws:ResourceTag/${key}`, value]));
}

/** Returns the tags of a resource that IAM evaluates. */
function evaluated(
  { type, properties }: Pick<StoredResource, 'type' | 'properties'>,
  { types }: Cloud,
): Map<string, string> {
  if (withoutTagKeys.has(type) || !tagsAreEvaluated(type, properties)) return new Map();
  const tags = tagsOf(properties[types(type)?.tags?.property ?? '']) ?? new Map<string, JsonValue>();
  return new Map([...tags].map(([key, value]) => [key, String(value)]));
}

/**
 * Returns resources of the type's own service that properties name, by identifier, ARN, or the name at its end: a queue
 * policy is set on the queue, a security group rule in the group, and an instance is launched into a subnet.
 */
function namedBy(type: string, properties: JsonObject, store: ResourceStore): StoredResource[] {
  const service = type.slice(0, type.lastIndexOf('::') + 2);
  const found = new Map<string, StoredResource>();
  const kinds = store.types().filter((kind) => kind.startsWith(service));
  for (const text of new Set(textsIn(properties)))
    for (const identifier of new Set([text, text.split(':').at(-1) ?? '', text.split('/').at(-1) ?? '']))
      for (const kind of kinds) {
        const resource = store.get(kind, identifier);
        if (resource !== undefined) found.set(`${kind} ${identifier}`, resource);
      }
  return [...found.values()];
}

function textsIn(value: JsonValue | undefined): string[] {
  if (typeof value === 'string') return [value];
  if (Array.isArray(value)) return value.flatMap(textsIn);
  return isObject(value) ? Object.values(value).flatMap(textsIn) : [];
}
