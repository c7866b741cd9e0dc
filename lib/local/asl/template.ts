/** A JSON value in a definition whose strings may be JSONata expressions: Arguments, Output, Assign, Items, ... */
import { isObject, type JsonValue } from '../../model/json.ts';
import {
  type Bindings,
  compileExpression,
  delimitedExpression,
  EvaluationProblem,
  type Expression,
} from './jsonata.ts';

export type JsonType = 'array' | 'boolean' | 'number' | 'string' | 'object' | 'null';

/** An expression in a field failed. `what` is AWS's message. */
export class TemplateFailure extends Error {
  override readonly name = 'TemplateFailure';
  readonly location: string;

  constructor(what: string, location: string) {
    super(what);
    this.location = location;
  }
}

type Node =
  | { kind: 'constant'; value: JsonValue }
  | { kind: 'expression'; expression: Expression; field: string }
  | { kind: 'list'; items: Node[] }
  | { kind: 'map'; entries: [string, Node][] };

export class Template {
  /** The location in the state, such as `Arguments` or `Choices[0]/Condition`. */
  readonly field: string;
  /** Problems of its expressions in AWS's words, with their location. A template with problems can't be evaluated. */
  readonly problems: { what: string; field: string }[] = [];
  private readonly root: Node;

  constructor(value: JsonValue, field: string) {
    this.field = field;
    this.root = this.compile(value, field);
  }

  /** The value itself if it contains no expression. */
  get constant(): JsonValue | undefined {
    return this.root.kind === 'constant' ? this.root.value : undefined;
  }

  /** @throws TemplateFailure */
  async evaluate(bindings: Bindings): Promise<JsonValue> {
    return this.root.kind === 'constant' ? this.root.value : await evaluateNode(this.root, bindings);
  }

  /** @throws TemplateFailure, also if the result of an expression has another type */
  async evaluateAs(type: JsonType, bindings: Bindings): Promise<JsonValue> {
    const value = await this.evaluate(bindings);
    if (jsonType(value) === type) return value;
    const expected = `Expected '${type}', but was '${jsonType(value)}' for value: ${JSON.stringify(value)}`;
    const what = `returned an unexpected result type. ${expected}`;
    if (this.root.kind === 'expression') throw failure(this.root, what);
    throw new TemplateFailure(`The field '${this.field}' has an unexpected type. ${expected}`, this.field);
  }

  private compile(value: JsonValue, field: string): Node {
    if (typeof value === 'string') return this.compileString(value, field);
    if (Array.isArray(value)) {
      const items = value.map((item, index) => this.compile(item, `${field}[${index}]`));
      return items.every(isConstant) ? { kind: 'constant', value } : { kind: 'list', items };
    }
    if (!isObject(value)) return { kind: 'constant', value };
    const entries = Object.entries(value).map(([key, item]): [string, Node] => [
      key,
      this.compile(item, `${field}/${key}`),
    ]);
    return entries.every(([, node]) => isConstant(node))
      ? { kind: 'constant', value }
      : { kind: 'map', entries };
  }

  private compileString(text: string, field: string): Node {
    const source = delimitedExpression(text);
    if (source === undefined) return { kind: 'constant', value: text };
    try {
      const expression = compileExpression(source);
      for (const name of expression.topLevelReferences) {
        const what = `UNSUPPORTED_JSONATA_EXPRESSION: Reference to '${name}' at the top level is not supported.`;
        this.problems.push({ what, field });
      }
      return { kind: 'expression', expression, field };
    } catch (error) {
      this.problems.push({
        what: `INVALID_JSONATA_EXPRESSION: ${(error as { message?: string }).message}`,
        field,
      });
      return { kind: 'constant', value: text };
    }
  }
}

const isConstant = ({ kind }: Node) => kind === 'constant';

export function jsonType(value: JsonValue): JsonType {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  return typeof value as JsonType;
}

async function evaluateNode(node: Node, bindings: Bindings): Promise<JsonValue> {
  if (node.kind === 'constant') return node.value;
  if (node.kind === 'expression') return await evaluateExpression(node, bindings);
  if (node.kind === 'list') {
    const items: JsonValue[] = [];
    for (const item of node.items) items.push(await evaluateNode(item, bindings));
    return items;
  }
  const object: { [key: string]: JsonValue } = {};
  for (const [key, item] of node.entries) object[key] = await evaluateNode(item, bindings);
  return object;
}

async function evaluateExpression(
  node: Node & { kind: 'expression' },
  bindings: Bindings,
): Promise<JsonValue> {
  try {
    return await node.expression.evaluate(bindings);
  } catch (error) {
    if (error instanceof EvaluationProblem) throw failure(node, error.message);
    throw error;
  }
}

function failure(node: Node & { kind: 'expression' }, what: string): TemplateFailure {
  const lead = `The JSONata expression '${node.expression.source}' specified for the field '${node.field}'`;
  return new TemplateFailure(`${lead} ${what}`, node.field);
}
