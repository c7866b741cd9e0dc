import { describe, expect, test } from 'vitest';
import { type IamAuthorizer, principalOf, roleToProve, speakerOf } from '../../lib/change/speaker.ts';
import type { RoleFacts } from '../../lib/change/speaker-role.ts';

const account = '111111111111';
const other = '222222222222';
const reserved = 'AWSReservedSSO_Admin_0123456789abcdef';
const roleId = 'AROA0123456789ABCDEFG';
const saml = { Federated: `arn:aws:iam::${account}:saml-provider/AWSSSO_0123456789abcdef_DO_NOT_DELETE` };

const user = (path: string, of = account): IamAuthorizer => ({
  accountId: of,
  userArn: `arn:aws:iam::${of}:user/${path}`,
  userId: 'AIDA0123456789ABCDEFG',
});
const session = (role: string, name: string, of = account): IamAuthorizer => ({
  accountId: of,
  userArn: `arn:aws:sts::${of}:assumed-role/${role}/${name}`,
  userId: `${roleId}:${name}`,
});
const trusting = (...principals: unknown[]) =>
  JSON.stringify({
    Statement: principals.map((Principal) => ({
      Effect: 'Allow',
      Principal,
      Action: 'sts:AssumeRoleWithSAML',
    })),
  });
const role = (path: string, more: Partial<RoleFacts> = {}): RoleFacts => ({
  arn: `arn:aws:iam::${account}:role${path}${reserved}`,
  id: roleId,
  trust: trusting(saml),
  ...more,
});
/** A role of a build service. */
const machine: RoleFacts = {
  arn: `arn:aws:iam::${account}:role/Deploy`,
  id: roleId,
  trust: trusting({ Service: 'codebuild.amazonaws.com' }),
};
const genuine = role('/aws-reserved/sso.amazonaws.com/');

const voiceOf = (iam: IamAuthorizer, facts?: RoleFacts, people = {}) =>
  speakerOf(principalOf(iam), { account, people, role: facts }).voice;

describe('refuses as speaker', () => {
  const nobodies: [who: string, iam: IamAuthorizer, message: RegExp][] = [
    ['root', { accountId: account, userArn: `arn:aws:iam::${account}:root`, userId: account }, /root user/],
    [
      'a federated user',
      { accountId: account, userArn: `arn:aws:sts::${account}:federated-user/ana`, userId: `${account}:ana` },
      /federated user/,
    ],
    ['a service', { accountId: account, userArn: 'lambda.amazonaws.com', userId: 'x' }, /can't speak/],
    ['nothing', { accountId: '', userArn: '', userId: '' }, /can't speak/],
    ['an ARN with a line break in it', user('ana\n'), /can't speak/],
    ['a session without a name', session('Deploy', ''), /can't speak/],
    ['a session with a path', session('team/Deploy', 'ana'), /can't speak/],
    ['a user with the id of a role', { ...user('ana'), userId: roleId }, /not one of it/],
    ['a user of another account than it says', { ...user('ana'), accountId: other }, /not one of it/],
    [
      'a session with the id of a user',
      { ...session('Deploy', 'ana'), userId: 'AIDA0123456789ABCDEFG' },
      /not one/,
    ],
    [
      'a session with the id of another',
      { ...session('Deploy', 'ana'), userId: `${roleId}:bob` },
      /not one of it/,
    ],
    [
      'a session of another account than it says',
      { ...session('Deploy', 'ana'), accountId: other },
      /not one of/,
    ],
  ];
  for (const [who, iam, message] of nobodies)
    test(who, () => {
      expect(() => principalOf(iam)).toThrow(expect.objectContaining({ name: 'SpeakerRefused' }));
      expect(() => principalOf(iam)).toThrow(message);
    });
});

describe('refuses a role that only has an Identity Center name', () => {
  const lookalikes: Record<string, RoleFacts | undefined> = {
    "which can't be read": undefined,
    'at another path': role('/'),
    'at a path that ends the same': role('/team/aws-reserved/sso.amazonaws.com/'),
    'at a path that starts the same': role('/aws-reserved/sso.amazonaws.com.evil/'),
    'at a deeper path': role('/aws-reserved/sso.amazonaws.com/eu-central-1/deeper/'),
    'with another id, because it was created again': role('/aws-reserved/sso.amazonaws.com/', {
      id: 'AROAFFFFFFFFFFFFFFFFF',
    }),
    'in another account': {
      ...genuine,
      arn: `arn:aws:iam::${other}:role/aws-reserved/sso.amazonaws.com/${reserved}`,
    },
    'which is another role': { ...genuine, arn: genuine.arn.replace('_Admin_', '_Other_') },
    'that trusts a user': { ...genuine, trust: trusting(saml, { AWS: `arn:aws:iam::${account}:user/eve` }) },
    'that trusts the account': { ...genuine, trust: trusting({ AWS: account }) },
    'that trusts everyone': { ...genuine, trust: trusting('*') },
    'that trusts another SAML provider': {
      ...genuine,
      trust: trusting({ Federated: `arn:aws:iam::${account}:saml-provider/eve` }),
    },
    'that trusts a user and a service': {
      ...genuine,
      trust: trusting({ Service: 'sso.amazonaws.com', AWS: `arn:aws:iam::${account}:user/eve` }),
    },
    'that trusts no one': { ...genuine, trust: trusting() },
    'that has no trust policy': { ...genuine, trust: '' },
  };
  for (const [what, facts] of Object.entries(lookalikes))
    test(what, () => {
      expect(() => voiceOf(session(reserved, 'ana'), facts)).toThrow(/can't be proven.*only named/);
    });

  test('in any spelling of the name', () => {
    expect(() => voiceOf(session(reserved.toLowerCase(), 'ana'), genuine)).toThrow(/can't be proven/);
    expect(() => voiceOf(session(reserved.toUpperCase(), 'ana'))).toThrow(/can't be proven/);
  });

  test("in another account, where it can't be read", () => {
    const iam = session(reserved, 'ana', other);
    expect(roleToProve(principalOf(iam), { account })).toBeUndefined();
    expect(() => voiceOf(iam, genuine)).toThrow(/of another account/);
  });
});

describe('one voice', () => {
  const voices: [who: string, iam: IamAuthorizer, voice: string, facts?: RoleFacts][] = [
    ['a user', user('ana'), 'user/ana'],
    ['a user with a path', user('people/eu/ana'), 'user/ana'],
    ['a user of another account', user('ana', other), `user/${other}/ana`],
    ['a role', session('Deploy', 'build-17'), 'role/Deploy', machine],
    ['the same role with a renamed session', session('Deploy', 'somebody-else'), 'role/Deploy', machine],
    ['a role with a session named like a user', session('Deploy', 'ana@example.com'), 'role/Deploy', machine],
    ['a role of another account', session('Deploy', 'build-17', other), `role/${other}/Deploy`],
    ['an Identity Center user', session(reserved, 'ana@example.com'), 'sso/ana@example.com', genuine],
    [
      'the same user in another spelling',
      session(reserved, 'Ana@Example.COM'),
      'sso/ana@example.com',
      genuine,
    ],
    [
      'the same, where Identity Center is in another region',
      session(reserved, 'ana@example.com'),
      'sso/ana@example.com',
      role('/aws-reserved/sso.amazonaws.com/eu-central-1/'),
    ],
    [
      'the same, let in by a service',
      session(reserved, 'ana@example.com'),
      'sso/ana@example.com',
      { ...genuine, trust: trusting({ Service: 'sso.amazonaws.com' }) },
    ],
    ['in China', { ...user('ana'), userArn: `arn:aws-cn:iam::${account}:user/ana` }, 'user/ana'],
  ];
  for (const [who, iam, voice, facts] of voices)
    test(`${who}: ${voice}`, () => {
      expect(speakerOf(principalOf(iam), { account, people: {}, role: facts })).toEqual({
        voice,
        arn: iam.userArn,
      });
    });

  test('with any permission set', () => {
    const power = 'AWSReservedSSO_PowerUser_fedcba9876543210';
    const facts = { ...genuine, arn: genuine.arn.replace(reserved, power) };
    expect(voiceOf(session(power, 'ana@example.com'), facts)).toBe('sso/ana@example.com');
  });

  test('for a person with several voices in the settings', () => {
    const people = { ana: ['sso/ana@example.com', 'user/ana', `user/${other}/ana`] };
    const all = [session(reserved, 'ANA@example.com'), user('ana'), user('x/ana', other)];
    expect(all.map((iam) => voiceOf(iam, genuine, people))).toEqual(Array(3).fill('person/ana'));
    expect(voiceOf(user('bob'), undefined, people)).toBe('user/bob');
  });

  test('reads only a role of this account', () => {
    const named = (iam: IamAuthorizer) => roleToProve(principalOf(iam), { account });
    expect([user(reserved), session('Deploy', 'ana'), session('Deploy', 'ana', other)].map(named)).toEqual([
      undefined,
      'Deploy',
      undefined,
    ]);
  });
});

describe('a role that people may assume is shared', () => {
  const shared = (facts?: RoleFacts, people = {}) =>
    speakerOf(principalOf(session('Deploy', 'x')), { account, people, role: facts }).shared;
  const statement = (more: object) =>
    JSON.stringify({ Statement: [{ Effect: 'Allow', Action: 'sts:AssumeRole', ...more }] });
  const federated = {
    Federated: `arn:aws:iam::${account}:oidc-provider/token.actions.githubusercontent.com`,
  };
  const subject = { StringLike: { 'token.actions.githubusercontent.com:sub': 'repo:acme/shop:*' } };
  const trusts: [what: string, trust: string, shared: true | undefined][] = [
    ['its account', trusting({ AWS: `arn:aws:iam::${account}:root` }), true],
    ['its account by number', trusting({ AWS: account }), true],
    ['a user', trusting({ AWS: `arn:aws:iam::${account}:user/eve` }), true],
    ['roles by pattern', trusting({ AWS: `arn:aws:iam::${account}:role/*` }), true],
    ['a permission set', trusting({ AWS: `arn:aws:iam::${account}:role/${reserved}` }), true],
    ['everybody', trusting('*'), true],
    ['all of AWS', trusting({ AWS: '*' }), true],
    ['a SAML provider', trusting({ Federated: `arn:aws:iam::${account}:saml-provider/corp` }), true],
    ['an OpenID provider', trusting(federated), true],
    [
      'an OpenID provider, any subject',
      statement({ Principal: federated, Condition: { StringLike: { 'x:sub': '*' } } }),
      true,
    ],
    [
      'a user and a service',
      trusting({ Service: 'codebuild.amazonaws.com' }, { AWS: `arn:aws:iam::${account}:user/eve` }),
      true,
    ],
    ['everyone but one', statement({ NotPrincipal: { AWS: 'x' } }), true],
    ['nobody', trusting(), true],
    ['an unreadable principal', '{', true],
    ['a service', trusting({ Service: 'codebuild.amazonaws.com' }), undefined],
    ['a role of machines', trusting({ AWS: `arn:aws:iam::${other}:role/ci/Pipeline` }), undefined],
    ['a workload of an OpenID provider', statement({ Principal: federated, Condition: subject }), undefined],
  ];
  for (const [what, trust, wanted] of trusts)
    test(`that trusts ${what}: ${wanted === true ? 'shared' : 'a machine'}`, () => {
      expect(shared({ ...machine, trust })).toBe(wanted);
    });
  test('if IAM does not show it, or shows another role with its name', () => {
    expect(shared()).toBe(true);
    expect(shared({ ...machine, id: 'AROAFFFFFFFFFFFFFFFFF' })).toBe(true);
  });
  test('unless the settings assign it to a person', () => {
    expect(shared({ ...machine, trust: trusting('*') }, { eve: ['role/Deploy'] })).toBeUndefined();
  });
});
