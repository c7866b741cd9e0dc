import type { PropertySpec, TypeSpec, ValueType } from '../model/spec.ts';
import { sortedUnique } from './order.ts';

/** The form of a property's value in Cedar. The first form that the spec prefers is used. */
export type Shape =
  | { kind: 'string' | 'long' | 'decimal' | 'boolean' | 'json' }
  | { kind: 'set' | 'map'; element: Shape }
  /** A list of name–value pairs, read as a map. `names` and `values` are the keys of its elements. */
  | { kind: 'pairs'; name: string; definition?: string }
  | { kind: 'entity'; definition: string };

const scalars: Record<string, Shape> = {
  string: { kind: 'string' },
  dateTime: { kind: 'string' },
  integer: { kind: 'long' },
  number: { kind: 'decimal' },
  boolean: { kind: 'boolean' },
  json: { kind: 'json' },
  null: { kind: 'json' },
  tag: { kind: 'json' },
};

function flatten(type: ValueType): ValueType[] {
  return type.kind === 'union' ? type.types.flatMap(flatten) : [type];
}

/** Returns `Key` or `Name` if the definition has exactly that property and `Value`. */
function pairName(spec: TypeSpec, definition: string): string | undefined {
  const names = sortedUnique(Object.keys(spec.definitions[definition]?.properties ?? {}));
  const [name, value] = names;
  return names.length === 2 && value === 'Value' && (name === 'Key' || name === 'Name') ? name : undefined;
}

function listShape(spec: TypeSpec, element: ValueType): Shape {
  const candidates = flatten(element);
  if (candidates.some((one) => one.kind === 'tag')) return { kind: 'pairs', name: 'Key' };
  const inner = shapeOfTypes(spec, candidates);
  const name = inner.kind === 'entity' ? pairName(spec, inner.definition) : undefined;
  if (inner.kind === 'entity' && name) return { kind: 'pairs', name, definition: inner.definition };
  return { kind: 'set', element: inner };
}

/** Structured alternatives come first: rules can check more of them, and the encoder accepts the others as they are. */
const preference = ['definition', 'list', 'map'];

function shapeOfTypes(spec: TypeSpec, types: ValueType[]): Shape {
  const all = types.flatMap(flatten);
  const structured = preference.map((kind) => all.find((one) => one.kind === kind)).find(Boolean);
  const type = structured ?? all[0];
  if (!type) return { kind: 'json' };
  if (type.kind === 'definition') return { kind: 'entity', definition: type.name };
  if (type.kind === 'list') return listShape(spec, type.element);
  if (type.kind === 'map') return { kind: 'map', element: shapeOfTypes(spec, [type.element]) };
  return scalars[type.kind] ?? { kind: 'json' };
}

const shapes = new WeakMap<PropertySpec, Shape>();

/** Returns the shape of a property of the resource type or of one of its nested types. */
export function shapeOf(spec: TypeSpec, property: PropertySpec): Shape {
  let shape = shapes.get(property);
  if (!shape) {
    shape = shapeOfTypes(spec, property.types);
    shapes.set(property, shape);
  }
  return shape;
}

/**
 * Tells whether a property contains an IAM policy document, whose statements are separate entities. The spec declares
 * these as JSON (older ones as text), so only the property name distinguishes them from other JSON.
 */
export function holdsPolicyDocument(name: string, property: PropertySpec): boolean {
  if (!/Polic(y|ies)/.test(name)) return false;
  const kinds = property.types.flatMap(flatten).map((type) => type.kind);
  return kinds.includes('json') || /Document|Text/.test(name);
}
