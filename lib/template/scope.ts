import { BatonError } from '../model/errors.ts';
import type { JsonObject, JsonValue } from '../model/json.ts';

/** The scope's answer for something that exists but has no value yet. The function stays unresolved. */
export const notYetKnown: unique symbol = Symbol('not yet known');

/** `undefined`: it doesn't exist, which is a problem of the template. */
export type Answer = JsonValue | typeof notYetKnown | undefined;

/** Resolves the names in an evaluated value. `path` is the location of the name. */
export interface Scope {
  /** Resolves parameters, pseudo parameters (`AWS::Region`) and logical ids. Never called for `AWS::NoValue`. */
  ref(name: string, path: string): Answer;
  attribute(logicalId: string, name: string, path: string): Answer;
  /** Returns a mapping of the template by name. */
  mapping?(name: string): JsonObject | undefined;
  /** Returns the value of a named condition. `path` is where it is used. */
  condition?(name: string, path?: string): boolean | typeof notYetKnown | undefined;
  importValue?(name: string, path: string): Answer;
  /** Returns the names of the availability zones of a region. */
  azs?(region: string): string[] | typeof notYetKnown;
  /** Returns all names that `ref` knows, for suggestions. */
  names?(): Iterable<string>;
  /** Called with each problem, and evaluation continues. Without it, the first problem is thrown as TemplateError. */
  report?(problem: TemplateProblem): void;
}

/** One problem of a value. `path` starts with the path passed to the evaluation. */
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

/** Stands for `AWS::NoValue` until its property or element is removed. */
export const noValue: unique symbol = Symbol('AWS::NoValue');
export type Result = JsonValue | typeof noValue;

/** The functions available to an intrinsic function in addition to its argument. */
export interface Context {
  scope: Scope;
  /** Evaluates a value inside the function's argument. */
  evaluate(value: JsonValue, path: string): Result;
  /** Evaluates a value in a place where CloudFormation expects a condition. */
  condition(value: JsonValue, path: string): boolean | typeof notYetKnown;
  /** Reports a problem. */
  fail(path: string, code: string, message: string): void;
}

/** One intrinsic function: from its argument as written to its value, or to its unresolved rest. */
export type TemplateFunction = (argument: JsonValue, context: Context, path: string) => Result;
