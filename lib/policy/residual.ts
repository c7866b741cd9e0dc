import type { Clause } from '@cedar-policy/cedar-wasm/web';
import { isObject, type JsonValue } from '../model/json.ts';
import { sortedUnique } from './order.ts';
import { argument, type Operation, operandsOf, operationOf, walk } from './syntax-tree.ts';
import { canBeEqual, patternForm, surelyMatches, type TextForm, textForm } from './text-forms.ts';

/** `open`: the result depends on unknown values. */
export type Truth = boolean | 'open';

/** Returns what is known about the text of an unknown value, by its name. */
export type Forms = (name: string) => TextForm | undefined;

function not(truth: Truth): Truth {
  return truth === 'open' ? 'open' : !truth;
}

function both(left: Truth, right: Truth): Truth {
  if (left === false || right === false) return false;
  return left === true && right === true ? true : 'open';
}

function either(left: Truth, right: Truth): Truth {
  return not(both(not(left), not(right)));
}

function branch(operation: Operation, forms: Forms): Truth {
  const test = truthOf(argument(operation, 'if'), forms);
  const held = truthOf(argument(operation, 'then'), forms);
  const failed = truthOf(argument(operation, 'else'), forms);
  if (test === 'open') return held === failed ? held : 'open';
  return test ? held : failed;
}

function sides(operation: Operation): [left: JsonValue, right: JsonValue] {
  return [argument(operation, 'left'), argument(operation, 'right')];
}

/** Returns the elements of a set that is at least partly known, as expressions. Undefined otherwise. */
function elementsOf(expression: JsonValue): JsonValue[] | undefined {
  const operation = operationOf(expression);
  if (!operation || !Array.isArray(operation.args)) return undefined;
  if (operation.name === 'Set') return operation.args;
  return operation.name === 'Value' ? operation.args.map((one) => ({ Value: one })) : undefined;
}

/** Returns the name of an unknown value: the path it was encoded with. */
function nameOfUnknown(operation: Operation): string | undefined {
  const [operand] = operation.name === 'unknown' ? operandsOf(operation) : [];
  const name = isObject(operand) ? operand.Value : undefined;
  return typeof name === 'string' ? name : undefined;
}

/** Returns what is known about the text of an expression. Undefined if nothing is known, or if it isn't text. */
function formOf(expression: JsonValue, forms: Forms): TextForm | undefined {
  const operation = operationOf(expression);
  if (!operation) return undefined;
  if (operation.name === 'Value') {
    return typeof operation.args === 'string' ? textForm(operation.args) : undefined;
  }
  const name = nameOfUnknown(operation);
  return name === undefined ? undefined : forms(name);
}

/** Tells whether two expressions are equal: yes, no, or open. */
function equal(left: JsonValue, right: JsonValue, forms: Forms): Truth {
  const [one, two] = [operationOf(left), operationOf(right)];
  if (one?.name === 'Value' && two?.name === 'Value') {
    return JSON.stringify(one.args) === JSON.stringify(two.args);
  }
  const [form, other] = [formOf(left, forms), formOf(right, forms)];
  return form && other && !canBeEqual(form, other) ? false : 'open';
}

/**
 * Known elements are in the set whatever the other elements turn out to be. The other elements may still be none of
 * those searched for.
 */
function contains(operation: Operation, forms: Forms): Truth {
  const [left, right] = sides(operation);
  const elements = elementsOf(left);
  const sought = operation.name === 'contains' ? [right] : elementsOf(right);
  if (!elements || !sought) return 'open';
  const found = sought.map((one) =>
    elements.map((element) => equal(element, one, forms)).reduce(either, false),
  );
  return operation.name === 'containsAll' ? found.reduce(both, true) : found.reduce(either, false);
}

function like(operation: Operation, forms: Forms): Truth {
  const form = formOf(argument(operation, 'left'), forms);
  const pattern = argument(operation, 'pattern');
  if (!form || !Array.isArray(pattern)) return 'open';
  const wanted = patternForm(pattern);
  if (surelyMatches(form, wanted)) return true;
  return canBeEqual(form, wanted) ? 'open' : false;
}

function isEmpty(operation: Operation): Truth {
  const set = operationOf(argument(operation, 'arg'));
  return set?.name === 'Set' && Array.isArray(set.args) && set.args.length > 0 ? false : 'open';
}

function compound(combine: (left: Truth, right: Truth) => Truth) {
  return (operation: Operation, forms: Forms): Truth => {
    const [left, right] = sides(operation);
    return combine(truthOf(left, forms), truthOf(right, forms));
  };
}

const evaluators: Record<string, (operation: Operation, forms: Forms) => Truth> = {
  Value: ({ args }) => (typeof args === 'boolean' ? args : 'open'),
  '!': (operation, forms) => not(truthOf(argument(operation, 'arg'), forms)),
  '&&': compound(both),
  '||': compound(either),
  '==': (operation, forms) => equal(...sides(operation), forms),
  '!=': (operation, forms) => not(equal(...sides(operation), forms)),
  'if-then-else': branch,
  contains,
  containsAny: contains,
  containsAll: contains,
  isEmpty,
  like,
};

/**
 * Returns the result of a residual, if it is the same for all values of the unknowns. Cedar keeps `unknown && false`,
 * because the left side could fail to evaluate. That would be a denial at the call, so here it is false.
 * @param forms what is known about the texts among the unknown values
 */
export function truthOf(expression: JsonValue, forms: Forms = () => undefined): Truth {
  const operation = operationOf(expression);
  return (operation && evaluators[operation.name]?.(operation, forms)) ?? 'open';
}

/** Returns the combined result of a policy's residual clauses. */
export function truthOfClauses(clauses: Clause[], forms: Forms): Truth {
  return clauses
    .map(({ kind, body }) => {
      const truth = truthOf(body as unknown as JsonValue, forms);
      return kind === 'when' ? truth : not(truth);
    })
    .reduce(both, true);
}

/** Returns the names of the unknown values in an expression: the paths they were encoded with. */
export function unknownsIn(clauses: Clause[]): string[] {
  const names = new Set<string>();
  const visit = (operation: Operation): void => {
    const name = nameOfUnknown(operation);
    if (name !== undefined) names.add(name);
  };
  for (const { body } of clauses) walk(body as unknown as JsonValue, visit);
  return sortedUnique(names);
}
