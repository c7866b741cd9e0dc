/**
 * Compiles and evaluates JSONata with the reference implementation. Distinguishes the kinds of failure that AWS
 * distinguishes.
 */
import jsonata from 'jsonata';
import type { JsonValue } from '../../model/json.ts';
import { type SyntaxNode, topLevelReferences } from './top-level-references.ts';

export type Bindings = { [name: string]: unknown };

/** Why an evaluation has no usable result, in the words that AWS uses after "specified for the field '...'". */
export class EvaluationProblem extends Error {
  override readonly name = 'EvaluationProblem';
}

export interface Expression {
  /** The source without the surrounding braces. */
  readonly source: string;
  /** The names it reads from the top-level context, which Step Functions doesn't have. */
  readonly topLevelReferences: string[];
  /** @throws EvaluationProblem */
  evaluate(bindings: Bindings): Promise<JsonValue>;
}

const compiled = new Map<string, Expression>();
const COMPILED_MAX = 10_000;
const DELIMITED = /^\{%([\s\S]*)%\}$/;

/** Returns the expression inside `{% %}` if the braces enclose the whole string, and undefined otherwise. */
export function delimitedExpression(text: string): string | undefined {
  return DELIMITED.exec(text)?.[1]?.trim();
}

/** Compiles each source text once. Throws JSONata's own error if the source can't be parsed. */
export function compileExpression(source: string): Expression {
  const known = compiled.get(source);
  if (known !== undefined) return known;
  const program = jsonata(source);
  const expression: Expression = {
    source,
    topLevelReferences: topLevelReferences(program.ast() as SyntaxNode),
    async evaluate(bindings) {
      let result: unknown;
      try {
        result = await program.evaluate(undefined, bindings);
      } catch (error) {
        throw new EvaluationProblem(`threw an error during evaluation. ${describe(error)}`);
      }
      return plain(result);
    },
  };
  if (compiled.size >= COMPILED_MAX) compiled.clear();
  compiled.set(source, expression);
  return expression;
}

function describe(error: unknown): string {
  const { code, message } = error as { code?: string; message?: string };
  const text = message ?? String(error);
  return code === undefined ? text : `${code}: ${text}`;
}

/** Returns a copy without JSONata's markers on arrays, which would make a later expression collapse them. */
function plain(result: unknown): JsonValue {
  if (result === undefined) throw new EvaluationProblem('returned nothing (undefined).');
  return copy(result);
}

function copy(value: unknown): JsonValue {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return value;
  if (typeof value === 'number') {
    if (!Number.isFinite(value)) throw new EvaluationProblem('returned an unsupported result type.');
    return value;
  }
  if (typeof value !== 'object' || isFunction(value)) {
    throw new EvaluationProblem('returned an unsupported result type.');
  }
  if (Array.isArray(value)) return value.map((item) => (item === undefined ? null : copy(item)));
  const object: { [key: string]: JsonValue } = {};
  for (const [key, item] of Object.entries(value)) {
    if (item !== undefined) object[key] = copy(item);
  }
  return object;
}

function isFunction(value: object): boolean {
  return '_jsonata_lambda' in value || '_jsonata_function' in value;
}
