/** Completes an operation when its time is over: changes the store or returns the handler's error. */
import { canonicalJson, type JsonObject } from '../../model/json.ts';
import type { TypeSpec } from '../../model/spec.ts';
import { notUpdatable } from './conditional-create-only.ts';
import type { HandlerError } from './handler-error.ts';
import { identifierOf, livePropertiesOf, type Maker, nameOf } from './made-up.ts';
import type { Operation } from './operation.ts';
import { valueAt } from './paths.ts';
import type { ResourceStore, StoredResource } from './resource-store.ts';

export type { HandlerError } from './handler-error.ts';

/** Applies a create. Returns the identifier or the error. */
export function createResource(
  operation: Operation,
  spec: TypeSpec,
  store: ResourceStore,
  maker: Maker,
): string | HandlerError {
  const desired = operation.properties ?? {};
  const invalid = modelProblem(spec, desired);
  if (invalid !== undefined) return invalid;
  const properties = livePropertiesOf(spec, desired, maker);
  const identifier = identifierOf(spec, properties);
  if (store.isTaken(spec.type, identifier) || nameIsTaken(spec, desired, store)) {
    const taken =
      identifierOf(spec, desired).replace(/^\|+$/, '') || String(nameOf(spec, desired) ?? identifier);
    return {
      errorCode: 'AlreadyExists',
      message: `Resource of type '${spec.type}' with identifier '${taken}' already exists.`,
    };
  }
  store.put({ type: spec.type, identifier, properties, createdMillis: maker.nowMillis });
  return identifier;
}

/** Applies an update. The properties are the complete model. */
export function updateResource(operation: Operation, store: ResourceStore): HandlerError | undefined {
  const existing = store.get(operation.type, operation.identifier ?? '');
  if (existing === undefined) return notFound(operation);
  const properties = structuredClone(operation.properties ?? {});
  const refused = notUpdatable(operation.type, existing.properties, properties);
  if (refused !== undefined) return refused;
  store.put({ ...existing, properties: { ...properties, ...countedUp(existing, properties) } });
  return undefined;
}

/** Applies a delete, unless an existing resource depends on this one. */
export function deleteResource(operation: Operation, store: ResourceStore): HandlerError | undefined {
  const existing = store.get(operation.type, operation.identifier ?? '');
  if (existing === undefined) return notFound(operation);
  const dependent = store.dependentOn(existing);
  if (dependent !== undefined) {
    const message =
      `DependencyViolation: ${existing.identifier} has dependencies and cannot be deleted ` +
      `(${dependent.type} ${dependent.identifier})`;
    return { errorCode: 'GeneralServiceException', message };
  }
  store.delete(existing.type, existing.identifier);
  return undefined;
}

/** Counters that a service increments with each update of a property, by type. */
const counters: Record<string, readonly [property: string, counter: string]> = {
  'AWS::EC2::LaunchTemplate': ['LaunchTemplateData', 'LatestVersionNumber'],
};

function countedUp(existing: StoredResource, properties: JsonObject): JsonObject {
  const [property = '', counter = ''] = counters[existing.type] ?? [];
  const before = existing.properties[counter];
  const same =
    canonicalJson(existing.properties[property] ?? null) === canonicalJson(properties[property] ?? null);
  return before === undefined || same ? {} : { [counter]: String(Number(before) + 1) };
}

function notFound(operation: Operation): HandlerError {
  const message = `Resource of type '${operation.type}' with identifier '${operation.identifier}' was not found.`;
  return { errorCode: 'NotFound', message };
}

/** Checks the requirements of the schema that handlers check first. */
function modelProblem(spec: TypeSpec, desired: JsonObject): HandlerError | undefined {
  const missing = Object.entries(spec.properties).filter(
    ([name, property]) => property.required && desired[name] === undefined,
  );
  const unknown = Object.keys(desired).filter((name) => spec.properties[name] === undefined);
  const readOnly = spec.readOnly.filter(
    (path) => !path.includes('.') && spec.properties[path] === undefined && desired[path] !== undefined,
  );
  const parts = [
    ...missing.map(([name]) => `#: required key [${name}] not found`),
    ...unknown
      .filter((name) => !readOnly.includes(name))
      .map((name) => `#: extraneous key [${name}] is not permitted`),
    ...readOnly.map((name) => `#/${name}: is read-only`),
  ];
  if (parts.length === 0) return undefined;
  return { errorCode: 'InvalidRequest', message: `Model validation failed (${parts.join('; ')})` };
}

/**
 * Many names are unique although the identifier is an ARN or generated. A create-only name that is given is treated as
 * unique.
 */
function nameIsTaken(spec: TypeSpec, desired: JsonObject, store: ResourceStore): boolean {
  const resource = spec.type.split('::').at(-1) ?? '';
  const property = ['Name', `${resource}Name`].find(
    (name) =>
      spec.createOnly.includes(name) &&
      !spec.primaryIdentifier.includes(name) &&
      typeof desired[name] === 'string',
  );
  // Some names are unique only within a parent, such as the names of security groups within their VPC.
  if (property === undefined || spec.primaryIdentifier.length > 1 || scoped.has(spec.type)) return false;
  return store.list(spec.type).some((other) => other.properties[property] === desired[property]);
}

const scoped = new Set([
  'AWS::EC2::SecurityGroup',
  'AWS::ServiceDiscovery::Service',
  'AWS::ApiGateway::Authorizer',
  'AWS::ApiGateway::Model',
]);

/** Returns the create-only properties that an update would change. A property that a read hides can't be compared. */
export function createOnlyChanges(spec: TypeSpec, before: JsonObject, after: JsonObject): string[] {
  const same = (path: string) => {
    const [left, right] = [valueAt(before, path), valueAt(after, path)];
    return left === undefined || right === undefined
      ? left === right
      : canonicalJson(left) === canonicalJson(right);
  };
  const paths = new Set([...spec.createOnly, ...spec.primaryIdentifier]);
  return [...paths].filter((path) => !path.includes('*') && !spec.writeOnly.includes(path) && !same(path));
}
