/**
 * The Cloud Control API over a simulated cloud.
 * Source: Cloud Control API Reference (errors of each action) and User Guide, "Managing resource operation requests".
 */
import { isObject, type JsonObject, type JsonValue } from '../../model/json.ts';
import type { TypeLookup, TypeSpec } from '../../model/spec.ts';
import {
  type CallContext,
  type Permission,
  type Service,
  ServiceError,
  unknownOperation,
} from '../gateway/wire.ts';
import type { Identity } from '../iam/identity.ts';
import type { OperationKind } from './durations.ts';
import { createOnlyChanges } from './handlers.ts';
import { applyPatch } from './json-patch.ts';
import type { Operation } from './operation.ts';
import { Operations, type OperationsOptions } from './operations.ts';
import { removeAt } from './paths.ts';
import type { ResourceStore } from './resource-store.ts';

export interface CloudControlOptions extends OperationsOptions {
  types: TypeLookup;
  store: ResourceStore;
  /** Returns why the role can't be used for this operation, or undefined if it can. */
  roleProblem(
    roleArn: string,
    type: string,
    operation: OperationKind | 'READ',
    caller: Identity,
  ): ServiceError | undefined;
  /** Returns why a handler with the role can't do this to the given resource, or undefined if it can. */
  handlerProblem(
    roleArn: string,
    call: {
      type: string;
      kind: OperationKind | 'READ';
      identifier: string | undefined;
      properties: JsonObject;
    },
  ): ServiceError | undefined;
}

const PAGE_MAX = 100;

export class CloudControlService implements Service {
  readonly operations: Operations;
  readonly store: ResourceStore;
  private readonly options: CloudControlOptions;

  constructor(options: CloudControlOptions) {
    this.options = options;
    this.store = options.store;
    this.operations = new Operations(options);
  }

  async call(operation: string, input: JsonObject, context: CallContext): Promise<JsonObject> {
    const action = this.actions[operation];
    if (action === undefined) throw unknownOperation('cloudcontrol', operation);
    return action(input, context.caller);
  }

  /** Source: Service Authorization Reference, "... AWS Cloud Control API": prefix cloudformation, no resources. */
  permissions(operation: string, input: JsonObject): Permission[] {
    const needed: Permission[] = [{ action: `cloudformation:${operation}`, resource: '*' }];
    if (typeof input.RoleArn === 'string') {
      const context = { 'iam:PassedToService': 'cloudformation.amazonaws.com' };
      needed.push({ action: 'iam:PassRole', resource: input.RoleArn, context });
    }
    return needed;
  }

  private readonly actions: Record<string, (input: JsonObject, caller: Identity) => JsonObject> = {
    CreateResource: (input, caller) => {
      const spec = this.specFor(input, 'CREATE', caller);
      const properties = jsonObject(input.DesiredState, 'DesiredState');
      return this.start(input, { kind: 'CREATE', spec, properties, identifier: undefined });
    },
    UpdateResource: (input, caller) => {
      const spec = this.specFor(input, 'UPDATE', caller);
      if (!spec.updatable) throw unsupported(spec.type, 'UPDATE');
      // A repeated call finds its operation even if the resource has changed since.
      const identifier = String(input.Identifier);
      const known = this.operations.repeated(input);
      if (known !== undefined) return { ProgressEvent: progressEvent(known) };
      const properties = this.patched(spec, identifier, input.PatchDocument);
      return this.start(input, { kind: 'UPDATE', spec, properties, identifier });
    },
    DeleteResource: (input, caller) => {
      const spec = this.specFor(input, 'DELETE', caller);
      const identifier = String(input.Identifier);
      return this.start(input, { kind: 'DELETE', spec, properties: undefined, identifier });
    },
    GetResource: (input, caller) => {
      const spec = this.specFor(input, 'READ', caller);
      const found = this.existing(spec, String(input.Identifier));
      this.checkRights(input, { ...found, kind: 'READ' });
      const Properties = JSON.stringify(readable(spec, found.properties));
      return { TypeName: spec.type, ResourceDescription: { Identifier: found.identifier, Properties } };
    },
    ListResources: (input, caller) => {
      const spec = this.specFor(input, 'READ', caller);
      const { page, next } = paged(this.store.list(spec.type), input);
      const descriptions = page.map(({ identifier, properties }) => ({
        Identifier: identifier,
        Properties: JSON.stringify(readable(spec, properties)),
      }));
      return { TypeName: spec.type, ResourceDescriptions: descriptions, ...next };
    },
    GetResourceRequestStatus: (input) => {
      return { ProgressEvent: progressEvent(this.operations.find(String(input.RequestToken))) };
    },
    ListResourceRequests: (input) => {
      const filter = isObject(input.ResourceRequestStatusFilter) ? input.ResourceRequestStatusFilter : {};
      const kinds = filter.Operations;
      const statuses = filter.OperationStatuses;
      const matching = this.operations
        .recent(Array.isArray(statuses) ? statuses.map(String) : undefined)
        .filter((operation) => !Array.isArray(kinds) || kinds.includes(operation.kind))
        .filter((operation) => !Array.isArray(statuses) || statuses.includes(operation.status));
      const { page, next } = paged(matching, input);
      return { ResourceRequestStatusSummaries: page.map(progressEvent), ...next };
    },
    CancelResourceRequest: (input) => {
      return { ProgressEvent: progressEvent(this.operations.cancel(String(input.RequestToken))) };
    },
  };

  private start(
    input: JsonObject,
    wanted: {
      kind: OperationKind;
      spec: TypeSpec;
      properties: JsonObject | undefined;
      identifier: string | undefined;
    },
  ): JsonObject {
    const { kind, spec, identifier } = wanted;
    const { type } = spec;
    const properties = wanted.properties ?? this.store.get(type, identifier ?? '')?.properties ?? {};
    this.checkRights(input, { type, kind, identifier, properties });
    return { ProgressEvent: progressEvent(this.operations.start(input, wanted)) };
  }

  /** @throws ServiceError AccessDeniedException */
  private checkRights(input: JsonObject, call: Parameters<CloudControlOptions['handlerProblem']>[1]): void {
    const problem = this.options.handlerProblem(String(input.RoleArn), call);
    if (problem !== undefined) throw problem;
  }

  private specFor(input: JsonObject, operation: OperationKind | 'READ', caller: Identity): TypeSpec {
    const type = String(input.TypeName);
    const spec = this.options.types(type);
    if (spec === undefined)
      throw new ServiceError('TypeNotFoundException', `The type '${type}' cannot be found.`);
    if (!spec.provisionable) throw unsupported(type, operation);
    const roleArn = input.RoleArn;
    if (typeof roleArn === 'string') {
      const problem = this.options.roleProblem(roleArn, type, operation, caller);
      if (problem !== undefined) throw problem;
    } else if (operation !== 'READ') {
      throw new ServiceError(
        'InvalidRequestException',
        'The local cloud demands a RoleArn with every change, as Baton does.',
      );
    }
    return spec;
  }

  /** Returns the complete model after the patch. The patch applies to what a read shows; hidden values are kept. */
  private patched(spec: TypeSpec, identifier: string, patchDocument: JsonValue | undefined): JsonObject {
    const existing = this.existing(spec, identifier);
    const visible = readable(spec, existing.properties);
    const patched = applyPatch(visible, jsonValue(patchDocument, 'PatchDocument'));
    const changed = createOnlyChanges(spec, visible, patched);
    if (changed.length > 0) {
      const names = changed.map((path) => `/properties/${path.replaceAll('.', '/')}`).join(', ');
      throw new ServiceError(
        'NotUpdatableException',
        `Invalid patch update: createOnlyProperties [${names}] cannot be updated`,
      );
    }
    const hidden = structuredClone(existing.properties);
    for (const name of Object.keys(visible)) if (patched[name] === undefined) delete hidden[name];
    return { ...hiddenOnly(spec, hidden, visible), ...patched };
  }

  private existing(spec: TypeSpec, identifier: string) {
    const found = this.store.get(spec.type, identifier);
    if (found !== undefined) return found;
    const message = `Resource of type '${spec.type}' with identifier '${identifier}' was not found.`;
    throw new ServiceError('ResourceNotFoundException', message);
  }
}

/** Returns what a read shows: everything but write-only properties. */
export function readable(spec: TypeSpec, properties: JsonObject): JsonObject {
  const copy = structuredClone(properties);
  for (const path of spec.writeOnly) removeAt(copy, path);
  return copy;
}

/** Returns the top-level properties that a read doesn't show. */
function hiddenOnly(spec: TypeSpec, properties: JsonObject, visible: JsonObject): JsonObject {
  const names = spec.writeOnly.filter((path) => !path.includes('.') && visible[path] === undefined);
  return Object.fromEntries(
    names.filter((name) => properties[name] !== undefined).map((name) => [name, properties[name] ?? null]),
  );
}

function progressEvent(operation: Readonly<Operation>): JsonObject {
  const { kind, type, identifier, properties, errorCode, message } = operation;
  return {
    TypeName: type,
    RequestToken: operation.requestToken,
    Operation: kind,
    OperationStatus: operation.status,
    EventTime: operation.eventMillis / 1000,
    ...(identifier === undefined ? {} : { Identifier: identifier }),
    ...(properties === undefined ? {} : { ResourceModel: JSON.stringify(properties) }),
    ...(errorCode === undefined ? {} : { ErrorCode: errorCode }),
    ...(message === undefined ? {} : { StatusMessage: message }),
  };
}

function paged<T>(all: T[], input: JsonObject): { page: T[]; next: JsonObject } {
  const start = Number(Buffer.from(String(input.NextToken ?? ''), 'base64').toString() || 0);
  const size = Math.min(PAGE_MAX, Number(input.MaxResults ?? PAGE_MAX));
  const end = start + size;
  const next: JsonObject = end < all.length ? { NextToken: Buffer.from(String(end)).toString('base64') } : {};
  return { page: all.slice(start, end), next };
}

function unsupported(type: string, operation: string): ServiceError {
  return new ServiceError(
    'UnsupportedActionException',
    `Resource type ${type} does not support ${operation} action`,
  );
}

function jsonValue(text: JsonValue | undefined, name: string): JsonValue {
  try {
    return JSON.parse(String(text)) as JsonValue;
  } catch {
    throw new ServiceError('InvalidRequestException', `${name} is not valid JSON.`);
  }
}

function jsonObject(text: JsonValue | undefined, name: string): JsonObject {
  const value = jsonValue(text, name);
  if (isObject(value)) return value;
  throw new ServiceError(
    'InvalidRequestException',
    `${name} must be a JSON object, not ${Array.isArray(value) ? 'a list' : typeof value}.`,
  );
}
