/**
 * Patterns and events as flat fields: a dotted path and its values. A dot in a name is therefore the same as a step
 * into an object, on either side. Source: README of github.com/aws/event-ruler, "Compiled rules and JSON keys with
 * dots", "JSON array matching" and "And and or with Ruler".
 */
import { isObject, type JsonObject, type JsonValue } from '../../model/json.ts';

/** Fields that must all match, each with one of its alternatives. */
export type Clause = Map<string, JsonValue[]>;

/** The element index by array. Two fields in different elements of one array never match together. */
export type Elements = ReadonlyMap<number, number>;

export interface Field {
  value: JsonValue;
  elements: Elements;
}

/**
 * Names that can't be fields inside `$or`. With one of them, `$or` is not an operator.
 * Source: event-ruler, `Constants.RESERVED_FIELD_NAMES_IN_OR_RELATIONSHIP`.
 */
const reserved: ReadonlySet<string> = new Set([
  ...[
    'exactly',
    'equals-ignore-case',
    'prefix',
    'suffix',
    'anything-but',
    'exists',
    'wildcard',
    'numeric',
    'cidr',
  ],
  ...['=', '<', '<=', '>', '>=', 'regex', 'not-wildcard', 'not-equals-ignore-case', 'date-after'],
  ...['date-on-or-after', 'date-before', 'date-on-or-before', 'in-date-range', 'ip-address-in-range'],
  'ip-address-not-in-range',
]);

/** `$or` is an operator if it has two or more alternatives that are objects of fields. Otherwise it is a field name. */
export function isAlternatives(value: JsonValue | undefined): value is JsonObject[] {
  return (
    Array.isArray(value) &&
    value.length >= 2 &&
    value.every((one) => isObject(one) && Object.keys(one).every((name) => !reserved.has(name)))
  );
}

/** Returns the number of clauses of a pattern. Alternatives multiply, so the pattern is not expanded to count them. */
export function clauseCount(pattern: JsonObject): number {
  return Object.entries(pattern).reduce((count, [name, wanted]) => {
    if (name === '$or' && isAlternatives(wanted))
      return count * wanted.reduce((sum, alternative) => sum + clauseCount(alternative), 0);
    return isObject(wanted) ? count * clauseCount(wanted) : count;
  }, 1);
}

/** Expands `$or`: the pattern matches if one of the clauses does. If a path occurs twice, the last one counts. */
export function clausesOf(pattern: JsonObject, path = '', before: Clause[] = [new Map()]): Clause[] {
  let clauses = before;
  for (const [name, wanted] of Object.entries(pattern)) {
    const here = path === '' ? name : `${path}.${name}`;
    if (name === '$or' && isAlternatives(wanted)) {
      const shared = clauses;
      clauses = wanted.flatMap((alternative) =>
        clausesOf(
          alternative,
          path,
          shared.map((clause) => new Map(clause)),
        ),
      );
    } else if (Array.isArray(wanted)) for (const clause of clauses) clause.set(here, wanted);
    else if (isObject(wanted)) clauses = clausesOf(wanted, here, clauses);
  }
  return clauses;
}

/** Returns the leaves of an event at the given paths. Objects and empty arrays are not leaves. */
export function fieldsOf(event: JsonObject, paths: ReadonlySet<string>): Map<string, Field[]> {
  const fields = new Map<string, Field[]>();
  let arrays = 0;
  const visit = (value: JsonValue, path: string, elements: Elements): void => {
    if (Array.isArray(value)) {
      arrays += 1;
      const array = arrays;
      value.forEach((item, index) => {
        visit(item, path, new Map([...elements, [array, index]]));
      });
    } else if (isObject(value)) {
      for (const [name, inner] of Object.entries(value))
        visit(inner, path === '' ? name : `${path}.${name}`, elements);
    } else if (paths.has(path)) fields.set(path, [...(fields.get(path) ?? []), { value, elements }]);
  };
  visit(event, '', new Map());
  return fields;
}

/** Returns the union of both, or undefined if they are in different elements of an array. */
export function together(one: Elements, other: Elements): Elements | undefined {
  for (const [array, index] of other) if ((one.get(array) ?? index) !== index) return undefined;
  return new Map([...one, ...other]);
}
