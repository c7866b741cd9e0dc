import type { Clause, Expr, PolicyJson } from '@cedar-policy/cedar-wasm/web';
import { isObject, type JsonObject, type JsonValue } from '../model/json.ts';

/** One operation in a policy's JSON syntax tree: `{"&&": {...}}` has the name `&&` and its arguments. */
export interface Operation {
  name: string;
  args: JsonValue;
}

/** Returns the operation of an expression, including literals and variables (`Value`, `Var`). */
export function operationOf(expression: JsonValue): Operation | undefined {
  if (!isObject(expression)) return undefined;
  const [name] = Object.keys(expression);
  return name === undefined ? undefined : { name, args: expression[name] ?? null };
}

/** Returns the operands of an operation in source order. */
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

/** Returns the attribute names of a `.` or `has`: `has a.b` has two. */
export function attributesOf(operation: Operation): string[] {
  const attribute = argument(operation, 'attr');
  if (typeof attribute === 'string') return [attribute];
  return Array.isArray(attribute) ? attribute.filter((one) => typeof one === 'string') : [];
}

/** Calls `visit` for every expression of a tree, outermost first. */
export function walk(expression: JsonValue, visit: (operation: Operation) => void): void {
  const operation = operationOf(expression);
  if (!operation) return;
  visit(operation);
  for (const operand of operandsOf(operation)) walk(operand, visit);
}

/** Returns clauses as plain JSON, the form that the functions here read. */
export function clausesOf(policy: PolicyJson): { kind: Clause['kind']; body: JsonValue }[] {
  return policy.conditions.map(({ kind, body }) => ({ kind, body: asJson(body) }));
}

function asJson(expression: Expr): JsonValue {
  return expression as unknown as JsonObject;
}

/** Returns `resource.A.B` as `['resource', 'A', 'B']`, or undefined if the expression isn't such a chain. */
export function chainOf(expression: JsonValue): string[] | undefined {
  const operation = operationOf(expression);
  if (!operation) return undefined;
  if (operation.name === 'Var') return typeof operation.args === 'string' ? [operation.args] : undefined;
  if (operation.name !== '.' && operation.name !== 'has') return undefined;
  const before = chainOf(argument(operation, 'left'));
  return before && [...before, ...attributesOf(operation)];
}

/**
 * Returns the entity types that `resource` must have for an expression to hold, or undefined if the expression doesn't
 * restrict them.
 */
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

/** Returns the entity types that a policy can apply to, or undefined if it applies to every resource. */
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
