/**
 * The parts of the IAM API that the stack reads: `GetRole` and `GetAccountAuthorizationDetails`, in the AWS Query
 * protocol.
 */
import type { AccountDetails } from '../iam/account.ts';
import { type DescribedRole, describeOfPeople, describeReserved, roleId } from '../iam/people.ts';
import { escapeXml } from './answers.ts';
import type { RestCall, RestHandler } from './gateway.ts';
import { ServiceError } from './wire.ts';

export interface IamOptions {
  account: string;
  /** Roles of the template, by ARN. */
  roles: ReadonlyMap<string, { arn: string; name: string; trust: object }>;
  /** Returns a role that was created through Cloud Control. */
  provisioned(name: string): DescribedRole | undefined;
  /** Returns all identities of the account with their policies. */
  details(): AccountDetails;
}

type Xml = string | Xml[] | { [tag: string]: Xml };

/** Lists are encoded as `member` elements (AWS Query protocol, Smithy). */
function xmlOf(value: Xml): string {
  if (typeof value === 'string') return escapeXml(value);
  if (Array.isArray(value)) return value.map((one) => `<member>${xmlOf(one)}</member>`).join('');
  return Object.entries(value)
    .map(([tag, part]) => `<${tag}>${xmlOf(part)}</${tag}>`)
    .join('');
}

const encoded = (document: object) => encodeURIComponent(JSON.stringify(document));

type Operation = (input: URLSearchParams, demand: RestCall['demand']) => Xml;

/** Source: IAM API Reference. Roles of people exist once Identity Center has created them. */
export function iamHandler(options: IamOptions): RestHandler {
  const operations: Record<string, Operation> = {
    GetRole: (input, demand) => ({ Role: getRole(options, input.get('RoleName') ?? '', demand) }),
    GetAccountAuthorizationDetails: (input, demand) => {
      demand([{ action: 'iam:GetAccountAuthorizationDetails', resource: '*' }]);
      return pageOf(options.details(), input);
    },
  };
  return async ({ request, requestId, demand }) => {
    const input = new URLSearchParams(request.body.toString('utf8'));
    const name = input.get('Action') ?? '';
    const operation = Object.hasOwn(operations, name) ? operations[name] : undefined;
    if (operation === undefined)
      throw new ServiceError('InvalidAction', `The local IAM does not know ${name}.`);
    const body =
      `<${name}Response xmlns="https://iam.amazonaws.com/doc/2010-05-08/">` +
      xmlOf({ [`${name}Result`]: operation(input, demand), ResponseMetadata: { RequestId: requestId } }) +
      `</${name}Response>`;
    return { status: 200, headers: { 'content-type': 'text/xml' }, body };
  };
}

function getRole({ account, roles, provisioned }: IamOptions, name: string, demand: RestCall['demand']): Xml {
  const own = [...roles.values()].find((one) => one.name === name);
  const role = own
    ? { arn: own.arn, id: roleId(own.arn), trust: own.trust }
    : (describeReserved(account, name) ?? provisioned(name) ?? describeOfPeople(account, name));
  demand([{ action: 'iam:GetRole', resource: role?.arn ?? `arn:aws:iam::${account}:role/${name}` }]);
  if (role === undefined)
    throw new ServiceError('NoSuchEntity', `The role with name ${name} cannot be found.`, {
      statusCode: 404,
    });
  return {
    ...{ Path: pathOf(role.arn), RoleName: name, RoleId: role.id, Arn: role.arn },
    AssumeRolePolicyDocument: encoded(role.trust),
  };
}

function pathOf(arn: string): string {
  return `/${arn.split('/').slice(1, -1).join('/')}/`.replace('//', '/');
}

/** The default page size: "GetAccountAuthorizationDetails", IAM API Reference. */
const itemsDefault = 100;

/** Returns a page of users, groups, roles and policies, in this order, as one list. */
function pageOf(details: AccountDetails, input: URLSearchParams): Xml {
  const items = listsOf(details);
  const from = Number(input.get('Marker') ?? 0);
  const to = from + Number(input.get('MaxItems') ?? itemsDefault);
  const page = items.slice(from, to);
  const of = (list: string) => page.flatMap(([name, item]) => (name === list ? [item] : []));
  const lists = ['UserDetailList', 'GroupDetailList', 'RoleDetailList', 'Policies'];
  return {
    IsTruncated: String(to < items.length),
    ...(to < items.length ? { Marker: String(to) } : {}),
    ...Object.fromEntries(lists.map((list) => [list, of(list)])),
  };
}

function listsOf({ users, groups, roles, policies }: AccountDetails): [list: string, item: Xml][] {
  const inline = (list: AccountDetails['users'][number]['inline']): Xml =>
    list.map(({ name, document }) => ({ PolicyName: name, PolicyDocument: encoded(document) }));
  const attached = (arns: readonly string[]): Xml =>
    arns.map((arn) => ({ PolicyName: arn.split('/').at(-1) ?? arn, PolicyArn: arn }));
  const boundary = (arn: string | undefined): { PermissionsBoundary?: Xml } =>
    arn === undefined
      ? {}
      : {
          PermissionsBoundary: {
            PermissionsBoundaryType: 'PermissionsBoundaryPolicy',
            PermissionsBoundaryArn: arn,
          },
        };
  return [
    ...users.map((user): [string, Xml] => [
      'UserDetailList',
      {
        ...{ Path: pathOf(user.arn), UserName: user.name, UserId: user.id, Arn: user.arn },
        ...{ GroupList: user.groups, UserPolicyList: inline(user.inline) },
        ...{ AttachedManagedPolicies: attached(user.attached), ...boundary(user.boundary) },
      },
    ]),
    ...groups.map((group): [string, Xml] => [
      'GroupDetailList',
      {
        ...{ Path: pathOf(group.arn), GroupName: group.name, GroupId: group.id, Arn: group.arn },
        ...{ GroupPolicyList: inline(group.inline), AttachedManagedPolicies: attached(group.attached) },
      },
    ]),
    ...roles.map((role): [string, Xml] => [
      'RoleDetailList',
      {
        ...{ Path: pathOf(role.arn), RoleName: role.name, RoleId: role.id, Arn: role.arn },
        AssumeRolePolicyDocument: encoded(role.trust),
        ...{ RolePolicyList: inline(role.inline), AttachedManagedPolicies: attached(role.attached) },
        ...{ InstanceProfileList: [], ...boundary(role.boundary) },
      },
    ]),
    ...policies.map(({ name: arn, document }): [string, Xml] => [
      'Policies',
      {
        ...{ PolicyName: arn.split('/').at(-1) ?? arn, Path: pathOf(arn), Arn: arn, DefaultVersionId: 'v1' },
        PolicyVersionList: [{ Document: encoded(document), IsDefaultVersion: 'true', VersionId: 'v1' }],
      },
    ]),
  ];
}
