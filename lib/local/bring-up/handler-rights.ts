/**
 * Permissions that the handlers of Cloud Control need for the specific resource, with the given provisioning role:
 * changes of identities, passing known roles, and tags. A role that no one created here stands for an existing role of
 * the account, and may be passed. For everything else, `roleCheck` checks only the type.
 */
import { isObject, type JsonObject, type JsonValue } from '../../model/json.ts';
import type { TypeLookup } from '../../model/spec.ts';
import { passedServices } from '../../spec/passed-services.ts';
import type { OperationKind } from '../cloud-control/durations.ts';
import type { ResourceStore } from '../cloud-control/resource-store.ts';
import { type Permission, ServiceError } from '../gateway/wire.ts';
import { evaluate } from '../iam/evaluate.ts';
import { sessionIdentity } from '../iam/identity.ts';
import type { HandlerCall } from './handler-call.ts';
import type { Role } from './roles.ts';
import { tagDemands } from './tag-rights.ts';

export type { HandlerCall } from './handler-call.ts';

/** An operation that changes something. */
type HandlerChange = Omit<HandlerCall, 'kind'> & { kind: OperationKind };

type Actions = Record<OperationKind, string>;
interface IdentityType {
  /** The part of the ARN before the path. */
  resource: string;
  nameProperty: string;
  actions: Actions;
}

const crud = (name: string, update: string): Actions => ({
  CREATE: `iam:Create${name}`,
  UPDATE: `iam:${update}`,
  DELETE: `iam:Delete${name}`,
});
/** Source: "Actions, resources, and condition keys for AWS Identity and Access Management", Service Authorization Reference. */
const identityTypes: Record<string, IdentityType> = {
  'AWS::IAM::Group': { resource: 'group', nameProperty: 'GroupName', actions: crud('Group', 'UpdateGroup') },
  'AWS::IAM::InstanceProfile': {
    resource: 'instance-profile',
    nameProperty: 'InstanceProfileName',
    actions: crud('InstanceProfile', 'AddRoleToInstanceProfile'),
  },
  'AWS::IAM::ManagedPolicy': {
    resource: 'policy',
    nameProperty: 'ManagedPolicyName',
    actions: crud('Policy', 'CreatePolicyVersion'),
  },
  'AWS::IAM::OIDCProvider': {
    resource: 'oidc-provider',
    nameProperty: 'Url',
    actions: crud('OpenIDConnectProvider', 'UpdateOpenIDConnectProviderThumbprint'),
  },
  'AWS::IAM::Role': {
    resource: 'role',
    nameProperty: 'RoleName',
    actions: crud('Role', 'UpdateAssumeRolePolicy'),
  },
  'AWS::IAM::SAMLProvider': {
    resource: 'saml-provider',
    nameProperty: 'Name',
    actions: crud('SAMLProvider', 'UpdateSAMLProvider'),
  },
  'AWS::IAM::User': { resource: 'user', nameProperty: 'UserName', actions: crud('User', 'UpdateUser') },
};

/** Inline policies: the action, and the type and property of the identity they belong to. */
const inlinePolicies: Record<string, [kind: string, owner: string, property: string]> = {
  'AWS::IAM::RolePolicy': ['RolePolicy', 'AWS::IAM::Role', 'RoleName'],
  'AWS::IAM::UserPolicy': ['UserPolicy', 'AWS::IAM::User', 'UserName'],
};

/** Checks the calls of handlers with roles of the template. */
export function handlerRights(
  roles: ReadonlyMap<string, Role>,
  account: string,
  store: ResourceStore,
  types: TypeLookup,
) {
  const cloud: Cloud = { account, roles, store };
  /** Returns why a handler with this role can't do it, or undefined if it can. */
  return (roleArn: string, call: HandlerCall): ServiceError | undefined => {
    const role = roles.get(roleArn);
    if (role === undefined) return undefined;
    const caller = sessionIdentity(role, 'CloudControl');
    for (const demand of tagDemands(call, { store, types })) {
      const decision = evaluate({ caller, ...demand });
      // roleCheck decides whether the type is allowed at all.
      if (!decision.allowed && decision.explicit) return refused(caller.arn, demand, decision.reason);
    }
    const { kind } = call;
    for (const demand of kind === 'READ' ? [] : demandsOf({ ...call, kind }, cloud)) {
      const decision = evaluate({ caller, ...demand });
      if (!decision.allowed) return refused(caller.arn, demand, decision.reason);
    }
    return undefined;
  };
}

function refused(caller: string, { action, resource }: Permission, reason: string): ServiceError {
  const message = `User: ${caller} is not authorized to perform: ${action} on resource: ${resource} ${reason}`;
  return new ServiceError('AccessDeniedException', message);
}

interface Cloud {
  account: string;
  roles: ReadonlyMap<string, Role>;
  store: ResourceStore;
}

/** Returns the permissions that a call needs in addition to those for its type. */
function demandsOf(call: HandlerChange, cloud: Cloud): Permission[] {
  const { type, kind, properties } = call;
  const identity = identityTypes[type];
  const own = identity === undefined ? [] : [ownDemand(identity, call, cloud)];
  const [policy, owner = '', property = ''] = inlinePolicies[type] ?? [];
  const target = policy === undefined ? undefined : cloud.store.get(owner, String(properties[property]));
  const put =
    target === undefined
      ? []
      : [onIdentity(`iam:${kind === 'DELETE' ? 'Delete' : 'Put'}${policy}`, target, cloud)];
  const attached = type === 'AWS::IAM::ManagedPolicy' ? attachments(properties, kind, cloud) : [];
  return [...own, ...put, ...attached, ...(kind === 'DELETE' ? [] : passes(call, cloud))];
}

function ownDemand(
  { resource, nameProperty, actions }: IdentityType,
  call: HandlerChange,
  { account }: Cloud,
): Permission {
  const { kind, identifier, properties } = call;
  const given = identifier ?? text(properties[nameProperty]) ?? 'generated';
  const arn = given.startsWith('arn:')
    ? given
    : `arn:aws:iam::${account}:${resource}${pathOf(properties)}${given}`;
  return { action: actions[kind], resource: arn, context: boundaryOf(properties) };
}

/** Returns an action on an existing identity. */
function onIdentity(
  action: string,
  { type, identifier, properties }: { type: string; identifier: string; properties: JsonObject },
  { account }: Cloud,
): Permission {
  const resource = identityTypes[type]?.resource ?? 'role';
  return {
    action,
    resource: `arn:aws:iam::${account}:${resource}${pathOf(properties)}${identifier}`,
    context: boundaryOf(properties),
  };
}

function attachments(properties: JsonObject, kind: OperationKind, cloud: Cloud): Permission[] {
  const verb = kind === 'DELETE' ? 'Detach' : 'Attach';
  return (['Role', 'User'] as const).flatMap((who) =>
    [properties[`${who}s`] ?? []].flat().flatMap((name) => {
      const identity = cloud.store.get(`AWS::IAM::${who}`, String(name));
      return identity === undefined ? [] : [onIdentity(`iam:${verb}${who}Policy`, identity, cloud)];
    }),
  );
}

/** Returns known roles in properties named after a role. In IAM, only instance profiles contain one. */
function passes({ type, properties }: HandlerCall, cloud: Cloud): Permission[] {
  if (type.startsWith('AWS::IAM::') && type !== 'AWS::IAM::InstanceProfile') return [];
  const [service] = passedServices([type]);
  const context = service === undefined ? undefined : { 'iam:PassedToService': service };
  const known = new Set(textsOfRoles(properties, '').flatMap((value) => knownRole(value, cloud) ?? []));
  return [...known].map((resource) => ({ action: 'iam:PassRole', resource, context }));
}

/** Returns the ARN of a role by its ARN or, as in instance profiles, by its name. */
function knownRole(value: string, { account, roles, store }: Cloud): string | undefined {
  const name = value.split('/').at(-1) ?? '';
  const own = [...roles.values()].find((role) => role.arn === value || (role.name === value && name !== ''));
  if (own !== undefined) return own.arn;
  const made = store.get('AWS::IAM::Role', name);
  if (made === undefined) return undefined;
  const arn = `arn:aws:iam::${account}:role${pathOf(made.properties)}${name}`;
  return value === arn || value === name ? arn : undefined;
}

function textsOfRoles(value: JsonValue | undefined, property: string): string[] {
  if (typeof value === 'string') return /role|profile/i.test(property) ? [value] : [];
  if (Array.isArray(value)) return value.flatMap((part) => textsOfRoles(part, property));
  return isObject(value) ? Object.entries(value).flatMap(([name, part]) => textsOfRoles(part, name)) : [];
}

function boundaryOf({ PermissionsBoundary }: JsonObject): Permission['context'] {
  const arn = text(PermissionsBoundary);
  return arn === undefined ? {} : { 'iam:PermissionsBoundary': arn };
}

function pathOf({ Path }: JsonObject): string {
  return text(Path) ?? '/';
}

function text(value: JsonValue | undefined): string | undefined {
  return typeof value === 'string' ? value : undefined;
}
