import type { Asset } from '../model/asset.ts';
import { canonicalJson, isObject, type JsonObject, type PatchOperation } from '../model/json.ts';
import type { Plan, Step } from '../model/plan.ts';
import type { TypeSpec } from '../model/spec.ts';
import { mergedTags } from '../model/tags.ts';
import { mergePatch } from './merge-patch.ts';

export interface Update {
  direction: Plan['direction'];
  /** What was asked for before, references unresolved. */
  previous: Step['previous'];
  /** What was last sent, or put back by an undo. */
  applied: JsonObject | undefined;
  /** What had been asked for and sent before an update that failed; see `Asset`. */
  unsettled?: Asset['unsettled'];
  /** What shall be sent, references resolved. */
  after: JsonObject;
  /** The resource as it is now. */
  live: JsonObject;
  spec: Pick<TypeSpec, 'writeOnly' | 'createOnly' | 'tags'> | undefined;
}

/**
 * The JSON Patch of an update: what was asked for and is no more goes, what is asked for otherwise comes.
 *
 * What an undo put back is a whole pre-image, with names and defaults the service made up: nobody asked for these, so
 * that an update forward does not take them for something to remove. After an update that failed it is not known which of
 * two requests a property is left from: what either asked for goes where it is no more, and everything is compared with
 * what is there. Create-only properties are in no update, though
 * reads hide them: Cloud Control refuses the whole patch (`createOnlyProperties`, "Resource type schema",
 * CloudFormation CLI User Guide). A list of tags is sent whole, with those that nobody asked for here: they were put
 * there by somebody else.
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
  // An undo may follow a try that got halfway: what was last sent is then no measure.
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

/** Both, objects and lists inside them too, each element once; the second counts where they differ otherwise. */
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

/** Of what was sent, what was asked for: all of it where that is not known. */
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

/** Without what stands at the paths, and without objects that held nothing else. Lists are sent whole or not at all. */
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
