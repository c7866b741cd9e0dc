/**
 * Event patterns.
 * Sources: Amazon EventBridge User Guide, "Creating Amazon EventBridge event patterns" and "Comparison operators for
 * use in event patterns"; for arrays and edge cases the README of EventBridge's own matcher,
 * github.com/aws/event-ruler.
 */
import { isObject, type JsonObject, type JsonValue } from '../../model/json.ts';
import { type Clause, clausesOf, type Elements, type Field, fieldsOf, together } from './pattern-fields.ts';
import { matchesOperator } from './pattern-operators.ts';

const compiled = new WeakMap<JsonObject, { clauses: Clause[]; paths: Set<string> }>();

/** Tells whether an event matches a valid pattern: every field named matches one of its alternatives. */
export function matchesPattern(pattern: JsonObject, event: JsonObject): boolean {
  let known = compiled.get(pattern);
  if (known === undefined) {
    const clauses = clausesOf(pattern);
    known = { clauses, paths: new Set(clauses.flatMap((clause) => [...clause.keys()])) };
    compiled.set(pattern, known);
  }
  const fields = fieldsOf(event, known.paths);
  return known.clauses.some((clause) => matchesClause(clause, fields));
}

/**
 * Matches path by path in order and tracks the array elements of the matches so far: a field in another element of one
 * of these arrays doesn't match. Arrays without later paths are dropped to keep the sets small.
 */
function matchesClause(clause: Clause, fields: Map<string, Field[]>): boolean {
  const paths = [...clause.keys()].toSorted();
  let places: Elements[] = [new Map()];
  for (const [index, path] of paths.entries()) {
    const alternatives = clause.get(path) ?? [];
    const here = fields.get(path) ?? [];
    const matching = here.filter(({ value }) => alternatives.some((wanted) => matchesLeaf(wanted, value)));
    const mayBeMissing = alternatives.some((wanted) => isObject(wanted) && wanted.exists === false);
    const later = arraysOf(paths.slice(index + 1), fields);
    const next = new Map<string, Elements>();
    const keep = (elements: Elements) => {
      const kept = [...elements].filter(([array]) => later.has(array)).toSorted(([a], [b]) => a - b);
      next.set(kept.join(';'), new Map(kept));
    };
    for (const place of places) {
      const seen = (field: Field) => together(place, field.elements);
      for (const field of matching) {
        const both = seen(field);
        if (both !== undefined) keep(both);
      }
      if (mayBeMissing && here.every((field) => seen(field) === undefined)) keep(place);
    }
    if (next.size === 0) return false;
    places = [...next.values()];
  }
  return true;
}

function arraysOf(paths: readonly string[], fields: Map<string, Field[]>): Set<number> {
  return new Set(
    paths.flatMap((path) => (fields.get(path) ?? []).flatMap(({ elements }) => [...elements.keys()])),
  );
}

function matchesLeaf(wanted: JsonValue, value: JsonValue): boolean {
  return isObject(wanted) ? matchesOperator(wanted, value) : wanted === value;
}
