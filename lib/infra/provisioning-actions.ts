import { isOnlyRead } from '../model/watchers.ts';
import { fitsWildcard } from '../model/wildcard.ts';
import { passedServices } from '../spec/passed-services.ts';
import { permissionsFor, typesWithPermissions } from '../spec/permissions.ts';

/** The actions of a provisioning role, grouped by how IAM restricts them. */
export interface ProvisioningActions {
  /** Allowed on all resources except for those that are denied. */
  plain: string[];
  /** Changes of identities. Allowed only below the path of the environment. */
  identities: string[];
  /** Changes of roles and users that IAM can also restrict to a permissions boundary. */
  bounded: string[];
  /** Service principals that a role may be passed to. */
  passedTo: string[];
}

/**
 * Actions on identities that IAM can restrict to a permissions boundary (condition key `iam:PermissionsBoundary`;
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

const reading = /:(Describe|Get|List|Search|BatchGet)/;

/**
 * Never granted, whatever the handlers list: removing a boundary, credentials, groups of people, identity providers,
 * and data that no handler needs for creating a resource.
 */
const neverGiven = [
  /^iam:Delete(Role|User)PermissionsBoundary$/,
  /^iam:.*(AccessKey|LoginProfile|MFADevice|OpenIDConnectProvider|SAMLProvider|SSHPublicKey)/,
  /^iam:((Add|Remove)User(To|From)Group|(Attach|Detach|Put|Delete)GroupPolicy)$/,
  /^(iam|sts):assumerole/i,
];

/**
 * Returns the IAM actions for creating, reading, updating and deleting the resource types of an environment.
 *
 * @param patterns resource types; `*` matches any text
 */
export function provisioningActions(patterns: string[]): ProvisioningActions {
  const types = typesOf(patterns);
  const actions = permissionsFor(types)
    .flatMap(tidy)
    .filter((action) => !isPassRole(action) && !neverGiven.some((pattern) => pattern.test(action)))
    .filter((action) => reading.test(action) || !isOnlyRead(serviceOf(action)));
  const identities = new Set(
    actions.filter((action) => serviceOf(action) === 'iam' && !reading.test(action)),
  );
  return {
    plain: [...new Set(actions.filter((action) => !identities.has(action)))],
    identities: [...identities].filter((action) => !boundedActions.has(action)),
    bounded: [...identities].filter((action) => boundedActions.has(action)),
    passedTo: passedServices(types),
  };
}

/** Returns the known resource types that match the patterns. */
export function typesOf(patterns: readonly string[]): string[] {
  return typesWithPermissions().filter((type) => patterns.some((pattern) => fitsWildcard(pattern, type)));
}

function serviceOf(action: string): string {
  return action.slice(0, action.indexOf(':'));
}

function isPassRole(action: string): boolean {
  return action.toLowerCase() === 'iam:passrole';
}

/**
 * Some registry schemas write a service in capitals, an action in lower case, or a space before it. A few list no
 * action at all, and seven list a whole service (`s3:*`), which is omitted, because the same handlers also list what
 * they need.
 */
function tidy(action: string): string[] {
  const [service = '', name = ''] = action.trim().split(':');
  const tidied = `${service.toLowerCase()}:${name.charAt(0).toUpperCase()}${name.slice(1)}`;
  return /^[a-z0-9-]+:[A-Za-z0-9]+\*?$/.test(tidied) ? [tidied] : [];
}
