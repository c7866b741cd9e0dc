import type { CedarValueJson } from '@cedar-policy/cedar-wasm/web';
import { isObject, type JsonObject, type JsonValue } from '../model/json.ts';
import { type Encoded, known, type Node, newNode, unknownAt } from './node.ts';
import type { Shape } from './shapes.ts';
import { holdsUnknown, isAbsent, isUnknown } from './unknown.ts';

const text: Shape = { kind: 'string' };
const texts: Shape = { kind: 'set', element: text };

/** The attributes of an `IamStatement`. All are always present, and empty if the statement lacks them. */
export const statementAttributes: Record<string, Shape> = {
  Document: text,
  Sid: text,
  Effect: text,
  Actions: texts,
  NotActions: texts,
  Resources: texts,
  NotResources: texts,
  Principals: texts,
  NotPrincipals: texts,
  Conditions: texts,
};

function listOf(value: JsonValue | undefined): JsonValue[] {
  if (isAbsent(value)) return [];
  return Array.isArray(value) ? value : [value];
}

/** Returns a set of texts. An unknown element leaves the others readable. */
function textSet(values: JsonValue[], path: string): Encoded {
  const unknowns: string[] = [];
  const written = new Map<string, JsonValue>();
  const elements = values
    .filter((value) => !isAbsent(value))
    .map((value, index): CedarValueJson => {
      if (!holdsUnknown(value)) return typeof value === 'string' ? value : JSON.stringify(value);
      const at = `${path}.${index}`;
      unknowns.push(at);
      written.set(at, value);
      return unknownAt(at, value).value;
    });
  return { value: elements, unknowns, written, children: [] };
}

/** Returns a value with a prefix, whether the value is known or not. */
function prefixed(prefix: string, value: JsonValue): JsonValue {
  if (holdsUnknown(value)) return { 'Fn::Join': ['', [prefix, value]] };
  return `${prefix}${typeof value === 'string' ? value : JSON.stringify(value)}`;
}

/** `"*"` stays; `{"AWS": ["a"], "Service": "b"}` becomes `AWS:a`, `Service:b`. */
function principals(value: JsonValue | undefined): JsonValue[] {
  if (Array.isArray(value)) return value.flatMap(principals);
  if (!isObject(value) || isUnknown(value)) return listOf(value);
  return Object.entries(value).flatMap(([kind, ids]) =>
    listOf(ids).map((id) => (isAbsent(id) ? null : prefixed(`${kind}:`, id))),
  );
}

/**
 * `{"Bool": {"aws:SecureTransport": "false"}}` becomes `Bool aws:securetransport=false`, because keys are
 * case-insensitive.
 */
function conditions(value: JsonValue | undefined): JsonValue[] {
  if (!isObject(value) || isUnknown(value)) return listOf(value);
  return Object.entries(value).flatMap(([operator, tests]) => {
    if (!isObject(tests) || isUnknown(tests)) return [tests];
    return Object.entries(tests).flatMap(([key, expected]) =>
      listOf(expected).map((one) => prefixed(`${operator} ${key.toLowerCase()}=`, one)),
    );
  });
}

function scalar(value: JsonValue | undefined, path: string): Encoded {
  if (isAbsent(value)) return known('');
  return holdsUnknown(value) ? unknownAt(path, value) : known(String(value));
}

function statementNode(name: string, document: string, id: string, path: string, raw: JsonObject): Node {
  const node = newNode(name, `${id}.${path}`, path, raw);
  const set = (attribute: string, values: JsonValue[], key: string): unknown =>
    node.attributes.set(attribute, textSet(values, `${path}.${key}`));
  node.attributes.set('Document', known(document));
  node.attributes.set('Sid', scalar(raw.Sid, `${path}.Sid`));
  node.attributes.set('Effect', scalar(raw.Effect, `${path}.Effect`));
  set('Actions', listOf(raw.Action), 'Action');
  set('NotActions', listOf(raw.NotAction), 'NotAction');
  set('Resources', listOf(raw.Resource), 'Resource');
  set('NotResources', listOf(raw.NotResource), 'NotResource');
  set('Principals', principals(raw.Principal), 'Principal');
  set('NotPrincipals', principals(raw.NotPrincipal), 'NotPrincipal');
  set('Conditions', conditions(raw.Condition), 'Condition');
  return node;
}

function parsed(value: JsonValue): JsonValue {
  if (typeof value !== 'string' || isUnknown(value)) return value;
  try {
    return JSON.parse(value) as JsonValue;
  } catch {
    return value; // Text that is not JSON contains no statements, but the attribute still contains the text.
  }
}

/** Returns the statements of an IAM policy document, and the paths of unknown ones. */
export function readStatements(
  type: string,
  property: string,
  id: string,
  path: string,
  value: JsonValue,
): { nodes: Node[]; unknowns: string[] } {
  const document = parsed(value);
  if (isUnknown(document)) return { nodes: [], unknowns: [path] };
  if (Array.isArray(document)) {
    const all = document.map((one, index) => readStatements(type, property, id, `${path}.${index}`, one));
    return { nodes: all.flatMap((one) => one.nodes), unknowns: all.flatMap((one) => one.unknowns) };
  }
  if (!isObject(document)) return { nodes: [], unknowns: [] };
  const nodes: Node[] = [];
  const unknowns: string[] = [];
  const below = `${path}.Statement`;
  const statements = isUnknown(document.Statement ?? null)
    ? [document.Statement]
    : listOf(document.Statement);
  for (const [index, statement] of statements.entries()) {
    const at = `${below}.${index}`;
    if (isAbsent(statement)) continue;
    if (isUnknown(statement)) unknowns.push(at);
    else if (isObject(statement)) nodes.push(statementNode(type, property, id, at, statement));
  }
  return { nodes, unknowns };
}
