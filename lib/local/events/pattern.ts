/**
 * Event patterns.
 * Sources: Amazon EventBridge User Guide, "Creating Amazon EventBridge event patterns" and "Comparison
 * operators for use in event patterns"; for arrays and edge cases the README of EventBridge's own
 * matcher, github.com/aws/event-ruler.
 */
import { isObject, type JsonObject, type JsonValue } from '../../model/json.ts';
import { matchesOperator } from './pattern-operators.ts';

/** Whether an event matches a (valid) pattern: every field named matches one of its alternatives. */
export function matchesPattern(pattern: JsonObject, event: JsonObject): boolean {
  return matchesFields(pattern, [event]);
}

/**
 * `candidates`: the objects that may hold the fields. An array of objects in the event matches if a single
 * element satisfies all fields that the pattern names inside of it.
 */
function matchesFields(pattern: JsonObject, candidates: JsonValue[]): boolean {
  const places = candidates.length > 0 ? candidates : [{}];
  return places.some((place) =>
    Object.entries(pattern).every(([name, wanted]) => {
      if (name === '$or' && isAlternatives(wanted)) {
        return wanted.some((alternative) => matchesFields(alternative, [place]));
      }
      const value = isObject(place) && Object.hasOwn(place, name) ? place[name] : undefined;
      return Array.isArray(wanted) ? matchesLeaf(wanted, value) : matchesNested(wanted, value);
    }),
  );
}

function matchesNested(pattern: JsonValue, value: JsonValue | undefined): boolean {
  return isObject(pattern) && matchesFields(pattern, Array.isArray(value) ? value.flat(20) : [value ?? {}]);
}

/** Any alternative matches any value: an array in the event is a set of values. */
function matchesLeaf(alternatives: JsonValue[], value: JsonValue | undefined): boolean {
  const leaves = leavesOf(value);
  return alternatives.some((alternative) => {
    if (isObject(alternative)) {
      const exists = alternative.exists;
      if (typeof exists === 'boolean') return exists === leaves.length > 0;
      return leaves.some((leaf) => matchesOperator(alternative, leaf));
    }
    return leaves.some((leaf) => leaf === alternative);
  });
}

/** Objects are no leaves: operators, `exists` among them, don't see them. */
function leavesOf(value: JsonValue | undefined): JsonValue[] {
  if (value === undefined || isObject(value)) return [];
  return Array.isArray(value) ? value.flatMap(leavesOf) : [value];
}

/** `$or` is an operator only with two or more alternatives that are objects; else it is a field's name. */
export function isAlternatives(value: JsonValue | undefined): value is JsonObject[] {
  return Array.isArray(value) && value.length >= 2 && value.every(isObject);
}
