import { isObject, type JsonObject, type JsonValue } from '../model/json.ts';
import type { PropertyChange } from '../model/plan.ts';
import type { PropertySpec, TypeSpec, ValueType } from '../model/spec.ts';
import { equal } from './equal.ts';
import type { Pair } from './pair.ts';

type Replacement = PropertyChange['replacement'];

/**
 * Returns whether a change at a path replaces the resource: the strongest effect in the spec of the properties on the
 * path and of the create-only paths it touches. A type without in-place updates is always replaced.
 */
export function replacementAt(
  { path }: Pick<Pair, 'path'>,
  before: JsonObject,
  after: JsonObject,
  spec: TypeSpec,
): Replacement {
  if (!spec.updatable) return 'yes';
  const segments = path.split('.');
  const createOnly = spec.createOnly.some((pattern) => {
    const parts = pattern.split('.');
    return overlaps(parts, segments) && !equal(valuesAt(before, parts), valuesAt(after, parts));
  });
  return createOnly ? 'yes' : fromSpec(segments, spec);
}

/** Tells whether one of two paths is a prefix of the other. `*` stands for any one segment. */
export function overlaps(pattern: readonly string[], path: readonly string[]): boolean {
  const length = Math.min(pattern.length, path.length);
  for (let at = 0; at < length; at += 1) {
    if (pattern[at] !== '*' && pattern[at] !== path[at]) return false;
  }
  return true;
}

/** Returns all values of a pattern. An unresolved function on the path counts as the value. */
function valuesAt(value: JsonValue | undefined, pattern: readonly string[]): JsonValue[] {
  const [head, ...rest] = pattern;
  if (value === undefined) return [];
  if (head === undefined) return [value];
  if (Array.isArray(value)) {
    const inner = head === '*' ? rest : pattern;
    return value.flatMap((element) => valuesAt(element, inner));
  }
  if (!isObject(value)) return [value];
  if (head === '*') return Object.values(value).flatMap((element) => valuesAt(element, rest));
  if (Object.hasOwn(value, head)) return valuesAt(value[head], rest);
  const names = Object.keys(value);
  return names.length === 1 && /^(Ref|Fn::)/.test(names[0] ?? '') ? [value] : [];
}

const strength: Record<Replacement, number> = { no: 0, maybe: 1, yes: 2 };

/** Returns the strongest replacement rule of the properties on a path. */
function fromSpec(segments: readonly string[], spec: TypeSpec): Replacement {
  let strongest: Replacement = 'no';
  let properties: Record<string, PropertySpec> | undefined = spec.properties;
  let types: ValueType[] = [];
  for (const segment of segments) {
    const property: PropertySpec | undefined = properties?.[segment];
    if (property !== undefined) {
      if (strength[property.replacement] > strength[strongest]) strongest = property.replacement;
      types = property.types;
    } else {
      types = types.flatMap((type) => (type.kind === 'list' || type.kind === 'map' ? [type.element] : []));
    }
    const definition = types.flatMap(alternatives).find((type) => type.kind === 'definition');
    properties =
      definition?.kind === 'definition' ? spec.definitions[definition.name]?.properties : undefined;
  }
  return strongest;
}

const alternatives = (type: ValueType): ValueType[] => (type.kind === 'union' ? type.types : [type]);
