import type {
  EntityType as CedarEntityType,
  NamespaceDefinition,
  SchemaJson,
  Type,
  TypeOfAttribute,
} from '@cedar-policy/cedar-wasm/web';
import { actions } from '../model/request.ts';
import type { PropertySpec, TypeLookup, TypeSpec } from '../model/spec.ts';
import {
  anyResource,
  entityTypeName,
  findEntityType,
  hasStatements,
  mapTypeName,
  ownerType,
  propertyTables,
  statementName,
} from './entity-types.ts';
import { factsOf } from './facts/table.ts';
import { type Shape, shapeOf } from './shapes.ts';
import { statementAttributes } from './statements.ts';

type Types = Map<string, CedarEntityType<string>>;

function cedarType(type: string, shape: Shape, types: Types): Type<string> {
  switch (shape.kind) {
    case 'long':
      return { type: 'Long' };
    case 'boolean':
      return { type: 'Boolean' };
    case 'decimal':
      return { type: 'Extension', name: 'decimal' };
    case 'set':
      return { type: 'Set', element: cedarType(type, shape.element, types) };
    case 'entity':
      return { type: 'Entity', name: entityTypeName(type, shape.definition) };
    case 'pairs':
      return mapType(type, { kind: 'string' }, types);
    case 'map':
      return mapType(type, shape.element, types);
    default:
      return { type: 'String' };
  }
}

function mapType(type: string, element: Shape, types: Types): Type<string> {
  const name = mapTypeName(type, element);
  if (!types.has(name)) {
    types.set(name, {});
    types.set(name, { tags: cedarType(type, element, types) });
  }
  return { type: 'Entity', name };
}

function shapesOf(spec: TypeSpec, properties: Record<string, PropertySpec>): [string, Shape][] {
  return Object.entries(properties).map(([name, property]) => [name, shapeOf(spec, property)]);
}

/** Only values that the encoder itself creates are required. For all others, a rule must test with `has`. */
function record(type: string, shapes: [string, Shape][], required: boolean, types: Types): Type<string> {
  const attributes: Record<string, TypeOfAttribute<string>> = {};
  for (const [name, shape] of shapes) attributes[name] = { ...cedarType(type, shape, types), required };
  return { type: 'Record', attributes };
}

function addType(spec: TypeSpec, types: Types): void {
  const root = entityTypeName(spec.type);
  for (const [definition, properties] of propertyTables(spec)) {
    const shape = record(spec.type, shapesOf(spec, properties), false, types);
    const name = entityTypeName(spec.type, definition);
    const tags = definition === undefined && spec.tags ? { tags: { type: 'String' as const } } : {};
    types.set(name, { shape, ...tags, memberOfTypes: definition === undefined ? [] : [root] });
  }
  if (!hasStatements(spec)) return;
  const shape = record(spec.type, Object.entries(statementAttributes), true, types);
  types.set(entityTypeName(spec.type, statementName), { shape, memberOfTypes: [root] });
}

function contextType(target: string, root: string, types: Types): Type<string> {
  const text = { type: 'String' as const, required: true };
  const shapes = [...factsOf(target).values()].map((fact): [string, Shape] => [fact.name, fact.shape]);
  return {
    type: 'Record',
    attributes: {
      environment: text,
      service: text,
      owner: text,
      phase: text,
      logicalId: text,
      resourceType: text,
      deletionPolicy: text,
      updateReplacePolicy: text,
      root: { type: 'Entity', name: root, required: true },
      facts: { ...record(target, shapes, true, types), required: true },
    },
  };
}

function namespaced(types: Types): SchemaJson<string> {
  const schema: SchemaJson<string> = {};
  for (const [name, type] of types) {
    const cut = name.lastIndexOf('::');
    const namespace = name.slice(0, cut);
    const definition: NamespaceDefinition<string> = schema[namespace] ?? { entityTypes: {}, actions: {} };
    schema[namespace] = definition;
    definition.entityTypes[name.slice(cut + 2)] = type;
  }
  return schema;
}

/**
 * Returns the Cedar schema for evaluating one entity type: the type, the types in `also`, and everything nested in
 * them. Built for one type at a time, because a schema of all types takes seconds to parse.
 * @param target an entity type that `findEntityType` knows, or `anyResource`
 */
export function schemaFor(target: string, also: string[], lookup: TypeLookup): SchemaJson<string> {
  const types: Types = new Map([
    [ownerType, {}],
    [anyResource, { tags: { type: 'String' as const } }],
  ]);
  const specs = [target, ...also].map((name) => findEntityType(name, lookup)?.spec);
  for (const spec of new Set(specs)) if (spec) addType(spec, types);
  const root = specs[0] ? entityTypeName(specs[0].type) : anyResource;
  const context = contextType(target, root, types);
  const schema = namespaced(types);
  const appliesTo = { principalTypes: [ownerType], resourceTypes: [target], context };
  const applied = actions.map((action) => [action, { appliesTo }]);
  return { ...schema, '': { entityTypes: {}, actions: Object.fromEntries(applied) } };
}
