import { describe, expect, test } from 'vitest';
import { checkVoices } from '../../lib/change/assume/check.ts';
import type { NamingRules } from '../../lib/change/assume/voices.ts';
import type { AccountIdentity } from '../../lib/model/account-identities.ts';

const account = '111111111111';
const root = { AWS: `arn:aws:iam::${account}:root` };
const ofPath = (kind: string, name: string, path = '/') => `arn:aws:iam::${account}:${kind}${path}${name}`;
const policy = (...statements: object[]) => ({
  name: 'p',
  text: JSON.stringify({ Statement: statements.map((one) => ({ Effect: 'Allow', Resource: '*', ...one })) }),
});

/** Returns a user with the statements of its policy. */
const user = (name: string, ...statements: object[]): AccountIdentity => ({
  kind: 'user',
  ...{ name, arn: ofPath('user', name), id: `AIDA${name}` },
  policies: statements.length === 0 ? [] : [policy(...statements)],
});

/** Returns a role that trusts these principals, with the statements of its policy. */
const role = (name: string, trust: object[], statements: object[] = [], path = '/'): AccountIdentity => ({
  kind: 'role',
  ...{ name, arn: ofPath('role', name, path), id: `AROA${name}` },
  policies: statements.length === 0 ? [] : [policy(...statements)],
  trust: JSON.stringify({
    Statement: trust.map((one) => ({
      Effect: 'Allow',
      Action: 'sts:AssumeRole',
      ...('Principal' in one || 'NotPrincipal' in one ? one : { Principal: one }),
    })),
  }),
});

const codebuild = { Service: 'codebuild.amazonaws.com' };
const assume = { Action: 'sts:AssumeRole' };

/** Robot and ana are approvers. Olga is in no group. */
const rules = (more: Partial<NamingRules> = {}): NamingRules => ({
  groups: { owners: ['user/ana'], machines: ['role/Robot'] },
  ...{ people: {}, senders: {}, mayAsk: [], scopes: {}, environments: {} },
  ...more,
});

const check = (identities: AccountIdentity[], more: Partial<NamingRules> = {}, environment?: string) =>
  checkVoices(rules(more), { account, identities }, environment);
const codes = (identities: AccountIdentity[], more: Partial<NamingRules> = {}) =>
  check(identities, more).warnings.map(({ code, who }) => (who === undefined ? code : `${code} ${who}`));

const admin = 'AWSReservedSSO_Admin_0123456789abcdef';
const adminPath = '/aws-reserved/sso.amazonaws.com/';
const ana = user('ana');

describe('warns about', () => {
  const cases: [
    what: string,
    identities: AccountIdentity[],
    expected: string[],
    more?: Partial<NamingRules>,
  ][] = [
    ['a role that does not exist', [ana], ['NoSuchIdentity']],
    ['a user that does not exist', [role('Robot', [codebuild])], ['NoSuchIdentity']],
    [
      'everybody',
      [ana, role('Robot', [{ AWS: '*' }])],
      ['SharedRole', 'Everybody everybody', 'OwnAndRole user/ana'],
    ],
    [
      'everyone but some',
      [ana, role('Robot', [{ NotPrincipal: { AWS: ofPath('user', 'ana') } }])],
      ['SharedRole', 'Everybody everyone but NotPrincipal'],
    ],
    [
      'another account',
      [ana, role('Robot', [{ AWS: 'arn:aws:iam::222222222222:root' }])],
      ['SharedRole', 'OtherAccount account 222222222222'],
    ],
    [
      'a role of another account, which the door takes for a machine',
      [ana, role('Robot', [{ AWS: 'arn:aws:iam::222222222222:role/Ci' }])],
      ['OtherAccount account 222222222222'],
    ],
    [
      'a member whom the trust policy names',
      [ana, role('Robot', [{ AWS: ofPath('user', 'ana') }])],
      ['SharedRole', 'OwnAndRole user/ana'],
    ],
    [
      'a member with permission for a role that trusts the account',
      [user('ana', assume), role('Robot', [root])],
      ['SharedRole', 'OwnAndRole user/ana'],
    ],
    [
      'a member who goes through two other roles, where each looks like a machine’s',
      [
        user('ana', assume),
        role('Robot', [{ AWS: ofPath('role', 'Deploy') }]),
        role('Deploy', [{ AWS: ofPath('role', 'Ops') }]),
        role('Ops', [root]),
      ],
      ['OwnAndRole user/ana'],
    ],
    [
      'a person outside the groups behind a role of machines',
      [ana, user('olga', assume), role('Robot', [{ AWS: ofPath('role', 'Ops') }]), role('Ops', [root])],
      ['PeopleAssume user/olga'],
    ],
    [
      'one person with two voices of others',
      [
        ana,
        user('olga'),
        role('Robot', [{ AWS: ofPath('user', 'olga') }]),
        role('Second', [{ AWS: ofPath('user', 'olga') }]),
      ],
      ['SharedRole', 'SharedRole', 'TwoVoices user/olga'],
      { groups: { owners: ['user/ana'], machines: ['role/Robot', 'role/Second'] } },
    ],
    ...['lambda', 'ec2', 'ecs-tasks', 'states', 'scheduler'].map((service): (typeof cases)[number] => [
      `a workload of ${service}`,
      [ana, role('Robot', [{ Service: `${service}.amazonaws.com` }])],
      [`Workload ${service}.amazonaws.com`],
    ]),
    [
      'who may rewrite the trust policy',
      [
        ana,
        user('olga', { Action: 'iam:Update*', Resource: ofPath('role', 'R?bot') }),
        role('Robot', [codebuild]),
      ],
      ['Takes user/olga'],
    ],
    [
      'who may rewrite the trust policy of a role between',
      [
        user('ana', { Action: 'iam:UpdateAssumeRolePolicy', Resource: ofPath('role', 'Deploy') }),
        role('Robot', [{ AWS: ofPath('role', 'Deploy') }]),
        role('Deploy', [codebuild]),
      ],
      ['OwnAndRole user/ana'],
    ],
    [
      'who may make keys of a member',
      [ana, user('olga', { Action: 'iam:CreateAccessKey' }), role('Robot', [codebuild])],
      ['Takes user/olga'],
    ],
    [
      'a provisioning role that may rewrite it',
      [
        ana,
        role('Robot', [codebuild], [], '/baton/dev/'),
        role(
          'baton-provisioning-dev',
          [{ AWS: ofPath('role', 'baton-pump') }],
          [{ Action: 'iam:*', Resource: ofPath('role', '*', '/baton/dev/') }],
        ),
      ],
      ['ProvisioningRole role/baton-provisioning-dev'],
    ],
    [
      'another person with the role of a person',
      [ana, user('ben'), user('olga', assume), role('Robot', [codebuild]), role('BenAdmin', [root])],
      ['SomebodyElse user/olga'],
      {
        groups: { owners: ['user/ana', 'role/BenAdmin'] },
        people: { ben: ['user/ben', 'role/BenAdmin'] },
      },
    ],
    [
      'a permission set, where people of Identity Center decide, too',
      [role('Robot', [{ AWS: ofPath('role', admin, adminPath) }]), role(admin, [codebuild], [], adminPath)],
      ['SharedRole', 'SignsInToo permission-set/Admin'],
      { groups: { owners: ['sso/ana@example.com'], machines: ['role/Robot'] } },
    ],
    [
      'an administrator who decides',
      [user('ana', { Action: '*' }), role('Robot', [codebuild])],
      ['AdministratorDecides user/ana'],
    ],
    [
      'a sender of another account, and one that is not there',
      [ana, role('Robot', [codebuild]), role('Ci', [{ AWS: '222222222222' }], [], '/ci/')],
      ['OtherAccount account 222222222222', 'NoSuchIdentity'],
      {
        senders: {
          ci: { principals: ['role/ci/*', 'role/ci/Gone'], detailTypes: ['Infrastructure Request'] },
        },
      },
    ],
    [
      'what can’t be read',
      [{ ...ana, policies: [{ name: 'AwsManaged' }] }, role('Robot', [root])],
      ['SharedRole', 'OwnAndRole user/ana'],
    ],
  ];
  for (const [what, identities, expected, more] of cases)
    test(what, () => expect(codes(identities, more)).toEqual(expected));
});

describe('does not warn', () => {
  const robot = role('Robot', [codebuild]);
  const deny = { Effect: 'Deny', ...assume };
  const cases: [what: string, identities: AccountIdentity[], more?: Partial<NamingRules>][] = [
    ['if only an AWS service may assume the role', [ana, robot, user('olga', assume)]],
    [
      'where the only roles behind it are of machines',
      [ana, role('Robot', [{ AWS: ofPath('role', 'Deploy') }]), role('Deploy', [codebuild])],
    ],
    [
      'where the trust policy is only of Deny',
      [ana, role('Robot', [codebuild, { Principal: root, Effect: 'Deny' }])],
    ],
    ['about an administrator in no group', [ana, robot, user('root-like', { Action: '*' })]],
    [
      'about the person who owns the role',
      [user('ana', assume), robot, role('AnaAdmin', [root])],
      { groups: { owners: ['user/ana', 'role/AnaAdmin'] }, people: { ana: ['user/ana', 'role/AnaAdmin'] } },
    ],
  ];
  for (const [what, identities, more] of cases) test(what, () => expect(codes(identities, more)).toEqual([]));

  const alone = (who: AccountIdentity, trust: object[]) =>
    check([who, role('Robot', trust)]).warnings.filter(({ code }) => code === 'OwnAndRole');
  const narrow: [what: string, who: AccountIdentity, trust: object[]][] = [
    ['without permissions', ana, [root]],
    ['with a policy that denies it', user('ana', assume, deny), [root]],
    [
      'with a policy that denies all but something else',
      user('ana', assume, { Effect: 'Deny', NotAction: 's3:*' }),
      [root],
    ],
    [
      'with a boundary that does not allow it',
      { ...user('ana', assume), boundary: policy({ Action: 's3:*' }) },
      [root],
    ],
    ['who may assume other roles', user('ana', { ...assume, Resource: ofPath('role', 'Other*') }), [root]],
    [
      'if the trust policy has a condition about someone else',
      user('ana', assume),
      [{ Principal: root, Condition: { ArnLike: { 'aws:PrincipalArn': ofPath('user', 'ol*') } } }],
    ],
    [
      'where the trust policy denies it',
      user('ana', assume),
      [root, { Principal: { AWS: ofPath('user', 'ana') }, Effect: 'Deny' }],
    ],
    [
      'where the trust policy is about tags alone',
      user('ana', assume),
      [{ Principal: root, Action: 'sts:TagSession' }],
    ],
  ];
  for (const [what, who, trust] of narrow)
    test(`about a member ${what}`, () => {
      expect(alone(user('ana', assume), [root])).toHaveLength(1);
      expect(alone(who, trust)).toEqual([]);
    });
});

test('lists a condition on the call that may hold, and says so', () => {
  const trust = [{ Principal: root, Condition: { Bool: { 'aws:MultiFactorAuthPresent': 'true' } } }];
  const { voices, warnings } = check([user('ana', assume), role('Robot', trust)]);
  expect(voices.find(({ voice }) => voice === 'role/Robot')?.holders).toEqual([
    { who: 'user/ana', kind: 'user', way: 'allowed', through: [], maybe: true },
  ]);
  expect(warnings.map(({ message }) => message)).toContain(
    'user/ana is in the group owners, and can assume role/Robot (under a condition), which is in the group machines: one person, two voices',
  );
});

test('lists the roles on the way, in order', () => {
  const { warnings } = check([
    user('ana', assume),
    role('Robot', [{ AWS: ofPath('role', 'Deploy') }]),
    role('Deploy', [{ AWS: ofPath('role', 'Ops') }]),
    role('Ops', [root]),
  ]);
  expect(warnings[0]?.message).toMatch(/can go through role\/Ops and role\/Deploy to assume role\/Robot,/);
});

test('terminates if roles trust each other', () => {
  const found = check([
    ana,
    role('Robot', [{ AWS: ofPath('role', 'Other') }]),
    role('Other', [{ AWS: ofPath('role', 'Robot') }]),
  ]);
  expect(found.voices.find(({ voice }) => voice === 'role/Robot')?.holders.map(({ who }) => who)).toEqual([
    'role/Other',
  ]);
});

test('limits an environment to the groups it names', () => {
  const identities = [ana, role('Robot', [{ AWS: ofPath('user', 'ana') }])];
  const more = { environments: { dev: { groups: ['owners'] }, prod: { groups: ['owners', 'machines'] } } };
  expect(check(identities, more, 'dev').warnings).toEqual([]);
  expect(check(identities, more, 'prod').warnings.map(({ code }) => code)).toContain('OwnAndRole');
});
