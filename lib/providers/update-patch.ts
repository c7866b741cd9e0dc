import type { Asset } from '../model/asset.ts';
import { canonicalJson, isObject, type JsonObject, type PatchOperation } from '../model/json.ts';
import type { Plan, Step } from '../model/plan.ts';
import type { TypeSpec } from '../model/spec.ts';
import { mergedTags } from '../model/tags.ts';
import { mergePatch } from './merge-patch.ts';

export interface Update {
  direction: Plan['direction'];
  /** The previously requested properties with unresolved references. */
  previous: Step['previous'];
  /** What was last sent, or restored by a rollback. */
  applied: JsonObject | undefined;
  /** What had been requested and sent before a failed update; see `Asset`. */
  unsettled?: Asset['unsettled'];
  /** What to send, with resolved references. */
  after: JsonObject;
  /** The current state of the resource. */
  live: JsonObject;
  spec: Pick<TypeSpec, 'writeOnly' | 'createOnly' | 'tags'> | undefined;
}

/**
 * Returns the JSON Patch of an update: removes what was requested before and no longer is, and sets what is requested
 * differently.
 *
 * A rollback restores a whole pre-image with generated names and defaults. These were not requested, so a later update
 * doesn't remove them. After a failed update, a property may come from either of two requests: Baton removes what
 * either requested and the new one doesn't, and compares everything with the live state. No update contains create-only
 * properties, even hidden ones, because Cloud Control rejects the whole patch (`createOnlyProperties`, "Resource type
 * schema", CloudFormation CLI User Guide). A list of tags is sent as a whole, including tags that others added.
 */
export function updatePatch({
  direction,
  previous,
  applied = {},
  unsettled,
  after,
  live,
  spec,
}: Update): PatchOperation[] {
  const undo = direction === 'undo';
  // A rollback may follow an interrupted attempt, so what was last sent is not reliable.
  const asked = askedOf(applied, previous);
  const former =
    unsettled === undefined ? asked : merged(askedOf(unsettled.applied, unsettled.desired), asked);
  const everything = undo || unsettled !== undefined;
  const before = undo ? { ...applied, ...previous } : former;
  const createOnly = spec?.createOnly ?? [];
  return mergePatch({
    live,
    before: without(before, createOnly),
    after: without(withTagsOfOthers({ live, before, after }, everything, spec?.tags), createOnly),
    everything,
    hidden: spec?.writeOnly ?? [],
  });
}

function withTagsOfOthers(
  { live, before, after }: Record<'live' | 'before' | 'after', JsonObject>,
  everything: boolean,
  tags: TypeSpec['tags'],
): JsonObject {
  const name = tags?.property ?? '';
  const [had, wanted] = [before[name], after[name]];
  if (tags === undefined || (had === undefined && wanted === undefined)) return after;
  if (!everything && canonicalJson(had ?? null) === canonicalJson(wanted ?? null)) return after;
  const merged = mergedTags(live[name], had, wanted);
  return merged === undefined ? after : { ...after, [name]: merged };
}

/**
 * Merges two objects, including nested objects and lists, with each element once. The second value wins if they differ
 * otherwise.
 */
export function merged(one: JsonObject, other: JsonObject): JsonObject {
  const result = { ...one };
  for (const [name, value] of Object.entries(other)) {
    const [inside, has] = [result[name], value];
    if (Array.isArray(inside) && Array.isArray(has)) {
      const known = new Set(inside.map(canonicalJson));
      result[name] = [...inside, ...has.filter((element) => !known.has(canonicalJson(element)))];
    } else result[name] = isObject(inside) && isObject(has) ? merged(inside, has) : value;
  }
  return result;
}

/** Returns the requested part of what was sent, or all of it if that is unknown. */
function askedOf(applied: JsonObject, previous: JsonObject | undefined): JsonObject {
  if (previous === undefined) return applied;
  const entries = Object.entries(applied).filter(([name]) => Object.hasOwn(previous, name));
  return Object.fromEntries(
    entries.map(([name, sent]) => {
      const asked = previous[name];
      const inside = isObject(sent) && isObject(asked) && !isReference(asked);
      return [name, inside ? askedOf(sent, asked) : sent];
    }),
  );
}

function isReference(value: JsonObject): boolean {
  return Object.keys(value).some((name) => name === 'Ref' || name.startsWith('Fn::'));
}

/**
 * Removes the values at the paths, and objects that contained nothing else. Lists are sent as a whole or not at all.
 */
function without(properties: JsonObject, paths: readonly string[]): JsonObject {
  if (paths.length === 0) return properties;
  const kept = Object.entries(properties).flatMap(([name, value]) => {
    if (paths.includes(name)) return [];
    const inside = paths.flatMap((path) =>
      path.startsWith(`${name}.`) ? [path.slice(name.length + 1)] : [],
    );
    if (inside.length === 0 || !isObject(value)) return [[name, value] as const];
    const rest = without(value, inside);
    return Object.keys(rest).length === 0 && Object.keys(value).length > 0 ? [] : [[name, rest] as const];
  });
  return Object.fromEntries(kept);
}
