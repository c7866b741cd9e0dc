import type { JsonObject, JsonValue } from '../model/json.ts';
import type { TypeSpec, ValueType } from '../model/spec.ts';
import { valueAt, withValue } from './paths.ts';

/** Number of elements in a generated list: as many as there are zones to choose from. */
const elements = 6;

/**
 * Adds a value wherever the service would add one. `former` contains those of a resource that is created again, which
 * are assumed to stay the same. Others are generated with a suitable type.
 */
export function withReadOnly(
  spec: TypeSpec,
  properties: JsonObject,
  name: string,
  former: JsonObject | undefined,
): JsonObject {
  let made = properties;
  for (const path of addedPaths(spec)) {
    if (valueAt(made, path) !== undefined) continue;
    const value =
      former === undefined ? madeUp(typeAt(spec, path), `made-up:${name}.${path}`) : valueAt(former, path);
    if (value !== undefined) made = withValue(made, path.split('.'), value);
  }
  return made;
}

/** Returns the leaves that the service fills: read-only properties, and attributes that are not properties. */
function addedPaths(spec: TypeSpec): string[] {
  const attributes = Object.keys(spec.attributes).filter((name) => spec.properties[top(name)] === undefined);
  const paths = [...new Set([...spec.primaryIdentifier, ...spec.readOnly, ...attributes])];
  const whole = paths.filter((path) => !path.includes('*'));
  return whole.filter((path) => !whole.some((other) => other.startsWith(`${path}.`)));
}

const top = (path: string): string => path.split('.')[0] ?? '';

function typeAt(spec: TypeSpec, path: string): ValueType | undefined {
  const attribute = spec.attributes[path]?.type;
  if (attribute !== undefined) return attribute;
  const [head = '', ...rest] = path.split('.');
  let type = spec.properties[head]?.types[0];
  for (const name of rest)
    type = type?.kind === 'definition' ? spec.definitions[type.name]?.properties[name]?.types[0] : undefined;
  return type;
}

type Kind = ValueType['kind'];

/** Generators for types other than text. */
const makers: Partial<Record<Kind, (type: ValueType, text: string) => JsonValue | undefined>> = {
  integer: () => 1,
  number: () => 1,
  boolean: () => false,
  list: (type, text) => {
    const element = 'element' in type ? type.element : undefined;
    const made = Array.from({ length: elements }, (_, index) => madeUp(element, `${text}.${index}`));
    return made.filter((value) => value !== undefined);
  },
  union: (type, text) => madeUp('types' in type ? type.types[0] : undefined, text),
  definition: () => undefined,
  map: () => undefined,
  json: () => undefined,
  null: () => undefined,
  tag: () => undefined,
};

function madeUp(type: ValueType | undefined, text: string): JsonValue | undefined {
  const make = type && makers[type.kind];
  return make === undefined ? text : make(type as ValueType, text);
}
