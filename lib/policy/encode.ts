import type { CedarValueJson } from '@cedar-policy/cedar-wasm/web';
import { isObject, type JsonObject, type JsonValue } from '../model/json.ts';
import type { DesiredResource } from '../model/request.ts';
import type { PropertySpec, TypeSpec } from '../model/spec.ts';
import { encodePlain, encodeScalar } from './encode-value.ts';
import { entityTypeName, mapTypeName, reachableTypes, statementName } from './entity-types.ts';
import { type Encoded, type EncodedResource, type Node, newNode, referenceTo, unknownAt } from './node.ts';
import { holdsPolicyDocument, type Shape, shapeOf } from './shapes.ts';
import { readStatements } from './statements.ts';
import { isAbsent, isUnknown } from './unknown.ts';

/** What the given policies read. The rest of a resource is not encoded. */
export interface Wanted {
  /** Attribute names at any depth; `#tags` for the tags of the resource. */
  reads: ReadonlySet<string>;
  /** Entity types. */
  types: ReadonlySet<string>;
}

interface Encoder {
  spec: TypeSpec;
  id: string;
  wanted: Wanted;
  result: EncodedResource;
}

const emptySpec: Omit<TypeSpec, 'type'> = {
  properties: {},
  definitions: {},
  attributes: {},
  primaryIdentifier: [],
  readOnly: [],
  writeOnly: [],
  createOnly: [],
  sensitive: [],
  provisionable: false,
  updatable: false,
  holdsData: false,
  ref: 'identifier',
};

const reachable = new WeakMap<PropertySpec, Set<string>>();

/** Returns the entity types that a value of the property may contain. */
function typesIn(spec: TypeSpec, name: string, property: PropertySpec): Set<string> {
  let types = reachable.get(property);
  if (!types) {
    types = reachableTypes(spec, shapeOf(spec, property));
    if (holdsPolicyDocument(name, property)) types.add(entityTypeName(spec.type, statementName));
    reachable.set(property, types);
  }
  return types;
}

function noteOpaque(encoder: Encoder, types: Set<string>, path: string): void {
  const judged = [...types].filter((type) => encoder.wanted.types.has(type));
  if (judged.length > 0) encoder.result.opaque.push({ path, types: judged });
}

function encodeSet(encoder: Encoder, value: JsonValue, element: Shape, path: string): Encoded {
  const written = new Map<string, JsonValue>();
  const merged = { unknowns: [] as string[], written, children: [] as Node[] };
  const elements: CedarValueJson[] = [];
  for (const [index, one] of (Array.isArray(value) ? value : [value]).entries()) {
    const encoded = encodeValue(encoder, one, element, `${path}.${index}`);
    if (!encoded) continue;
    elements.push(encoded.value);
    merged.unknowns.push(...encoded.unknowns);
    for (const [at, one] of encoded.written ?? []) written.set(at, one);
    merged.children.push(...encoded.children);
  }
  return { ...merged, value: elements };
}

function encodeMap(encoder: Encoder, value: JsonObject, element: Shape, path: string): Encoded {
  const node = newNode(mapTypeName(encoder.spec.type, element), `${encoder.id}.${path}`, path, value);
  for (const [key, one] of Object.entries(value)) {
    const encoded = encodeValue(encoder, one, element, `${path}.${key}`);
    if (encoded) node.tags.set(key, encoded);
  }
  return referenceTo(node);
}

/** Encodes a list of name–value pairs as a map. Elements of a nested type are also entities to evaluate. */
function encodePairs(
  encoder: Encoder,
  value: JsonValue,
  shape: Shape & { kind: 'pairs' },
  path: string,
): Encoded {
  if (isObject(value)) return encodeMap(encoder, value, { kind: 'string' }, path);
  const node = newNode('Map::String', `${encoder.id}.${path}`, path, {});
  const elements = Array.isArray(value) ? value : [];
  for (const [index, pair] of elements.entries()) {
    const at = `${path}.${index}`;
    if (isAbsent(pair)) continue;
    const name = isObject(pair) ? pair[shape.name] : undefined;
    if (isUnknown(pair) || (name !== undefined && isUnknown(name))) node.unknownTags.push(at);
    else if (isObject(pair) && !isAbsent(name)) {
      const entry = pair.Value;
      if (!isAbsent(entry)) node.tags.set(String(name), encodeScalar('string', entry, `${at}.Value`));
    }
    if (shape.definition === undefined) continue;
    if (isObject(pair) && !isUnknown(pair)) encodeNested(encoder, pair, shape.definition, at);
    else noteOpaque(encoder, reachableTypes(encoder.spec, shape), at);
  }
  return node.unknownTags.length > 0
    ? { ...unknownAt(path, value), unknowns: node.unknownTags }
    : referenceTo(node);
}

function encodeNested(encoder: Encoder, value: JsonObject, definition: string, path: string): Node {
  const name = entityTypeName(encoder.spec.type, definition);
  const node = newNode(name, `${encoder.id}.${path}`, path, value);
  encoder.result.nodes.push(node);
  encodeProperties(encoder, node, value, encoder.spec.definitions[definition]?.properties ?? {});
  return node;
}

function encodeValue(encoder: Encoder, value: JsonValue, shape: Shape, path: string): Encoded | undefined {
  if (isAbsent(value)) return undefined;
  if (isUnknown(value)) {
    noteOpaque(encoder, reachableTypes(encoder.spec, shape), path);
    return unknownAt(path, value);
  }
  switch (shape.kind) {
    case 'set':
      return encodeSet(encoder, value, shape.element, path);
    case 'pairs':
      return encodePairs(encoder, value, shape, path);
    case 'map':
      return isObject(value) ? encodeMap(encoder, value, shape.element, path) : encodePlain(value, path);
    case 'entity':
      return isObject(value)
        ? referenceTo(encodeNested(encoder, value, shape.definition, path))
        : encodePlain(value, path);
    default:
      return encodeScalar(shape.kind, value, path);
  }
}

function encodeStatements(encoder: Encoder, name: string, value: JsonValue, path: string): void {
  const type = entityTypeName(encoder.spec.type, statementName);
  if (!encoder.wanted.types.has(type)) return;
  const { nodes, unknowns } = readStatements(type, name, encoder.id, path, value);
  encoder.result.nodes.push(...nodes);
  for (const at of unknowns) noteOpaque(encoder, new Set([type]), at);
}

function encodeProperties(
  encoder: Encoder,
  node: Node,
  values: JsonObject,
  properties: Record<string, PropertySpec>,
): void {
  const { reads, types } = encoder.wanted;
  for (const [name, value] of Object.entries(values)) {
    const path = `${node.path}.${name}`;
    const property = Object.hasOwn(properties, name) ? properties[name] : undefined;
    if (!property) {
      if (reads.has(name) && !isAbsent(value)) node.attributes.set(name, encodePlain(value, path));
      // A document in a property that the spec doesn't know is still treated as one: its statements are evaluated.
      if (name === 'PolicyDocument') encodeStatements(encoder, name, value, path);
      continue;
    }
    const inside = typesIn(encoder.spec, name, property);
    const isTags = reads.has('#tags') && name === encoder.spec.tags?.property;
    if (!reads.has(name) && !isTags && inside.isDisjointFrom(types)) continue;
    const encoded = encodeValue(encoder, value, shapeOf(encoder.spec, property), path);
    if (encoded) node.attributes.set(name, encoded);
    if (encoded && holdsPolicyDocument(name, property)) encodeStatements(encoder, name, value, path);
  }
}

/** Encodes the tags of a resource as Cedar tags of its entity, in whatever format its type has them. */
function liftTags(root: Node, property: string): void {
  const tags = root.attributes.get(property);
  const map = tags?.children[0];
  if (map) root.tags = map.tags;
  else if (tags) root.unknownTags = tags.unknowns;
}

/**
 * Encodes a resource as entities: the resource, its nested properties, and the statements of its policy documents, as
 * described in docs/policies.md. Without a spec, the type is derived from the values.
 */
export function encodeResource(
  resource: DesiredResource,
  spec: TypeSpec | undefined,
  wanted: Wanted,
): EncodedResource {
  const root = newNode(entityTypeName(resource.type), resource.logicalId, 'Properties', resource.properties);
  const result: EncodedResource = { root, nodes: [root], opaque: [] };
  const nested = [...wanted.types].filter((type) => type.startsWith(`${root.uid.type}::`));
  // Without a spec, the location of nested values is unknown. Rules about them stay open, and so deny at the call.
  if (!spec && nested.length > 0) result.opaque.push({ path: root.path, types: nested });
  const encoder = {
    spec: spec ?? { ...emptySpec, type: resource.type },
    id: resource.logicalId,
    wanted,
    result,
  };
  encodeProperties(encoder, root, resource.properties, encoder.spec.properties);
  if (spec?.tags) liftTags(root, spec.tags.property);
  return result;
}
