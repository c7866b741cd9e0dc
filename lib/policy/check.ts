import type { PolicyJson } from '@cedar-policy/cedar-wasm/web';
import { isObject, type JsonValue } from '../model/json.ts';
import { actions } from '../model/request.ts';
import type { TypeLookup } from '../model/spec.ts';
import { closest } from '../model/suggest.ts';
import {
  anyResource,
  type EntityType,
  entityTypeName,
  findEntityType,
  isHeld,
  mapTypeName,
  ownerType,
} from './entity-types.ts';
import { factsOf } from './facts/table.ts';
import { type Shape, shapeOf } from './shapes.ts';
import { statementAttributes } from './statements.ts';
import {
  argument,
  attributesOf,
  clausesOf,
  demandedTypes,
  type Operation,
  operandsOf,
  operationOf,
} from './syntax-tree.ts';

/** A name in a policy that doesn't exist. `name` is the text to search for. */
export interface NameProblem {
  code: 'NeverApplies' | 'UnknownType' | 'UnknownProperty' | 'UnknownFact' | 'UnknownAction';
  name: string;
  message: string;
}

interface Scope {
  /** The entity types that `resource` can have here. */
  types: string[];
  lookup: TypeLookup;
  problems: NameProblem[];
}

/** The type of an expression, as far as its names can be checked: entity types, or a part of the context. */
type Known = { types: string[] } | { part: 'context' | 'facts' } | undefined;

const contextNames = [
  'environment',
  'service',
  'owner',
  'phase',
  'logicalId',
  'resourceType',
  'deletionPolicy',
  'updateReplacePolicy',
  'root',
  'facts',
];

function attributeShapes(type: EntityType): Map<string, Shape> {
  if (type.statement) return new Map(Object.entries(statementAttributes));
  return new Map(Object.entries(type.properties).map(([name, one]) => [name, shapeOf(type.spec, one)]));
}

function rootTypes(types: string[], lookup: TypeLookup): string[] {
  const specs = types.map((type) => findEntityType(type, lookup)?.spec.type);
  return [...new Set(specs.filter((type) => type !== undefined).map((type) => entityTypeName(type)))];
}

function suggestion(name: string, candidates: Iterable<string>): string {
  const near = closest(name, candidates);
  return near === undefined ? '' : `; did you mean ${near}?`;
}

function contextAttribute(scope: Scope, name: string): Known {
  if (name === 'root') return { types: rootTypes(scope.types, scope.lookup) };
  if (name === 'facts') return { part: 'facts' };
  if (!contextNames.includes(name)) {
    const message = `context has no ${name}${suggestion(name, contextNames)}`;
    scope.problems.push({ code: 'UnknownProperty', name, message });
  }
  return undefined;
}

function factAttribute(scope: Scope, name: string): Known {
  const known = scope.types.flatMap((type) => [...factsOf(type).keys()]);
  if (!known.includes(name)) {
    const message = `no fact ${name} is known of ${scope.types.join(', ')}${suggestion(name, known)}`;
    scope.problems.push({ code: 'UnknownFact', name, message });
  }
  return undefined;
}

function entityAttribute(scope: Scope, types: string[], name: string): Known {
  const found = types.map((type) => findEntityType(type, scope.lookup)).filter((type) => type !== undefined);
  const owners = found.flatMap((type) => {
    const shape = attributeShapes(type).get(name);
    return shape ? [{ type, shape }] : [];
  });
  if (owners.length === 0) {
    const candidates = found.flatMap((type) => [...attributeShapes(type).keys()]);
    const hint = types.some(isMap) ? '; ask a map with hasTag' : suggestion(name, candidates);
    const message = `${types.join(', ')} has no property ${name}${hint}`;
    scope.problems.push({ code: 'UnknownProperty', name, message });
  }
  const nested = owners.flatMap(({ type, shape }) => entityTypeOf(type.spec.type, shape) ?? []);
  return nested.length > 0 ? { types: nested } : undefined;
}

function entityTypeOf(type: string, shape: Shape): string | undefined {
  if (shape.kind === 'entity') return entityTypeName(type, shape.definition);
  if (shape.kind === 'map') return mapTypeName(type, shape.element);
  return shape.kind === 'pairs' ? mapTypeName(type, { kind: 'string' }) : undefined;
}

function isMap(type: string): boolean {
  return type.startsWith('Map::');
}

function attributeOf(scope: Scope, of: Known, name: string): Known {
  if (!of) return undefined;
  if ('types' in of) return entityAttribute(scope, of.types, name);
  return of.part === 'context' ? contextAttribute(scope, name) : factAttribute(scope, name);
}

/** Checks the names in an expression and returns its type if that can be determined. */
function resolve(scope: Scope, expression: JsonValue): Known {
  const operation = operationOf(expression);
  if (!operation) return undefined;
  if (operation.name === 'Var') return variable(scope, operation);
  if (operation.name === 'Value') checkLiteral(scope, operation.args);
  if (operation.name === '&&' || operation.name === 'if-then-else') return narrowed(scope, operation);
  const [left, ...others] = operandsOf(operation);
  let known = left === undefined ? undefined : resolve(scope, left);
  for (const operand of others) resolve(scope, operand);
  if (operation.name === 'is') checkType(scope, argument(operation, 'entity_type'));
  if (operation.name !== '.' && operation.name !== 'has') return undefined;
  for (const name of attributesOf(operation)) known = attributeOf(scope, known, name);
  return operation.name === '.' ? known : undefined;
}

function variable(scope: Scope, operation: Operation): Known {
  if (operation.args === 'resource') return { types: scope.types };
  return operation.args === 'context' ? { part: 'context' } : undefined;
}

/** The right side of `resource is A &&`, and the branch after `if resource is A then`, apply to A only. */
function narrowed(scope: Scope, operation: Operation): Known {
  const [test, held, ...others] = operandsOf(operation);
  const demanded = demandedTypes(test ?? null);
  resolve(scope, test ?? null);
  resolve(demanded ? { ...scope, types: demanded } : scope, held ?? null);
  for (const other of others) resolve(scope, other);
  return undefined;
}

function checkType(scope: Scope, type: JsonValue): void {
  if (typeof type !== 'string' || type === ownerType) return;
  const found = findEntityType(type, scope.lookup);
  if (found && isHeld(found)) return;
  if (found) {
    const message = `no property of ${found.spec.type} holds a ${type}, so no rule on it can ever apply`;
    scope.problems.push({ code: 'NeverApplies', name: type, message });
    return;
  }
  const message = `there is no resource type or nested property type ${type}`;
  scope.problems.push({ code: 'UnknownType', name: type, message });
}

function checkLiteral(scope: Scope, value: JsonValue): void {
  const entity = isObject(value) ? value.__entity : undefined;
  if (isObject(entity)) checkEntity(scope, entity.type ?? null, entity.id ?? null);
}

function checkEntity(scope: Scope, type: JsonValue, id: JsonValue): void {
  if (type !== 'Action') {
    checkType(scope, type);
    return;
  }
  if (typeof id !== 'string' || (actions as readonly string[]).includes(id)) return;
  const message = `there is no action ${id}${suggestion(id, actions)}`;
  scope.problems.push({ code: 'UnknownAction', name: id, message });
}

/** Checks entities named in the head of a policy: `action == Action::"scale"`, `action in [...]`. */
function checkHead(scope: Scope, part: JsonValue): void {
  if (Array.isArray(part)) for (const one of part) checkHead(scope, one);
  if (!isObject(part)) return;
  if ('type' in part && 'id' in part) checkEntity(scope, part.type ?? null, part.id ?? null);
  else for (const one of Object.values(part)) checkHead(scope, one);
}

/**
 * Finds every name in the policy that doesn't exist: types, properties (including nested ones and those that are only
 * tested with `has`, which Cedar's validator accepts), facts and actions.
 * @param types the result of `typesOf` for the policy
 */
export function checkNames(
  policy: PolicyJson,
  types: string[] | undefined,
  lookup: TypeLookup,
): NameProblem[] {
  const scope: Scope = { types: types ?? [anyResource], lookup, problems: [] };
  for (const type of types ?? []) checkType(scope, type);
  checkHead(scope, policy.action as JsonValue);
  checkHead(scope, policy.principal as JsonValue);
  if (scope.problems.length > 0) return scope.problems;
  for (const { body } of clausesOf(policy)) resolve(scope, body);
  const seen = new Set<string>();
  return scope.problems.filter(({ message }) => !seen.has(message) && seen.add(message));
}
