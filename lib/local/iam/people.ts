/**
 * Keys of people, for whom the template has no identities. Any AWS client can use them: a key needs only its id and the
 * secret of the local cloud, which is `local` by default.
 *
 * | access key id | signer |
 * |---|---|
 * | `ana` | the IAM user `ana` |
 * | `sso~ana@example.com` | a session of Identity Center with the permission set `Person` |
 * | `sso~Admin~ana@example.com` | the same person with the permission set `Admin` |
 * | `role~Deploy~build-17` | a session named `build-17` of the role `Deploy` |
 *
 * No name contains a tilde, so the formats are unambiguous. Roles of the template are not available to people.
 */
import { createHash } from 'node:crypto';
import type { JsonObject } from '../../model/json.ts';
import { type Credentials, type Identity, sessionIdentity, stableId, userIdentity } from './identity.ts';
import type { PolicyDocument } from './policy-document.ts';

/** Names of users, roles, sessions and permission sets: "IAM and AWS STS quotas", IAM User Guide. */
const name = /^[\w+=,.@-]{1,64}$/;
const reservedPath = 'aws-reserved/sso.amazonaws.com/';
const looksReserved = /^AWSReservedSSO_/i;
const reservedName = /^AWSReservedSSO_([\w+=,.@-]+)_([0-9a-f]{16})$/;

/** A role as `GetRole` describes it. */
export interface DescribedRole {
  arn: string;
  id: string;
  /** The trust policy. */
  trust: object;
}

/** Returns the person that an access key id stands for, or undefined if the id has none of the formats. */
export function personOf(
  accessKeyId: string,
  account: string,
  policies: PolicyDocument[],
  isOfTemplate: (roleName: string) => boolean,
): Identity | undefined {
  const [form = '', ...names] = accessKeyId.split('~');
  if (![form, ...names].every((one) => name.test(one))) return undefined;
  if (names.length === 0) return userIdentity(account, form, policies);
  const [first = '', second] = names;
  if (form === 'sso' && names.length <= 2) {
    const roleName = reservedRoleName(second === undefined ? 'Person' : first);
    return sessionIdentity({ arn: reservedArn(account, roleName), policies }, second ?? first);
  }
  const ours = isOfTemplate(first) || isReserved(first);
  if (form !== 'role' || second === undefined || names.length > 2 || ours) return undefined;
  return sessionIdentity({ arn: `arn:aws:iam::${account}:role/${first}`, policies }, second);
}

/** Returns the keys for an access key id in one of these formats. */
export function personKeys(accessKeyId: string, secretAccessKey = 'local'): Credentials {
  return { accessKeyId, secretAccessKey };
}

/** Returns the name of the role that Identity Center creates for a permission set. */
export function reservedRoleName(permissionSet: string): string {
  const suffix = createHash('sha256').update(permissionSet).digest('hex').slice(0, 16);
  return `AWSReservedSSO_${permissionSet}_${suffix}`;
}

/** Returns a role of Identity Center by name, or undefined if the name alone looks like one. */
export function describeReserved(account: string, roleName: string): DescribedRole | undefined {
  if (!isReserved(roleName)) return undefined;
  const arn = reservedArn(account, roleName);
  const provider = `arn:aws:iam::${account}:saml-provider/AWSSSO_0123456789abcdef_DO_NOT_DELETE`;
  const statement = {
    Effect: 'Allow',
    Principal: { Federated: provider },
    Action: ['sts:AssumeRoleWithSAML', 'sts:TagSession'],
  };
  return { arn, id: roleId(arn), trust: { Version: '2012-10-17', Statement: [statement] } };
}

/**
 * Returns any other role that a key stands for. No one created it here, so it is assumed to belong to a build service.
 */
export function describeOfPeople(account: string, roleName: string): DescribedRole | undefined {
  if (looksReserved.test(roleName)) return undefined;
  const arn = `arn:aws:iam::${account}:role/${roleName}`;
  const statement = {
    Effect: 'Allow',
    Principal: { Service: 'codebuild.amazonaws.com' },
    Action: 'sts:AssumeRole',
  };
  return { arn, id: roleId(arn), trust: { Version: '2012-10-17', Statement: [statement] } };
}

/** Returns a role that was created through Cloud Control, as it exists in the cloud. */
export function provisionedRole(
  account: string,
  resource: { identifier: string; properties: JsonObject } | undefined,
): DescribedRole | undefined {
  if (resource === undefined) return undefined;
  const { Path, AssumeRolePolicyDocument: trust } = resource.properties;
  const path = typeof Path === 'string' ? Path : '/';
  const arn = `arn:aws:iam::${account}:role${path}${resource.identifier}`;
  return { arn, id: roleId(arn), trust: typeof trust === 'object' && trust !== null ? trust : {} };
}

/** Returns `AROA...`, as in the ids of the role's sessions. */
export function roleId(arn: string): string {
  return stableId('AROA', arn, 21);
}

function isReserved(roleName: string): boolean {
  const [, permissionSet] = reservedName.exec(roleName) ?? [];
  return permissionSet !== undefined && reservedRoleName(permissionSet) === roleName;
}

function reservedArn(account: string, roleName: string): string {
  return `arn:aws:iam::${account}:role/${reservedPath}${roleName}`;
}
