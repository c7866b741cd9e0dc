import { describe, expect, test } from 'vitest';
import { type AskingRules, type Bound, type Claim, decideBinding } from '../../lib/change/bindings.ts';
import type { Binding } from '../../lib/model/binding.ts';
import { settingsSchema } from '../../lib/model/settings.ts';

const { mayAsk } = settingsSchema.parse({ environments: {} });
const rules: AskingRules = {
  groups: {
    dba: ['user/ana', 'user/ben'],
    web: ['user/wim', 'source/ci'],
    everybody: ['user/ana', 'user/wim'],
    'emergency-responders': ['user/eve'],
  },
  people: { carl: ['user/carl', 'sso/carl@example.com'] },
  mayAsk,
  scopes: {},
};
const claim = (more: Partial<Claim> & { service?: string; owner?: string } = {}): Claim => ({
  requestId: 'r',
  scope: 'prod/db',
  header: { environment: 'prod', service: more.service ?? 'db', owner: more.owner ?? 'dba' },
  voice: 'user/ana',
  own: false,
  now: '2026-01-01T00:00:00.000Z',
  ...more,
});
const current: Binding = {
  ...{ scope: 'prod/db', service: 'db', owner: 'dba', holder: { groups: ['dba'] } },
  ...{ version: 1, origin: 'first', requestId: 'first', since: '2025-12-01T00:00:00.000Z' },
};
const codeOf = (result: Bound | { code: string }) => ('code' in result ? result.code : result.as);

describe('the first request of a scope binds it', () => {
  const bound = (one: Claim) => decideBinding(rules, one, { free: true });

  test('to the group that is its owner', () => {
    expect(bound(claim())).toMatchObject({
      binding: { holder: { groups: ['dba'] }, version: 1, origin: 'first' },
    });
  });

  test("or else to the requester and the requester's groups", () => {
    const { binding } = bound(claim({ owner: 'somebody' })) as Bound;
    expect(binding.holder).toEqual({ voice: 'user/ana', groups: ['dba', 'everybody'] });
    const sender = bound(claim({ owner: 'somebody', voice: 'source/ci' })) as Bound;
    expect(sender.binding.holder).toEqual({ voice: 'source/ci', groups: ['web'] });
  });

  test('to no holder if an administrator submits it; the next requester becomes the holder', () => {
    const made = bound(claim({ voice: 'source/baton.cli' })) as Bound;
    expect(made).toMatchObject({ as: 'administrator', binding: { service: 'db', version: 1 } });
    expect(made.binding.holder).toBeUndefined();
    const standing = { current: made.binding, free: false };
    expect(decideBinding(rules, claim(), standing)).toMatchObject({
      binding: { holder: { groups: ['dba'] }, version: 2, origin: 'taken-up' },
    });
    expect(codeOf(decideBinding(rules, claim({ service: 'x' }), standing))).toBe('ScopeBound');
    expect(codeOf(decideBinding(rules, claim({ voice: 'user/wim' }), standing))).toBe('OwnerRefused');
  });

  test('but not in the name of a group without the requester', () => {
    expect(codeOf(bound(claim({ voice: 'user/wim' })))).toBe('OwnerRefused');
  });

  test('and not for Baton itself', () => {
    expect(codeOf(bound(claim({ voice: 'source/baton.schedule', own: true })))).toBe('ScopeUnbound');
  });
});

describe('every later request must match', () => {
  const urgent = { environment: 'prod', service: 'db', owner: 'dba', change: 'emergency' } as const;
  const foreign = { ...urgent, owner: 'web' };
  const rows: [what: string, claim: Claim, result: string][] = [
    ['somebody else', claim({ voice: 'user/zoe' }), 'ScopeBound'],
    ['a member of another group', claim({ voice: 'user/wim' }), 'ScopeBound'],
    ['a sender on the bus', claim({ voice: 'source/ci' }), 'ScopeBound'],
    ['another service', claim({ service: 'web' }), 'ScopeBound'],
    ['another owner', claim({ owner: 'web' }), 'ScopeBound'],
    ['a member of the group', claim({ voice: 'user/ben' }), 'holder'],
    ['Baton itself', claim({ voice: 'source/baton.schedule', own: true }), 'baton'],
    ['Baton itself, for another owner', claim({ own: true, owner: 'web' }), 'ScopeBound'],
    ['someone who may submit emergencies', claim({ voice: 'user/eve', header: urgent }), 'emergency'],
    ['someone who may, for another owner', claim({ voice: 'user/eve', header: foreign }), 'ScopeBound'],
    ['someone else in an emergency', claim({ voice: 'user/zoe', header: urgent }), 'ScopeBound'],
    ['someone who may submit emergencies, without one', claim({ voice: 'user/eve' }), 'ScopeBound'],
    ['the administrator of a local cloud', claim({ voice: 'user/local', service: 'x' }), 'administrator'],
  ];
  for (const [what, one, result] of rows)
    test(what, () => {
      expect(codeOf(decideBinding(rules, one, { current, free: false }))).toBe(result);
    });

  test('unless an administrator submits it for a scope without a holder, which stays so', () => {
    const unheld = { ...current, holder: undefined };
    const again = decideBinding(rules, claim({ voice: 'user/local' }), { current: unheld, free: false });
    expect(again).toEqual({ binding: unheld, as: 'administrator' });
  });

  test('unless nothing of the scope is left', () => {
    const again = decideBinding(rules, claim({ voice: 'user/wim', owner: 'web' }), { current, free: true });
    expect(again).toMatchObject({ binding: { version: 2, origin: 'released', holder: { groups: ['web'] } } });
  });

  test('and the settings can transfer a scope', () => {
    const reason = 'the web team runs it from now on';
    const scopes = { 'prod/db': { service: 'db', owner: 'web', group: 'web', reason } };
    const after = { ...rules, scopes };
    const standing = { current, free: false };
    expect(codeOf(decideBinding(after, claim(), standing))).toBe('ScopeBound');
    const taken = decideBinding(after, claim({ voice: 'user/wim', owner: 'web' }), standing) as Bound;
    expect(taken).toMatchObject({ binding: { version: 2, origin: 'settings' }, as: 'holder' });
    const next = decideBinding(after, claim({ voice: 'source/ci', owner: 'web' }), {
      current: taken.binding,
      free: false,
    }) as Bound;
    expect(next.binding).toBe(taken.binding);
  });
});

describe('the settings decide who may submit requests', () => {
  const rows = (mayAskHere: object[]) => ({
    ...rules,
    mayAsk: settingsSchema.parse({ environments: {}, mayAsk: mayAskHere }).mayAsk,
  });
  const only = rows([
    { who: ['dba'], environments: ['prod'], services: ['db*'] },
    { who: ['user/carl'] },
    { who: ['source/*'], environments: ['dev'] },
  ]);
  const cases: [who: string, environment: string, service: string, allowed: boolean][] = [
    ['user/ana', 'prod', 'db-east', true],
    ['user/ana', 'prod', 'web', false],
    ['user/ana', 'dev', 'db', false],
    ['person/carl', 'prod', 'web', true],
    ['source/ci', 'dev', 'web', true],
    ['source/ci', 'prod', 'web', false],
    ['user/local', 'prod', 'db', false],
  ];
  for (const [voice, environment, service, allowed] of cases)
    test(`${voice} ${allowed ? 'may' : 'may not'} submit requests for ${service} in ${environment}`, () => {
      const header = { environment, service, owner: 'x' };
      const result = decideBinding(only, claim({ voice, header }), { free: true });
      expect(codeOf(result)).toBe(allowed ? 'holder' : 'AskerRefused');
    });
});
