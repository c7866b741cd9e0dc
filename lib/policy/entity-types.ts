import type { PropertySpec, TypeLookup, TypeSpec } from '../model/spec.ts';
import { holdsPolicyDocument, type Shape, shapeOf } from './shapes.ts';

/** The nested entity type of a statement in an IAM policy document. */
export const statementName = 'IamStatement';

/** The requester: the principal of every evaluation. In a namespace, because some AWS types are also called Owner. */
export const ownerType = 'Baton::Owner';

/** Stands for every resource if a rule names no type. It has only tags. */
export const anyResource = 'Baton::AnyResource';

/** An entity type that a policy can name: a resource type, one of its nested types, or its IAM statements. */
export interface EntityType {
  name: string;
  spec: TypeSpec;
  /** The name of the nested property type. Absent for the resource itself. */
  definition?: string;
  statement: boolean;
  properties: Record<string, PropertySpec>;
}

/** Cedar reserves `Action` for actions and accepts only identifiers between `::`. */
function safe(segment: string): string {
  return segment === 'Action' ? 'ActionType' : segment.replace(/[^A-Za-z0-9_]/g, '_');
}

/** Returns the Cedar name of a resource type, or of one of its nested types. */
export function entityTypeName(type: string, definition?: string): string {
  const segments = definition === undefined ? type.split('::') : [...type.split('::'), definition];
  return segments.map(safe).join('::');
}

/** Returns the entity type of a map whose values have this shape. Its entries are Cedar tags. */
export function mapTypeName(type: string, element: Shape): string {
  switch (element.kind) {
    case 'entity':
      return `${entityTypeName(type, element.definition)}Map`;
    case 'set':
      return `${mapTypeName(type, element.element)}Set`;
    case 'map':
      return `${mapTypeName(type, element.element)}Map`;
    case 'pairs':
      return 'Map::StringMap';
    case 'long':
      return 'Map::Long';
    case 'boolean':
      return 'Map::Boolean';
    case 'decimal':
      return 'Map::Decimal';
    default:
      return 'Map::String';
  }
}

/** Returns all property tables of a type: its own (with the name undefined) and those of its nested types. */
export function propertyTables(spec: TypeSpec): [string | undefined, Record<string, PropertySpec>][] {
  const nested = Object.entries(spec.definitions).map(
    ([name, one]): [string, Record<string, PropertySpec>] => [name, one.properties],
  );
  return [[undefined, spec.properties], ...nested];
}

/** Tells whether the type, or anything nested in it, contains IAM policy documents. */
export function hasStatements(spec: TypeSpec): boolean {
  return propertyTables(spec).some(([, properties]) =>
    Object.entries(properties).some(([name, property]) => holdsPolicyDocument(name, property)),
  );
}

/** Finds a resource type whose Cedar name differs from its own, by reversing the renaming of `safe`. */
function lookupSafe(name: string, lookup: TypeLookup): TypeSpec | undefined {
  return lookup(name) ?? lookup(name.replace(/::ActionType$/, '::Action'));
}

/** Returns the entity type with a Cedar name, or undefined if it doesn't exist. */
export function findEntityType(name: string, lookup: TypeLookup): EntityType | undefined {
  const spec = lookupSafe(name, lookup);
  if (spec) return { name, spec, statement: false, properties: spec.properties };
  const cut = name.lastIndexOf('::');
  const owner = cut > 0 ? lookupSafe(name.slice(0, cut), lookup) : undefined;
  if (!owner) return undefined;
  const last = name.slice(cut + 2);
  if (last === statementName) {
    if (!hasStatements(owner)) return undefined;
    return { name, spec: owner, definition: last, statement: true, properties: {} };
  }
  const definition = Object.keys(owner.definitions).find((one) => safe(one) === last);
  const found = definition === undefined ? undefined : owner.definitions[definition];
  return found && { name, spec: owner, definition, statement: false, properties: found.properties };
}

/** Tells whether some property contains values of the nested type. Of alternatives, only the preferred one counts. */
export function isHeld({ name, spec, definition, statement }: EntityType): boolean {
  if (definition === undefined || statement) return true;
  return Object.values(spec.properties).some((property) =>
    reachableTypes(spec, shapeOf(spec, property)).has(name),
  );
}

/**
 * Returns the names of the nested entity types that a value of this shape can contain, including itself, at any depth.
 */
export function reachableTypes(spec: TypeSpec, shape: Shape, seen = new Set<string>()): Set<string> {
  if (shape.kind === 'set' || shape.kind === 'map') return reachableTypes(spec, shape.element, seen);
  const definition = shape.kind === 'entity' || shape.kind === 'pairs' ? shape.definition : undefined;
  if (definition === undefined) return seen;
  const name = entityTypeName(spec.type, definition);
  if (seen.has(name)) return seen;
  seen.add(name);
  for (const [key, property] of Object.entries(spec.definitions[definition]?.properties ?? {})) {
    reachableTypes(spec, shapeOf(spec, property), seen);
    if (holdsPolicyDocument(key, property)) seen.add(entityTypeName(spec.type, statementName));
  }
  return seen;
}
