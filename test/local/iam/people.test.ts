import { describe, expect, test } from 'vitest';
import { describeReserved, personOf, reservedRoleName, roleId } from '../../../lib/local/iam/people.ts';

const account = '111111111111';
const person = (key: string) => personOf(key, account, [], (name) => name === 'baton-front-door');

describe('rejects keys for', () => {
  const keys = [
    '',
    '~',
    'ana~',
    'ana~ben',
    'user~ana',
    'sso~',
    'sso~~ana',
    'sso~Admin~ana~x',
    'role~Deploy',
    'role~Deploy~',
    'role~Deploy~a~b',
    'role~team/Deploy~a',
    'ana benson',
    'a'.repeat(65),
  ];
  for (const key of keys) test(JSON.stringify(key), () => expect(person(key)).toBeUndefined());

  test('a role of the template, which is for functions only', () => {
    expect(person('role~baton-front-door~x')).toBeUndefined();
  });

  test('a role of Identity Center assumed directly, with a custom session name', () => {
    expect(person(`role~${reservedRoleName('Admin')}~ana`)).toBeUndefined();
  });
});

describe('keys of people', () => {
  const reserved = (permissionSet: string) =>
    `arn:aws:sts::${account}:assumed-role/${reservedRoleName(permissionSet)}/ana@example.com`;
  const rows: [key: string, arn: string][] = [
    ['ana', `arn:aws:iam::${account}:user/ana`],
    ['sso', `arn:aws:iam::${account}:user/sso`],
    ['sso~ana@example.com', reserved('Person')],
    ['sso~Admin~ana@example.com', reserved('Admin')],
    ['role~Deploy~build-17', `arn:aws:sts::${account}:assumed-role/Deploy/build-17`],
    [
      'role~AWSReservedSSO_Admin_0123456789abcdef~ana',
      `arn:aws:sts::${account}:assumed-role/AWSReservedSSO_Admin_0123456789abcdef/ana`,
    ],
  ];
  for (const [key, arn] of rows) test(key, () => expect(person(key)?.arn).toBe(arn));

  test('the id of a session belongs to its role only', () => {
    const facts = describeReserved(account, reservedRoleName('Admin'));
    expect(facts?.arn).toContain(':role/aws-reserved/sso.amazonaws.com/AWSReservedSSO_Admin_');
    expect(person('sso~Admin~ana')?.userId).toBe(`${facts?.id}:ana`);
    expect(person('sso~Other~ana')?.userId).not.toContain(facts?.id);
    expect(facts?.id).toBe(roleId(facts?.arn ?? ''));
  });

  test('a role that only has an Identity Center name is not described', () => {
    expect(describeReserved(account, 'AWSReservedSSO_Admin_0123456789abcdef')).toBeUndefined();
  });
});
