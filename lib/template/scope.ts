import { BatonError } from '../model/errors.ts';
import type { JsonObject, JsonValue } from '../model/json.ts';

/** The answer of a scope for something that exists but has no value yet: the function stays as it is. */
export const notYetKnown: unique symbol = Symbol('not yet known');

/** `undefined`: there is no such thing, which is a problem of the template. */
export type Answer = JsonValue | typeof notYetKnown | undefined;

/** What stands around a value that is evaluated: where its names get their values from. `path` is where the name stands. */
export interface Scope {
  /** Parameters, pseudo parameters (`AWS::Region`) and logical ids. Never asked for `AWS::NoValue`. */
  ref(name: string, path: string): Answer;
  attribute(logicalId: string, name: string, path: string): Answer;
  /** A mapping of the template by its name. */
  mapping?(name: string): JsonObject | undefined;
  /** The value of a named condition; `path` is where it is asked for. */
  condition?(name: string, path?: string): boolean | typeof notYetKnown | undefined;
  importValue?(name: string, path: string): Answer;
  /** Names of the availability zones of a region. */
  azs?(region: string): string[] | typeof notYetKnown;
  /** All names that `ref` knows, for "did you mean". */
  names?(): Iterable<string>;
  /** Called with each problem, evaluation goes on; without it, the first problem is thrown as TemplateError. */
  report?(problem: TemplateProblem): void;
}

/** One thing wrong with a value; `path` continues the path that evaluation began with. */
export interface TemplateProblem {
  path: string;
  message: string;
  /** `UnknownReference`, `UnknownAttribute`, `UnknownCondition`, `UnknownMapping`, `UnknownImport`, `UnknownFunction`, `FunctionArguments`, `Macro`... */
  code: string;
}

/** A template can't be evaluated as written. */
export class TemplateError extends BatonError {
  override readonly name = 'TemplateError';
  readonly problem: TemplateProblem;

  constructor(problem: TemplateProblem) {
    super(problem.path === '' ? problem.message : `${problem.path}: ${problem.message}`);
    this.problem = problem;
  }
}

/** What stands for `AWS::NoValue` until the property or element that holds it is left out. */
export const noValue: unique symbol = Symbol('AWS::NoValue');
export type Result = JsonValue | typeof noValue;

/** What a function gets beside its argument. */
export interface Context {
  scope: Scope;
  /** Evaluates a value that stands inside the function's argument. */
  evaluate(value: JsonValue, path: string): Result;
  /** Evaluates what stands where CloudFormation expects a condition. */
  condition(value: JsonValue, path: string): boolean | typeof notYetKnown;
  /** Reports a problem. */
  fail(path: string, code: string, message: string): void;
}

/** One intrinsic function: its argument as written, to its value or to what remains of it. */
export type TemplateFunction = (argument: JsonValue, context: Context, path: string) => Result;
