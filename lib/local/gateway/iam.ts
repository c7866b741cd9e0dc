/** IAM's API, as far as roles are looked at: `GetRole` in AWS Query. */
import { type DescribedRole, describeOfPeople, describeReserved, roleId } from '../iam/people.ts';
import { escapeXml } from './answers.ts';
import type { RestHandler } from './gateway.ts';
import { ServiceError } from './wire.ts';

export interface IamOptions {
  account: string;
  /** Roles of the template, by ARN. */
  roles: ReadonlyMap<string, { arn: string; name: string; trust: object }>;
  /** A role that was made through Cloud Control. */
  provisioned(name: string): DescribedRole | undefined;
}

/** Source: IAM API Reference, "GetRole". Roles of people are there as far as Identity Center has made them. */
export function iamHandler({ account, roles, provisioned }: IamOptions): RestHandler {
  const find = (name: string): DescribedRole | undefined => {
    const own = [...roles.values()].find((role) => role.name === name);
    if (own) return { arn: own.arn, id: roleId(own.arn), trust: own.trust };
    return describeReserved(account, name) ?? provisioned(name) ?? describeOfPeople(account, name);
  };
  return async ({ request, requestId, demand }) => {
    const input = new URLSearchParams(request.body.toString('utf8'));
    const operation = input.get('Action');
    if (operation !== 'GetRole')
      throw new ServiceError('InvalidAction', `The local IAM does not know ${operation}.`);
    const name = input.get('RoleName') ?? '';
    const role = find(name);
    demand([{ action: 'iam:GetRole', resource: role?.arn ?? `arn:aws:iam::${account}:role/${name}` }]);
    if (role === undefined)
      throw new ServiceError('NoSuchEntity', `The role with name ${name} cannot be found.`, {
        statusCode: 404,
      });
    const path = `/${role.arn.split('/').slice(1, -1).join('/')}/`.replace('//', '/');
    const members = {
      Path: path,
      RoleName: name,
      RoleId: role.id,
      Arn: role.arn,
      AssumeRolePolicyDocument: encodeURIComponent(JSON.stringify(role.trust)),
    };
    const xml = Object.entries(members).map(([tag, value]) => `<${tag}>${escapeXml(value)}</${tag}>`);
    const body =
      '<GetRoleResponse xmlns="https://iam.amazonaws.com/doc/2010-05-08/"><GetRoleResult><Role>' +
      `${xml.join('')}</Role></GetRoleResult>` +
      `<ResponseMetadata><RequestId>${requestId}</RequestId></ResponseMetadata></GetRoleResponse>`;
    return { status: 200, headers: { 'content-type': 'text/xml' }, body };
  };
}
