/**
 * Resources that requests of an environment create carry the environment's tag. Provisioning roles use it to
 * distinguish the resources of their environment from others (lib/infra/environment-bounds.ts).
 */
import { isObject, type JsonObject, type JsonValue } from './json.ts';
import type { TypeSpec } from './spec.ts';

export const environmentTag = 'baton:environment';

/** Tags by key that Baton adds to those of a template. */
export type PlacedTags = Readonly<Record<string, string>>;

export function placedTags(environment: string): PlacedTags {
  return { [environmentTag]: environment };
}

type Tagged = Pick<TypeSpec, 'type' | 'tags'>;

/**
 * Properties that IAM requires to evaluate tags. For buckets: "By default, ABAC is disabled for all Amazon S3 general
 * purpose buckets" ("Enabling ABAC in general purpose buckets", Amazon S3 User Guide).
 */
const evaluatedWith: Readonly<Record<string, JsonObject>> = {
  'AWS::S3::Bucket': { AbacStatus: 'Enabled' },
};

/** Tells whether Baton tags resources of a type. */
export function isTagged(spec: Tagged | undefined): spec is Tagged & { tags: NonNullable<TypeSpec['tags']> } {
  return spec?.tags?.placed === true;
}

/**
 * Returns the properties with tags, and with what IAM needs to evaluate them. Values in the template for the same keys
 * are kept.
 */
export function withTags(properties: JsonObject, spec: Tagged, placed: PlacedTags): JsonObject {
  if (!isTagged(spec)) return properties;
  const { property, form } = spec.tags;
  const given = properties[property];
  const known = tagsOf(given);
  if (known === undefined) return properties;
  const missing = Object.entries(placed).filter(([key]) => !known.has(key));
  const added =
    form === 'map'
      ? { ...(isObject(given) ? given : {}), ...Object.fromEntries(missing) }
      : [...(Array.isArray(given) ? given : []), ...missing.map((tag) => entryOf(tag, form))];
  return { ...evaluatedWith[spec.type], ...properties, [property]: added };
}

/** Auto Scaling groups require whether instances get the tag too (`TagProperty`, CloudFormation Template Reference). */
function entryOf([Key, Value]: [string, string], form: 'list' | 'other'): JsonObject {
  return form === 'other' ? { Key, Value, PropagateAtLaunch: true } : { Key, Value };
}

/** Returns properties as in a template, without the tags that Baton added. */
export function withoutPlacedTags(properties: JsonObject, spec: Tagged | undefined): JsonObject {
  if (!isTagged(spec)) return properties;
  const { [spec.tags.property]: given, ...rest } = properties;
  const others = (entriesOf(given) ?? []).filter(([key]) => !isReserved(key)).length;
  if (given === undefined || entriesOf(given)?.length === others) return properties;
  if (others === 0) return rest;
  const left = Array.isArray(given)
    ? given.filter((tag) => ![...(tagsOf([tag])?.keys() ?? [])].some(isReserved))
    : Object.fromEntries(Object.entries(given ?? {}).filter(([key]) => !isReserved(key)));
  return { ...properties, [spec.tags.property]: left };
}

/** Tells whether a tag's key is reserved for Baton. */
const isReserved = (key: string): boolean => /^baton:/i.test(key);

export function carriesTags(properties: JsonObject, spec: Tagged, placed: PlacedTags): boolean {
  const known = tagsOf(properties[spec.tags?.property ?? '']);
  return Object.entries(placed).every(([key, value]) => known?.get(key) === value);
}

/** Tells whether adding tags to an existing resource is impossible or might replace it. */
export function tagsAreFixed(
  spec: Pick<TypeSpec, 'tags' | 'properties' | 'updatable' | 'createOnly' | 'readOnly'>,
): boolean {
  const property = spec.tags?.property ?? '';
  const fixed = [...spec.createOnly, ...spec.readOnly].includes(property);
  return !spec.updatable || fixed || spec.properties[property]?.replacement !== 'no';
}

/** Tells whether IAM evaluates the tags of a resource with these properties. */
export function tagsAreEvaluated(type: string, properties: JsonObject): boolean {
  return Object.entries(evaluatedWith[type] ?? {}).every(([name, value]) => properties[name] === value);
}

/** Returns tags by key from any format. Undefined if they can't be read because they come from other resources. */
export function tagsOf(value: JsonValue | undefined): Map<string, JsonValue | undefined> | undefined {
  const entries = entriesOf(value);
  return entries && new Map(entries);
}

function entriesOf(value: JsonValue | undefined): [key: string, value: JsonValue | undefined][] | undefined {
  if (value === undefined) return [];
  if (Array.isArray(value))
    return value.flatMap((tag) => {
      const [key, content] = isObject(tag) ? [tag.Key ?? tag.TagKey, tag.Value ?? tag.TagValue] : [];
      return typeof key === 'string' ? [[key, content] as [string, JsonValue | undefined]] : [];
    });
  return isObject(value) && !isFunction(value) ? Object.entries(value) : undefined;
}

function isFunction(value: JsonObject): boolean {
  return Object.keys(value).some((name) => name === 'Ref' || name.startsWith('Fn::'));
}

/** Returns a list of tags as a map, so that they are compared by key and tags that others added are kept. */
export function mergedTags(
  live: JsonValue | undefined,
  before: JsonValue | undefined,
  after: JsonValue | undefined,
): JsonValue | undefined {
  if (!Array.isArray(live) || !isTagList(live) || (after !== undefined && !isTagList(after))) return after;
  const [asked, wanted] = [tagsOf(before), tagsOf(after)];
  const others = live.filter((tag) => {
    const key = isObject(tag) ? String(tag.Key) : '';
    return asked?.has(key) !== true && wanted?.has(key) !== true;
  });
  const merged = [...(Array.isArray(after) ? after : []), ...others];
  return merged.length === 0 ? after : merged;
}

function isTagList(value: JsonValue): boolean {
  return Array.isArray(value) && value.every((tag) => isObject(tag) && typeof tag.Key === 'string');
}

/** Returns the places where properties set tags reserved for Baton to other values than Baton does. */
export function reservedTags(
  value: JsonValue | undefined,
  placed: PlacedTags,
  path = '',
): { path: string; key: string }[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, part]) => {
    const here = path === '' ? name : `${path}.${name}`;
    const own = /tags$/i.test(name) ? entriesOf(part as JsonValue) : [];
    const foreign = (own ?? []).filter(([key, content]) => isReserved(key) && placed[key] !== content);
    return [
      ...foreign.map(([key]) => ({ path: here, key })),
      ...reservedTags(part as JsonValue, placed, here),
    ];
  });
}
