import type { AccountIdentities, AccountIdentity, PolicyText } from '../model/account-identities.ts';
import { documentOf, iamQuery } from './iam-query.ts';
import type { SignedFetch } from './signed-fetch.ts';
import { findElement, membersOf, textOf, type XmlElement } from './xml.ts';

const lists = ['UserDetailList', 'GroupDetailList', 'RoleDetailList', 'Policies'] as const;
type List = (typeof lists)[number];

/**
 * Reads every user and role of the account with their policies: `GetAccountAuthorizationDetails`, in pages (IAM API
 * Reference). Needs `iam:GetAccountAuthorizationDetails`, which AWS's managed policy `SecurityAudit` grants.
 * @throws ServiceError
 */
export async function readAccount(client: SignedFetch, account: string): Promise<AccountIdentities> {
  const found: Record<List, XmlElement[]> = {
    ...{ UserDetailList: [], GroupDetailList: [], RoleDetailList: [], Policies: [] },
  };
  let marker: string | undefined;
  do {
    const page = await iamQuery(client, 'GetAccountAuthorizationDetails', {
      MaxItems: '1000',
      ...(marker !== undefined && { Marker: marker }),
    });
    const result = findElement(page, 'GetAccountAuthorizationDetailsResult');
    if (result === undefined) break;
    for (const list of lists) found[list].push(...membersOf(result, list));
    marker = textOf(result, 'IsTruncated') === 'true' ? textOf(result, 'Marker') : undefined;
  } while (marker !== undefined);

  const managed = new Map(found.Policies.map((policy) => [textOf(policy, 'Arn') ?? '', managedText(policy)]));
  const policiesOf = (element: XmlElement, inline: string): PolicyText[] => [
    ...membersOf(element, inline).map((one) => ({
      name: textOf(one, 'PolicyName') ?? '',
      text: documentOf(textOf(one, 'PolicyDocument')),
    })),
    ...membersOf(element, 'AttachedManagedPolicies').map((one) => ({
      name: textOf(one, 'PolicyName') ?? '',
      text: managed.get(textOf(one, 'PolicyArn') ?? ''),
    })),
  ];
  const ofGroups = new Map(
    found.GroupDetailList.map((group) => [
      textOf(group, 'GroupName') ?? '',
      policiesOf(group, 'GroupPolicyList'),
    ]),
  );
  const identity = (kind: AccountIdentity['kind'], element: XmlElement): AccountIdentity => {
    const boundary = findElement(element, 'PermissionsBoundaryArn')?.text;
    const trust = documentOf(textOf(element, 'AssumeRolePolicyDocument'));
    const [name, id, inline] =
      kind === 'user'
        ? (['UserName', 'UserId', 'UserPolicyList'] as const)
        : (['RoleName', 'RoleId', 'RolePolicyList'] as const);
    const groups = membersOf(element, 'GroupList').map(({ text }) => text);
    return {
      kind,
      name: textOf(element, name) ?? '',
      arn: textOf(element, 'Arn') ?? '',
      id: textOf(element, id) ?? '',
      policies: [
        ...policiesOf(element, inline),
        // A group that is missing from the details may allow anything.
        ...groups.flatMap((group) => ofGroups.get(group) ?? [{ name: group }]),
      ],
      ...(boundary !== undefined && { boundary: { name: boundary, text: managed.get(boundary) } }),
      ...(trust !== undefined && { trust }),
    };
  };
  return {
    account,
    identities: [
      ...found.UserDetailList.map((element) => identity('user', element)),
      ...found.RoleDetailList.map((element) => identity('role', element)),
    ],
  };
}

/** Returns the document of a managed policy's default version. */
function managedText(policy: XmlElement): string | undefined {
  const versions = membersOf(policy, 'PolicyVersionList');
  const standing = versions.find((one) => textOf(one, 'IsDefaultVersion') === 'true') ?? versions[0];
  return standing && documentOf(textOf(standing, 'Document'));
}
