/**
 * What requests of an environment make carries the environment's tag: by it, provisioning roles tell the resources of
 * their environment from those of others (lib/infra/environment-bounds.ts).
 */
import { isObject, type JsonObject, type JsonValue } from './json.ts';
import type { TypeSpec } from './spec.ts';

export const environmentTag = 'baton:environment';

/** Tags by key, as Baton puts them beside those of a template. */
export type PlacedTags = Readonly<Record<string, string>>;

export function placedTags(environment: string): PlacedTags {
  return { [environmentTag]: environment };
}

type Tagged = Pick<TypeSpec, 'type' | 'tags'>;

/**
 * Properties without which IAM does not look at tags. Of buckets: "By default, ABAC is disabled for all Amazon S3 general
 * purpose buckets" ("Enabling ABAC in general purpose buckets", Amazon S3 User Guide).
 */
const evaluatedWith: Readonly<Record<string, JsonObject>> = {
  'AWS::S3::Bucket': { AbacStatus: 'Enabled' },
};

/** Whether Baton tags resources of a type. */
export function isTagged(spec: Tagged | undefined): spec is Tagged & { tags: NonNullable<TypeSpec['tags']> } {
  return spec?.tags?.placed === true;
}

/** Properties with tags, and with what has IAM look at them. What the template says of the same keys stands. */
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

/** Auto Scaling groups demand to be told whether instances get the tag too (`TagProperty`, CloudFormation Template Reference). */
function entryOf([Key, Value]: [string, string], form: 'list' | 'other'): JsonObject {
  return form === 'other' ? { Key, Value, PropagateAtLaunch: true } : { Key, Value };
}

/** Properties as a template has them, without what Baton has put beside its tags. */
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

/** Whether a tag's key is one of those that belong to Baton. */
const isReserved = (key: string): boolean => /^baton:/i.test(key);

export function carriesTags(properties: JsonObject, spec: Tagged, placed: PlacedTags): boolean {
  const known = tagsOf(properties[spec.tags?.property ?? '']);
  return Object.entries(placed).every(([key, value]) => known?.get(key) === value);
}

/** Whether tags can't be put on a resource that is there, or might replace it. */
export function tagsAreFixed(
  spec: Pick<TypeSpec, 'tags' | 'properties' | 'updatable' | 'createOnly' | 'readOnly'>,
): boolean {
  const property = spec.tags?.property ?? '';
  const fixed = [...spec.createOnly, ...spec.readOnly].includes(property);
  return !spec.updatable || fixed || spec.properties[property]?.replacement !== 'no';
}

/** Whether IAM sees the tags of a resource that has these properties. */
export function tagsAreEvaluated(type: string, properties: JsonObject): boolean {
  return Object.entries(evaluatedWith[type] ?? {}).every(([name, value]) => properties[name] === value);
}

/** Tags by key, in whatever form; undefined where they can't be read, since they come from other resources. */
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

/** A list of tags as a map, so that each is compared by its key: what others have put beside them stays. */
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

/** Where properties say something of the tags that belong to Baton, other than what Baton itself says. */
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
