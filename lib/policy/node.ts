import type { CedarValueJson, EntityJson, TypeAndId } from '@cedar-policy/cedar-wasm/web';
import type { JsonObject, JsonValue } from '../model/json.ts';

/** One attribute or tag as passed to Cedar. */
export interface Encoded {
  value: CedarValueJson;
  /** Paths of unknown values in it. Empty if everything is known. */
  unknowns: string[];
  /** The expressions in the request at those paths, if they tell something about the value. */
  written?: ReadonlyMap<string, JsonValue>;
  /** The entities that its value refers to. */
  children: Node[];
}

/** One entity: a resource, one of its nested properties, a map, or a statement of a policy document. */
export interface Node {
  uid: TypeAndId;
  /** Its path in the resource, such as `Properties.SecurityGroupIngress.0`. */
  path: string;
  /** Its properties as in the request. */
  raw: JsonObject;
  attributes: Map<string, Encoded>;
  tags: Map<string, Encoded>;
  /** Paths of values that make even the names of its tags unknown. */
  unknownTags: string[];
}

/** An unknown value that may turn out to contain entities that policies evaluate. */
export interface OpaqueValue {
  path: string;
  /** Entity types that it may contain. */
  types: string[];
}

/** A resource as Cedar sees it. The first of `nodes` is the resource itself; the others are nested in it. */
export interface EncodedResource {
  root: Node;
  nodes: Node[];
  opaque: OpaqueValue[];
}

export function newNode(type: string, id: string, path: string, raw: JsonObject): Node {
  return { uid: { type, id }, path, raw, attributes: new Map(), tags: new Map(), unknownTags: [] };
}

/** Returns an unknown value for Cedar's partial evaluation. Its name is its path. */
export function unknownAt(path: string, written: JsonValue): Encoded {
  const value = { __extn: { fn: 'unknown', arg: path } };
  return { value, unknowns: [path], written: new Map([[path, written]]), children: [] };
}

/** Returns an attribute that refers to another entity. */
export function referenceTo(node: Node): Encoded {
  return { value: { __entity: node.uid }, unknowns: [], children: [node] };
}

export function known(value: CedarValueJson): Encoded {
  return { value, unknowns: [], children: [] };
}

/** The parts of a node's entities that an evaluation needs. */
export interface Materialized {
  entities: EntityJson[];
  /** Names of attributes that contain unknown values (`#tags` for the node's own tags), with their paths. */
  unknowns: Map<string, string[]>;
  /** The expressions at the paths of unknown values. */
  written: Map<string, JsonValue>;
}

function entriesOf(
  from: Map<string, Encoded>,
  withUnknowns: boolean,
  visit: (name: string, encoded: Encoded) => void,
): Record<string, CedarValueJson> {
  const result: Record<string, CedarValueJson> = {};
  for (const [name, encoded] of from) {
    visit(name, encoded);
    if (withUnknowns || encoded.unknowns.length === 0) result[name] = encoded.value;
  }
  return result;
}

/**
 * Returns the entities of a node and of everything that its attributes refer to.
 * @param withUnknowns whether to pass unknown values to Cedar as such or to leave them out
 */
export function materialize(node: Node, parents: TypeAndId[], withUnknowns: boolean): Materialized {
  const result: Materialized = { entities: [], unknowns: new Map(), written: new Map() };
  const note = (name: string, paths: string[]): void => {
    if (paths.length > 0) result.unknowns.set(name, [...(result.unknowns.get(name) ?? []), ...paths]);
  };
  const noteEncoded = (name: string, { unknowns, written }: Encoded): void => {
    note(name, unknowns);
    for (const [path, value] of written ?? []) result.written.set(path, value);
  };
  const add = (one: Node, above: TypeAndId[], via: string): void => {
    const attrs = entriesOf(one.attributes, withUnknowns, (name, encoded) => {
      noteEncoded(name, encoded);
      for (const child of encoded.children) add(child, [node.uid], name);
    });
    const tags = entriesOf(one.tags, withUnknowns, (_name, encoded) => {
      noteEncoded(via, encoded);
      for (const child of encoded.children) add(child, [node.uid], via);
    });
    note(via, one.unknownTags);
    result.entities.push({ uid: one.uid, attrs, parents: above, tags });
  };
  add(node, parents, '#tags');
  return result;
}
