import type { Clause } from '@cedar-policy/cedar-wasm/web';
import { isObject, type JsonValue } from '../model/json.ts';
import { sortedUnique } from './order.ts';
import { argument, type Operation, operandsOf, operationOf, walk } from './syntax-tree.ts';

/** `open`: it depends on what is not known yet. */
export type Truth = boolean | 'open';

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

function branch(operation: Operation): Truth {
  const test = truthOf(argument(operation, 'if'));
  const held = truthOf(argument(operation, 'then'));
  const failed = truthOf(argument(operation, 'else'));
  if (test === 'open') return held === failed ? held : 'open';
  return test ? held : failed;
}

/** Elements of a set that is partly known: the known ones are there whatever the others turn out to be. */
function knownElements(expression: JsonValue): JsonValue[] | undefined {
  const operation = operationOf(expression);
  if (operation?.name !== 'Set' || !Array.isArray(operation.args)) return undefined;
  return operation.args.flatMap((element) => literal(element));
}

function literal(expression: JsonValue): JsonValue[] {
  const operation = operationOf(expression);
  return operation?.name === 'Value' ? [operation.args] : [];
}

function literalElements(expression: JsonValue): JsonValue[] {
  return knownElements(expression) ?? literal(expression).flat();
}

function contains(operation: Operation): Truth {
  const known = knownElements(argument(operation, 'left')) ?? [];
  const sought =
    operation.name === 'contains'
      ? literal(argument(operation, 'right'))
      : literalElements(argument(operation, 'right'));
  const found = sought.filter((one) =>
    known.some((element) => JSON.stringify(element) === JSON.stringify(one)),
  );
  if (operation.name === 'containsAll') return 'open';
  return found.length > 0 ? true : 'open';
}

function isEmpty(operation: Operation): Truth {
  const set = operationOf(argument(operation, 'arg'));
  return set?.name === 'Set' && Array.isArray(set.args) && set.args.length > 0 ? false : 'open';
}

const evaluators: Record<string, (operation: Operation) => Truth> = {
  Value: ({ args }) => (typeof args === 'boolean' ? args : 'open'),
  '!': (operation) => not(truthOf(argument(operation, 'arg'))),
  '&&': (operation) => both(truthOf(argument(operation, 'left')), truthOf(argument(operation, 'right'))),
  '||': (operation) => either(truthOf(argument(operation, 'left')), truthOf(argument(operation, 'right'))),
  'if-then-else': branch,
  contains,
  containsAny: contains,
  isEmpty,
};

/**
 * What a residual comes to whatever the unknown values are. Cedar keeps `unknown && false`, since the left
 * side could still fail to evaluate; that would be a denial at the call, so here it is false.
 */
export function truthOf(expression: JsonValue): Truth {
  const operation = operationOf(expression);
  return (operation && evaluators[operation.name]?.(operation)) ?? 'open';
}

/** What a policy's residual clauses come to together. */
export function truthOfClauses(clauses: Clause[]): Truth {
  return clauses
    .map(({ kind, body }) => {
      const truth = truthOf(body as unknown as JsonValue);
      return kind === 'when' ? truth : not(truth);
    })
    .reduce(both, true);
}

/** Names of the unknown values in an expression: the paths they were encoded with. */
export function unknownsIn(clauses: Clause[]): string[] {
  const names = new Set<string>();
  const visit = (operation: Operation): void => {
    if (operation.name !== 'unknown') return;
    for (const operand of operandsOf(operation)) {
      const name = isObject(operand) ? operand.Value : undefined;
      if (typeof name === 'string') names.add(name);
    }
  };
  for (const { body } of clauses) walk(body as unknown as JsonValue, visit);
  return sortedUnique(names);
}
