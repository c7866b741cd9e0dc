import { isFunction } from '../model/intrinsic-function.ts';
import { canonicalJson, isObject, type JsonObject, type JsonValue } from '../model/json.ts';
import type { PropertyChange } from '../model/plan.ts';
import type { TypeSpec } from '../model/spec.ts';
import { equal } from './equal.ts';
import type { Pair } from './pair.ts';
import { replacementAt } from './replacement.ts';

export type { Pair } from './pair.ts';

/**
 * Returns the differences between two sets of properties by dotted path, with the effect of each on the resource.
 * Compares inside objects and inside lists of the same length. A function (`Ref`...) is one value. Ignores the order of
 * keys and of tags in a list.
 */
export function diffProperties(before: JsonObject, after: JsonObject, spec: TypeSpec): PropertyChange[] {
  const found: Pair[] = [];
  for (const name of new Set([...Object.keys(before), ...Object.keys(after)])) {
    const tagList = spec.tags?.form === 'list' && spec.tags.property === name;
    compare(name, before[name], after[name], found, tagList);
  }
  return found.map((pair) => ({ ...pair, replacement: replacementAt(pair, before, after, spec) }));
}

function compare(
  path: string,
  before: JsonValue | undefined,
  after: JsonValue | undefined,
  found: Pair[],
  tagList = false,
): void {
  if (before === after) return;
  if (Array.isArray(before) && Array.isArray(after)) {
    if (tagList && canonicalJson(byKey(before)) === canonicalJson(byKey(after))) return;
    if (before.length === after.length && !tagList) {
      before.forEach((element, index) => {
        compare(`${path}.${index}`, element, after[index], found);
      });
      return;
    }
    if (equal(before, after)) return;
  } else if (isObject(before) && isObject(after)) {
    if (!isFunction(before) && !isFunction(after)) {
      for (const name of new Set([...Object.keys(before), ...Object.keys(after)])) {
        compare(`${path}.${name}`, own(before, name), own(after, name), found);
      }
      return;
    }
    if (equal(before, after)) return;
  }
  const pair: Pair = { path };
  if (before !== undefined) pair.before = before;
  if (after !== undefined) pair.after = after;
  found.push(pair);
}

/** Maps may have keys that every object inherits. */
function own(value: JsonObject, name: string): JsonValue | undefined {
  return Object.hasOwn(value, name) ? value[name] : undefined;
}

function byKey(tags: JsonValue[]): JsonValue[] {
  const key = (tag: JsonValue) => canonicalJson(isObject(tag) ? (tag.Key ?? tag) : tag);
  return tags
    .map((tag) => ({ tag, at: key(tag) }))
    .sort((a, b) => (a.at < b.at ? -1 : Number(a.at > b.at)))
    .map(({ tag }) => tag);
}
