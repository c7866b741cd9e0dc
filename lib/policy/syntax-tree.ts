import type { Clause, Expr, PolicyJson } from '@cedar-policy/cedar-wasm/web';
import { isObject, type JsonObject, type JsonValue } from '../model/json.ts';

/** One operation of a policy's JSON syntax tree: `{"&&": {...}}` is name `&&` with its arguments. */
export interface Operation {
  name: string;
  args: JsonValue;
}

/** The operation an expression is; literals and variables included (`Value`, `Var`). */
export function operationOf(expression: JsonValue): Operation | undefined {
  if (!isObject(expression)) return undefined;
  const [name] = Object.keys(expression);
  return name === undefined ? undefined : { name, args: expression[name] ?? null };
}

/** The expressions an operation works on, in the order they are written. */
export function operandsOf({ name, args }: Operation): JsonValue[] {
  if (name === 'Value' || name === 'Var' || name === 'Slot') return [];
  if (name === 'Record' && isObject(args)) return Object.values(args);
  if (Array.isArray(args)) return args;
  if (!isObject(args)) return [];
  return ['if', 'then', 'else', 'left', 'right', 'arg', 'in'].flatMap((key) => {
    const operand = args[key];
    return operand === undefined ? [] : [operand];
  });
}

export function argument(operation: Operation, key: string): JsonValue {
  return isObject(operation.args) ? (operation.args[key] ?? null) : null;
}

/** Attribute names of a `.` or `has`: `has a.b` names two. */
export function attributesOf(operation: Operation): string[] {
  const attribute = argument(operation, 'attr');
  if (typeof attribute === 'string') return [attribute];
  return Array.isArray(attribute) ? attribute.filter((one) => typeof one === 'string') : [];
}

/** Calls `visit` on every expression of a tree, outermost first. */
export function walk(expression: JsonValue, visit: (operation: Operation) => void): void {
  const operation = operationOf(expression);
  if (!operation) return;
  visit(operation);
  for (const operand of operandsOf(operation)) walk(operand, visit);
}

/** Clauses as plain JSON, the form that the functions here read. */
export function clausesOf(policy: PolicyJson): { kind: Clause['kind']; body: JsonValue }[] {
  return policy.conditions.map(({ kind, body }) => ({ kind, body: asJson(body) }));
}

function asJson(expression: Expr): JsonValue {
  return expression as unknown as JsonObject;
}

/** `resource.A.B` as `['resource', 'A', 'B']`; undefined when the expression is no such chain. */
export function chainOf(expression: JsonValue): string[] | undefined {
  const operation = operationOf(expression);
  if (!operation) return undefined;
  if (operation.name === 'Var') return typeof operation.args === 'string' ? [operation.args] : undefined;
  if (operation.name !== '.' && operation.name !== 'has') return undefined;
  const before = chainOf(argument(operation, 'left'));
  return before && [...before, ...attributesOf(operation)];
}

/** Entity types an expression demands of `resource` when it holds; undefined when it leaves that open. */
export function demandedTypes(expression: JsonValue): string[] | undefined {
  const operation = operationOf(expression);
  if (!operation) return undefined;
  if (operation.name === 'is') {
    const type = argument(operation, 'entity_type');
    const of = operationOf(argument(operation, 'left'));
    return of?.args === 'resource' && typeof type === 'string' ? [type] : undefined;
  }
  if (operation.name !== '&&' && operation.name !== '||') return undefined;
  const left = demandedTypes(argument(operation, 'left'));
  const right = demandedTypes(argument(operation, 'right'));
  if (operation.name === '||') return left && right && [...new Set([...left, ...right])];
  return left && right ? left.filter((type) => right.includes(type)) : (left ?? right);
}

/** Entity types a policy can apply to; undefined when it speaks of every resource. */
export function typesOf(policy: PolicyJson): string[] | undefined {
  const { resource } = policy;
  if (resource.op === 'is') return [resource.entity_type];
  const demands = clausesOf(policy)
    .filter(({ kind }) => kind === 'when')
    .map(({ body }) => demandedTypes(body))
    .filter((types) => types !== undefined);
  const [first, ...others] = demands;
  return first?.filter((type) => others.every((types) => types.includes(type)));
}
