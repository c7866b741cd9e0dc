/** Which roles Cloud Control accepts. */
import { type HandlerOperation, permissionsFor } from '../../spec/permissions.ts';
import type { OperationKind } from '../cloud-control/durations.ts';
import { ServiceError } from '../gateway/wire.ts';
import { evaluate } from '../iam/evaluate.ts';
import { type Identity, sessionIdentity } from '../iam/identity.ts';
import { type Role, trusts } from './roles.ts';

/** The principal that assumes a role passed with a call. */
const CLOUD_CONTROL = 'cloudformation.amazonaws.com';
const handlerOperation: Record<OperationKind | 'READ', HandlerOperation> = {
  CREATE: 'create',
  UPDATE: 'update',
  DELETE: 'delete',
  READ: 'read',
};

/**
 * A role of this account must be in the template, trust Cloud Control, and allow at least one of the actions that the
 * type's handler needs. A role for other types allows none. Roles of other accounts are accepted unchecked.
 */
export function roleCheck(roles: Map<string, Role>, account: string) {
  const verdicts = new Map<string, ServiceError | undefined>();
  return (roleArn: string, type: string, operation: OperationKind | 'READ', _caller: Identity) => {
    if (roleArn.split(':')[4] !== account) return undefined;
    const id = `${roleArn} ${type} ${operation}`;
    if (!verdicts.has(id)) verdicts.set(id, problemOf(roles.get(roleArn), roleArn, type, operation));
    return verdicts.get(id);
  };
}

function problemOf(role: Role | undefined, roleArn: string, type: string, operation: OperationKind | 'READ') {
  if (role === undefined || !trusts(role, CLOUD_CONTROL)) {
    return new ServiceError('InvalidRequestException', `Role ${roleArn} is invalid or cannot be assumed`);
  }
  const actions = permissionsFor([type], [handlerOperation[operation]]);
  // IAM actions are limited by path, so `handlerRights` checks the specific identity.
  if (actions.every((action) => action.startsWith('iam:'))) return undefined;
  const caller = sessionIdentity(role, 'CloudControl');
  const allowed = (action: string) => evaluate({ caller, action, resource: '*' }).allowed;
  if (actions.some(allowed)) return undefined;
  const message = `User: ${caller.arn} is not authorized to perform: ${actions[0]} on ${type}`;
  return new ServiceError('AccessDeniedException', message);
}
