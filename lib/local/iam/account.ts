/**
 * The identities of the account as IAM lists them: those of the template, those created through Cloud Control, and
 * people who have signed a request.
 */
import { isObject, type JsonObject, type JsonValue } from '../../model/json.ts';
import type { Role } from '../bring-up/roles.ts';
import type { StoredResource } from '../cloud-control/resource-store.ts';
import { type Identity, stableId } from './identity.ts';
import { describeOfPeople, describeReserved, provisionedRole, roleId } from './people.ts';
import { administratorAccess } from './policy-document.ts';

interface Document {
  name: string;
  document: object;
}

interface Owner {
  name: string;
  arn: string;
  id: string;
  inline: Document[];
  /** ARNs of managed policies. */
  attached: string[];
}

export interface AccountDetails {
  users: (Owner & { groups: string[]; boundary?: string })[];
  groups: Owner[];
  roles: (Owner & { trust: object; boundary?: string })[];
  /** Managed policies by ARN. */
  policies: Document[];
}

export interface AccountSources {
  account: string;
  /** Roles of the template. */
  roles: readonly Role[];
  people: readonly Identity[];
  /** Returns resources created through Cloud Control. */
  made(type: string): readonly StoredResource[];
}

const administratorArn = 'arn:aws:iam::aws:policy/AdministratorAccess';

const strings = (value: JsonValue | undefined): string[] => [value ?? []].flat().map(String);
const objects = (value: JsonValue | undefined): JsonObject[] => [value ?? []].flat().filter(isObject);
const documentIn = (value: JsonValue | undefined): object =>
  isObject(value) ? value : typeof value === 'string' ? (JSON.parse(value) as object) : {};

export function accountDetails(sources: AccountSources): AccountDetails {
  const { account, made } = sources;
  const details: AccountDetails = {
    users: made('AWS::IAM::User').map((user) => ({
      ...ownerOf(sources, 'User', user),
      groups: [
        ...strings(user.properties.Groups),
        ...made('AWS::IAM::UserToGroupAddition').flatMap(({ properties: { GroupName, Users } }) =>
          strings(Users).includes(user.identifier) ? strings(GroupName) : [],
        ),
      ],
      ...boundaryOf(user),
    })),
    groups: made('AWS::IAM::Group').map((group) => ownerOf(sources, 'Group', group)),
    roles: [
      ...sources.roles.map(({ name, arn, trust, inline, attached, boundary }) => ({
        ...{ name, arn, id: roleId(arn), trust, inline },
        attached: attached.map((one) => one.name),
        ...(boundary && { boundary: boundary.name }),
      })),
      ...made('AWS::IAM::Role').map((role) => ({
        ...ownerOf(sources, 'Role', role),
        trust: provisionedRole(account, role)?.trust ?? {},
        ...boundaryOf(role),
      })),
    ],
    policies: managedPolicies(sources),
  };
  for (const person of sources.people) addPerson(details, person);
  return details;
}

function boundaryOf({ properties: { PermissionsBoundary } }: StoredResource): { boundary?: string } {
  return PermissionsBoundary === undefined ? {} : { boundary: String(PermissionsBoundary) };
}

const idPrefixes = { User: 'AIDA', Group: 'AGPA', Role: 'AROA' };

function ownerOf(
  { account, made }: AccountSources,
  kind: 'User' | 'Group' | 'Role',
  { identifier, properties }: StoredResource,
): Owner {
  const path = typeof properties.Path === 'string' ? properties.Path : '/';
  const arn = `arn:aws:iam::${account}:${kind.toLowerCase()}${path}${identifier}`;
  const inline = [
    ...objects(properties.Policies),
    // A policy can also be a separate resource: AWS::IAM::RolePolicy with RoleName.
    ...made(`AWS::IAM::${kind}Policy`)
      .map((policy) => policy.properties)
      .filter((policy) => policy[`${kind}Name`] === identifier),
  ];
  const attachedBy = made('AWS::IAM::ManagedPolicy').filter((policy) =>
    strings(policy.properties[`${kind}s`]).includes(identifier),
  );
  return {
    ...{ name: identifier, arn, id: stableId(idPrefixes[kind], arn, 21) },
    inline: inline.map(({ PolicyName, PolicyDocument }) => ({
      name: String(PolicyName),
      document: documentIn(PolicyDocument),
    })),
    attached: [...strings(properties.ManagedPolicyArns), ...attachedBy.map((policy) => policy.identifier)],
  };
}

/**
 * Returns attached managed policies of the template, those created through Cloud Control, and AWS's policy for
 * administrators.
 */
function managedPolicies({ roles, made }: AccountSources): Document[] {
  const documents = new Map<string, object>([[administratorArn, administratorAccess]]);
  for (const { attached, boundary } of roles)
    for (const { name, document } of [...attached, ...(boundary ? [boundary] : [])])
      documents.set(name, document);
  for (const { identifier, properties } of made('AWS::IAM::ManagedPolicy'))
    documents.set(identifier, documentIn(properties.PolicyDocument));
  return [...documents].map(([name, document]) => ({ name, document }));
}

/** Adds a person who was issued a key or has signed: a user, or a session of a role that is listed nowhere else. */
function addPerson(details: AccountDetails, { kind, principalArn: arn, account, policies }: Identity): void {
  const known = [...details.users, ...details.roles].some((one) => one.arn === arn);
  const name = arn.split('/').at(-1) ?? arn;
  if (known || kind === 'service') return;
  const inline = policies.map((document, index) => ({ name: `policy-${index + 1}`, document }));
  if (kind === 'user') {
    details.users.push({ name, arn, id: stableId('AIDA', arn, 21), inline, attached: [], groups: [] });
    return;
  }
  const described = describeReserved(account, name) ?? describeOfPeople(account, name);
  if (described === undefined || described.arn !== arn) return;
  details.roles.push({ name, arn, id: described.id, trust: described.trust, inline, attached: [] });
}
