import { fitsWildcard } from '../model/wildcard.ts';
import { permissionsFor, typesWithPermissions } from '../spec/permissions.ts';

/** What a provisioning role may do, by how IAM has to be told. */
export interface ProvisioningActions {
  /** Allowed as they are. */
  plain: string[];
  /** Allowed on roles and users that carry Baton's permissions boundary. */
  bounded: string[];
}

/**
 * Rights over identities that IAM can tie to a permissions boundary (condition key `iam:PermissionsBoundary`;
 * "Actions, resources, and condition keys for AWS Identity and Access Management", Service Authorization Reference).
 */
const boundedActions = new Set([
  'iam:CreateRole',
  'iam:CreateUser',
  'iam:AttachRolePolicy',
  'iam:AttachUserPolicy',
  'iam:DetachRolePolicy',
  'iam:DetachUserPolicy',
  'iam:PutRolePolicy',
  'iam:PutUserPolicy',
  'iam:DeleteRolePolicy',
  'iam:DeleteUserPolicy',
  'iam:PutRolePermissionsBoundary',
  'iam:PutUserPermissionsBoundary',
]);

/**
 * Never given, whatever the registry's handlers ask for: taking a boundary away, credentials of people,
 * becoming somebody else, and the organisation around the account.
 */
const neverGiven = [
  /^iam:Delete(Role|User)PermissionsBoundary$/,
  /^iam:(Create|Update)(AccessKey|LoginProfile)$/,
  /^iam:(AddUserToGroup|(Attach|Put)GroupPolicy)$/,
  /^(iam|sts):assumerole/i,
  /^(organizations|account|sso|sso-directory|identitystore):(?!Describe|Get|List|Search)/,
];

/**
 * The IAM actions needed to create, read, update and delete the resource types of an environment.
 *
 * @param patterns resource types; `*` stands for any text
 */
export function provisioningActions(patterns: string[]): ProvisioningActions {
  const types = typesWithPermissions().filter((type) =>
    patterns.some((pattern) => fitsWildcard(pattern, type)),
  );
  const actions = permissionsFor(types)
    .map(tidy)
    .filter((action) => /^[a-z0-9-]+:[A-Za-z0-9*]+$/.test(action))
    .filter((action) => !neverGiven.some((pattern) => pattern.test(action)));
  return {
    plain: actions.filter((action) => !boundedActions.has(action)),
    bounded: actions.filter((action) => boundedActions.has(action)),
  };
}

/** Some registry schemas write a service in capitals or with a space before it; a few list no action at all. */
function tidy(action: string): string {
  const [service = '', name = ''] = action.trim().split(':');
  return `${service.toLowerCase()}:${name}`;
}
