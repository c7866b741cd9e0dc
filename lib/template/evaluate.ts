import { isObject, type JsonObject, type JsonValue } from '../model/json.ts';
import { didYouMean } from '../model/suggest.ts';
import { countExpansion } from './expansion.ts';
import { conditionFunctions } from './functions/conditions.ts';
import { functions } from './functions/index.ts';
import { functionOf, own, shown, within } from './intrinsic.ts';
import { loopEntries, loopPrefix } from './loops.ts';
import { type Context, notYetKnown, noValue, type Result, type Scope, TemplateError } from './scope.ts';

/**
 * Resolves every CloudFormation function in a value that the scope can answer. The rest stays as function objects with
 * their known parts filled in: texts become `Fn::Join` of known text and `Ref`/`Fn::GetAtt`. Removes properties and
 * list elements that are `AWS::NoValue`. Returns a value without functions as the same object. Reports problems to
 * `scope.report`, or throws the first as TemplateError. Returns undefined if the whole value is `AWS::NoValue`.
 */
export function evaluate(value: JsonValue, scope: Scope, path = ''): JsonValue | undefined {
  const result = contextOf(scope).evaluate(value, path);
  return result === noValue ? undefined : result;
}

/** Evaluates a condition as written in the Conditions section. Returns its truth or `notYetKnown`. */
export function evaluateCondition(value: JsonValue, scope: Scope, path = ''): boolean | typeof notYetKnown {
  return contextOf(scope).condition(value, path);
}

/**
 * Returns the entries of a section (Resources, Outputs, Conditions) with its `Fn::ForEach` loops expanded but not
 * evaluated.
 */
export function expandLoops(
  section: JsonObject,
  scope: Scope,
  path = '',
): [key: string, value: JsonValue, origin: string][] {
  const context = contextOf(scope);
  const expand = (entries: [string, JsonValue][], origin: string): [string, JsonValue, string][] =>
    entries.flatMap(([key, value]) => {
      const here = origin === '' ? within(path, key) : origin;
      if (!key.startsWith(loopPrefix)) return [[key, value, here]];
      return expand(loopEntries(value, context, here), here);
    });
  return expand(Object.entries(section), '');
}

function contextOf(scope: Scope): Context {
  const context: Context = {
    scope,
    evaluate: (value, path) => evaluateValue(value, context, path),
    condition: (value, path) => truthOf(value, context, path),
    fail: (path, code, message) => {
      if (scope.report === undefined) throw new TemplateError({ path, code, message });
      scope.report({ path, code, message });
    },
  };
  return context;
}

function evaluateValue(value: JsonValue, context: Context, path: string): Result {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return evaluateList(value, context, path);
  const name = functionOf(value);
  if (name === undefined || name.startsWith(loopPrefix)) return evaluateObject(value, context, path);
  const call = functions.get(name);
  if (call !== undefined) {
    const result = call(value[name] ?? null, context, within(path, name));
    countExpansion(context.scope, 'characters', charactersOf(result), path);
    return result;
  }
  const hint = didYouMean(name, functions.keys());
  context.fail(path, 'UnknownFunction', `CloudFormation has no function "${name}"${hint}`);
  return value;
}

/** Returns the characters in the result of a function. A repeated part of a mapping counts each time. */
function charactersOf(value: Result): number {
  if (typeof value === 'string') return value.length;
  if (typeof value !== 'object' || value === null) return 1;
  return Object.values(value).reduce<number>((sum, inner) => sum + charactersOf(inner), 1);
}

function evaluateList(list: JsonValue[], context: Context, path: string): JsonValue[] {
  let changed = false;
  const results: JsonValue[] = [];
  for (const [index, element] of list.entries()) {
    const result = evaluateValue(element, context, within(path, index));
    if (result !== element) changed = true;
    if (result !== noValue) results.push(result);
  }
  return changed ? results : list;
}

function evaluateObject(object: JsonObject, context: Context, path: string): JsonObject {
  let changed = false;
  const entries: [string, JsonValue][] = [];
  const add = (key: string, value: JsonValue): void => {
    if (key.startsWith(loopPrefix)) {
      changed = true;
      for (const [inner, entry] of loopEntries(value, context, within(path, key))) add(inner, entry);
      return;
    }
    const result = evaluateValue(value, context, within(path, key));
    if (result !== value) changed = true;
    if (result !== noValue) entries.push([key, result]);
  };
  for (const key of Object.keys(object)) {
    if (key.startsWith('Fn::') && !key.startsWith(loopPrefix)) besideOthers(key, object, context, path);
    add(key, object[key] ?? null);
  }
  return changed ? Object.fromEntries(entries) : object;
}

/** Reports a function next to other keys. Only a macro may have other keys. */
function besideOthers(name: string, object: JsonObject, context: Context, path: string): void {
  if (name === 'Fn::Transform') functions.get(name)?.(object[name] ?? null, context, within(path, name));
  else
    context.fail(path, 'FunctionArguments', `${name} must stand alone in its object, got ${shown(object)}`);
}

/** Evaluates a name, `{Condition: name}`, a condition function, or a literal truth. */
function truthOf(value: JsonValue, context: Context, path: string): boolean | typeof notYetKnown {
  if (typeof value === 'boolean') return value;
  if (value === 'true' || value === 'false') return value === 'true';
  if (typeof value === 'string') return named(value, context, path);
  if (isObject(value)) {
    const [key = '', ...others] = Object.keys(value);
    const argument = value[key] ?? null;
    if (others.length === 0) {
      if (key === 'Condition' && typeof argument === 'string') return named(argument, context, path);
      const decide = own(conditionFunctions, key);
      if (decide !== undefined) return decide(argument, context, within(path, key));
      if (functions.has(key)) return truthOfResult(context.evaluate(value, path), value, context, path);
    }
  }
  context.fail(path, 'FunctionArguments', `expected a condition, got ${shown(value)}`);
  return notYetKnown;
}

/** Evaluates functions such as Fn::If or Fn::FindInMap that return "true". */
function truthOfResult(result: Result, value: JsonValue, context: Context, path: string) {
  if (result === true || result === 'true') return true;
  if (result === false || result === 'false') return false;
  if (result === noValue || functionOf(result) === undefined) {
    context.fail(path, 'FunctionArguments', `expected a condition, got ${shown(value)}`);
  }
  return notYetKnown;
}

function named(name: string, context: Context, path: string): boolean | typeof notYetKnown {
  const truth = context.scope.condition?.(name, path);
  if (truth === undefined) context.fail(path, 'UnknownCondition', `there is no condition "${name}"`);
  return truth ?? notYetKnown;
}
