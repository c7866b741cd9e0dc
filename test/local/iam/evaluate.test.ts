import { describe, expect, test } from 'vitest';
import { type AuthorizationQuery, evaluate } from '../../../lib/local/iam/evaluate.ts';
import { serviceIdentity, sessionIdentity, userIdentity } from '../../../lib/local/iam/identity.ts';
import { parsePolicyDocument } from '../../../lib/local/iam/policy-document.ts';
import type { JsonObject } from '../../../lib/model/json.ts';

const account = '111111111111';
const document = (...Statement: JsonObject[]) => parsePolicyDocument({ Statement });
const allow = (more: JsonObject = {}): JsonObject => ({
  Effect: 'Allow',
  Action: 's:Do',
  Resource: '*',
  ...more,
});
const deny = (more: JsonObject = {}): JsonObject => ({ ...allow(more), Effect: 'Deny' });
const roleArn = `arn:aws:iam::${account}:role/r`;
const ask = (statements: JsonObject[], more: Partial<AuthorizationQuery> = {}) =>
  evaluate({
    caller: sessionIdentity({ arn: roleArn, policies: [document(...statements)] }, 's'),
    action: 's:Do',
    resource: 'arn:aws:s:::x/y',
    ...more,
  });

/** Statements of the caller's policy, and whether `s:Do` on `arn:aws:s:::x/y` is allowed. */
const rows: [string, JsonObject[], boolean][] = [
  ['no statements', [], false],
  ['allowed', [allow()], true],
  ['denied and allowed', [allow(), deny()], false],
  ['another action', [allow({ Action: 's:Other' })], false],
  ['actions in any case, with wildcards', [allow({ Action: 'S:d*' })], true],
  ['all but another action', [allow({ Action: undefined, NotAction: 's:Other' } as never)], true],
  ['all but this action', [allow({ Action: undefined, NotAction: ['s:Do'] } as never)], false],
  ['another resource', [allow({ Resource: 'arn:aws:s:::x' })], false],
  ['a resource pattern', [allow({ Resource: 'arn:aws:s:::x/*' })], true],
  ['all but this resource', [allow({ Resource: undefined, NotResource: 'arn:aws:s:::x/?' } as never)], false],
  ['the caller, by ARN', [allow({ Condition: { ArnEquals: { 'aws:PrincipalArn': roleArn } } })], true],
  ['another caller', [allow({ Condition: { StringLike: { 'aws:PrincipalArn': '*role/q' } } })], false],
  ['a policy variable', [allow({ Resource: 'arn:aws:s:::x/$' + '{k:letter}' })], true],
  ['an absent key', [allow({ Condition: { StringEquals: { 'k:none': 'x' } } })], false],
  [
    'a key that is not there, if it exists',
    [allow({ Condition: { StringEqualsIfExists: { 'k:none': 'x' } } })],
    true,
  ],
  ['an absent key, negated', [allow({ Condition: { StringNotEquals: { 'k:none': 'x' } } })], true],
  ['a key that must be absent', [allow({ Condition: { Null: { 'k:none': 'true' } } })], true],
  [
    'one of many values',
    [allow({ Condition: { 'ForAnyValue:StringEquals': { 'k:many': ['b', 'z'] } } })],
    true,
  ],
  [
    'all of many values',
    [allow({ Condition: { 'ForAllValues:StringEquals': { 'k:many': ['a', 'z'] } } })],
    false,
  ],
  ['a number', [allow({ Condition: { NumericLessThanEquals: { 'k:number': '5' } } })], true],
  ['an address', [allow({ Condition: { IpAddress: { 'aws:SourceIp': '127.0.0.0/8' } } })], true],
  ['not an address', [allow({ Condition: { NotIpAddress: { 'aws:SourceIp': '127.0.0.0/8' } } })], false],
  [
    'TLS, as which loopback counts',
    [allow(), deny({ Condition: { Bool: { 'aws:SecureTransport': 'false' } } })],
    true,
  ],
  [
    'two conditions, one wrong',
    [allow({ Condition: { StringEquals: { 'k:letter': 'y' }, NumericEquals: { 'k:number': 6 } } })],
    false,
  ],
];
const context = { 'k:letter': 'y', 'k:many': ['a', 'b'], 'k:number': '5' };

test.each(rows)('%s', (_what, statements, allowed) => {
  const present = statements.map(
    (one) => Object.fromEntries(Object.entries(one).filter(([, value]) => value !== undefined)) as JsonObject,
  );
  expect(ask(present, { context }).allowed).toBe(allowed);
});

describe('a resource policy', () => {
  const on = (Principal: JsonObject | string, more: JsonObject = {}) =>
    document(allow({ Principal, ...more }));
  test('grants access to a role it names, without a policy of the role', () => {
    expect(ask([], { resourcePolicy: on({ AWS: roleArn }) }).allowed).toBe(true);
    expect(ask([], { resourcePolicy: on({ AWS: `${roleArn}x` }) }).allowed).toBe(false);
  });
  test("that names the account delegates to the role's policies", () => {
    const resourcePolicy = on({ AWS: `arn:aws:iam::${account}:root` });
    expect(ask([], { resourcePolicy }).allowed).toBe(false);
    expect(ask([allow()], { resourcePolicy, resourcePolicyRequired: true }).allowed).toBe(true);
  });
  test('of a key must mention the caller or the account', () => {
    expect(ask([allow()], { resourcePolicyRequired: true })).toMatchObject({
      reason: expect.stringContaining('resource-based'),
    });
  });
  test('denies all but one', () => {
    const all = {
      ...deny({ Principal: '*' }),
      Condition: { ArnNotEquals: { 'aws:PrincipalArn': `${roleArn}x` } },
    };
    expect(ask([allow()], { resourcePolicy: document(all) })).toMatchObject({
      reason: 'with an explicit deny in a resource-based policy',
    });
  });
  test('is the only policy that applies to a service', () => {
    const caller = serviceIdentity(account, 'events.amazonaws.com');
    const query = { caller, action: 's:Do', resource: 'x' };
    const resourcePolicy = on(
      { Service: 'events.amazonaws.com' },
      { Condition: { ArnLike: { 'aws:SourceArn': 'arn:aws:events:*:*:rule/a*' } } },
    );
    expect(
      evaluate({
        ...query,
        resourcePolicy,
        context: { 'aws:SourceArn': 'arn:aws:events:us-east-1:1:rule/abc' },
      }).allowed,
    ).toBe(true);
    expect(
      evaluate({
        ...query,
        resourcePolicy,
        context: { 'aws:SourceArn': 'arn:aws:events:us-east-1:1:rule/b' },
      }).allowed,
    ).toBe(false);
    expect(evaluate(query).allowed).toBe(false);
  });
});

test('a permissions boundary limits what policies allow', () => {
  const policies = [document(allow())];
  const inside = sessionIdentity(
    { arn: roleArn, policies, permissionsBoundary: document(allow({ Action: 's:*' })) },
    's',
  );
  const outside = sessionIdentity(
    { arn: roleArn, policies, permissionsBoundary: document(allow({ Action: 't:*' })) },
    's',
  );
  expect(evaluate({ caller: inside, action: 's:Do', resource: 'x' }).allowed).toBe(true);
  expect(evaluate({ caller: outside, action: 's:Do', resource: 'x' }).allowed).toBe(false);
});

test('rejects a policy with an invalid element', () => {
  expect(() => parsePolicyDocument({ Statement: [{ Effect: 'Allow', Actions: 's:Do' }] })).toThrow(/Actions/);
  expect(userIdentity(account, 'u', []).arn).toBe(`arn:aws:iam::${account}:user/u`);
});
