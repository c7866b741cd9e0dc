import { isObject, type JsonValue } from '../json.ts';
import { ConditionError } from './errors.ts';
import { functionOf, isYes, kindOf, listOf, numberOf, predicates, type Value } from './functions.ts';
import { parseCondition } from './parse.ts';
import type { Node } from './syntax.ts';

/** Steps of one evaluation: nested predicates multiply. */
const stepsMax = 100_000;

/**
 * Evaluates a condition on a measured value, such as `result < 0.01 || isNaN(result)`. It is written in the part of the
 * Expr language (expr-lang.org) that Argo Rollouts' analysis templates use; it can reach nothing but the value.
 * Throws ConditionError if it can't be read, is neither true nor false, compares values of different kinds, or asks
 * for an element or field that does not exist.
 */
export function isTrue(condition: string, result: JsonValue): boolean {
  const found = evaluateNode(parseCondition(condition), {
    result,
    element: null,
    budget: { left: stepsMax },
  });
  if (typeof found === 'boolean') return found;
  throw new ConditionError(`expected true or false, got ${kindOf(found)} from ${condition}`);
}

interface Scope {
  result: Value;
  element: Value;
  budget: { left: number };
}

function evaluateNode(node: Node, scope: Scope): Value {
  scope.budget.left -= 1;
  if (scope.budget.left < 0) throw new ConditionError(`the condition takes more than ${stepsMax} steps`);
  const value = (inner: Node): Value => evaluateNode(inner, scope);
  switch (node.kind) {
    case 'value':
      return node.value;
    case 'result':
      return scope.result;
    case 'element':
      return scope.element;
    case 'list':
      return node.items.map(value);
    case 'member':
      return memberOf(value(node.of), value(node.key), node.optional);
    case 'unary':
      return node.sign === '!' ? !isYes(value(node.of)) : signed(node.sign, value(node.of));
    case 'choice':
      return value(isYes(value(node.test)) ? node.yes : node.no);
    case 'binary':
      return lazy[node.sign]?.(node, value) ?? strict(node.sign, value(node.left), value(node.right));
    case 'call':
      return call(node, scope);
  }
}

const signed = (sign: string, value: Value): number => (sign === '-' ? -1 : 1) * numberOf(sign, value);

function call({ name, of }: Node & { kind: 'call' }, scope: Scope): Value {
  const predicate = predicates.get(name);
  if (predicate === undefined)
    return functionOf(name)(
      of.map((inner) => evaluateNode(inner, scope)),
      scope.result,
    );
  const [list, test] = of;
  const elements = listOf(name, list === undefined ? null : evaluateNode(list, scope));
  return predicate(
    elements,
    elements.map((element) => (test === undefined ? element : evaluateNode(test, { ...scope, element }))),
  );
}

type Binary = Node & { kind: 'binary' };

/** Operators that may not need their right side. */
const lazy: Readonly<Record<string, (node: Binary, value: (node: Node) => Value) => Value>> = {
  '&&': ({ left, right }, value) => isYes(value(left)) && isYes(value(right)),
  '||': ({ left, right }, value) => isYes(value(left)) || isYes(value(right)),
  and: (node, value) => lazy['&&']?.(node, value) ?? false,
  or: (node, value) => lazy['||']?.(node, value) ?? false,
  '??': ({ left, right }, value) => {
    const found = value(left);
    return found === null ? value(right) : found;
  },
};

const operators: Readonly<Record<string, (left: Value, right: Value) => Value>> = {
  '==': (left, right) => isEqual(left, right),
  '!=': (left, right) => !isEqual(left, right),
  '<': (left, right) => compare('<', left, right, (a, b) => a < b),
  '<=': (left, right) => compare('<=', left, right, (a, b) => a <= b),
  '>': (left, right) => compare('>', left, right, (a, b) => a > b),
  '>=': (left, right) => compare('>=', left, right, (a, b) => a >= b),
  in: (left, right) => isIn(left, right),
  'not in': (left, right) => !isIn(left, right),
  contains: (left, right) => texts('contains', left, right, (a, b) => a.includes(b)),
  startsWith: (left, right) => texts('startsWith', left, right, (a, b) => a.startsWith(b)),
  endsWith: (left, right) => texts('endsWith', left, right, (a, b) => a.endsWith(b)),
  '+': (left, right) =>
    typeof left === 'string' && typeof right === 'string'
      ? left + right
      : numberOf('+', left) + numberOf('+', right),
  '-': (left, right) => numberOf('-', left) - numberOf('-', right),
  '*': (left, right) => numberOf('*', left) * numberOf('*', right),
  '/': (left, right) => numberOf('/', left) / numberOf('/', right),
  '%': (left, right) => numberOf('%', left) % numberOf('%', right),
  '^': (left, right) => numberOf('^', left) ** numberOf('^', right),
  '**': (left, right) => numberOf('**', left) ** numberOf('**', right),
};

function strict(sign: string, left: Value, right: Value): Value {
  const operator = operators[sign];
  if (operator === undefined) throw new ConditionError(`unknown operator ${sign}`);
  return operator(left, right);
}

function memberOf(of: Value, key: Value, optional: boolean): Value {
  if (of === null && optional) return null;
  if ((Array.isArray(of) || typeof of === 'string') && typeof key === 'number') {
    const found = of.at(key);
    if (Number.isInteger(key) && found !== undefined) return found;
    throw new ConditionError(
      `no element ${key} in ${kindOf(of)} of ${of.length}: guard it with len(...) > 0`,
    );
  }
  if (isObject(of) && typeof key === 'string') return Object.hasOwn(of, key) ? (of[key] ?? null) : null;
  throw new ConditionError(`${kindOf(of)} has no member ${JSON.stringify(key)}`);
}

/** Values of different kinds are not compared, because such a condition is never what was meant. Anything may be nil. */
function isEqual(left: Value, right: Value): boolean {
  if (left === null || right === null) return left === right;
  if (kindOf(left) !== kindOf(right))
    throw new ConditionError(`can't compare ${kindOf(left)} with ${kindOf(right)}`);
  if (Array.isArray(left) && Array.isArray(right))
    return left.length === right.length && left.every((one, index) => isSame(one, right[index] ?? null));
  return isObject(left) || isObject(right) ? isSame(left, right) : left === right;
}

function isSame(left: Value, right: Value): boolean {
  if (isObject(left) && isObject(right)) {
    const keys = Object.keys(left);
    return (
      keys.length === Object.keys(right).length &&
      keys.every((key) => Object.hasOwn(right, key) && isSame(left[key] ?? null, right[key] ?? null))
    );
  }
  return kindOf(left) === kindOf(right) && isEqual(left, right);
}

function isIn(value: Value, within: Value): boolean {
  if (Array.isArray(within)) return within.some((one) => isSame(one, value));
  if (isObject(within) && typeof value === 'string') return Object.hasOwn(within, value);
  throw new ConditionError(`"in" expects a list or an object on its right, got ${kindOf(within)}`);
}

function compare<Ordered extends number | string>(
  sign: string,
  left: Value,
  right: Value,
  holds: (left: Ordered, right: Ordered) => boolean,
): boolean {
  const ordered = typeof left === 'number' || typeof left === 'string';
  if (ordered && typeof left === typeof right) return holds(left as Ordered, right as Ordered);
  throw new ConditionError(`can't compare ${kindOf(left)} ${sign} ${kindOf(right)}`);
}

function texts(
  sign: string,
  left: Value,
  right: Value,
  holds: (left: string, right: string) => boolean,
): boolean {
  if (typeof left === 'string' && typeof right === 'string') return holds(left, right);
  throw new ConditionError(`"${sign}" expects two texts, got ${kindOf(left)} and ${kindOf(right)}`);
}
