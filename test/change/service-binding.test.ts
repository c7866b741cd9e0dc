import { expect, test } from 'vitest';
import type { AskingRules, Bound, Claim } from '../../lib/change/bindings.ts';
import { decideService } from '../../lib/change/service-binding.ts';
import type { ServiceBinding } from '../../lib/model/binding.ts';

const rules: AskingRules = {
  ...{ groups: { dba: ['user/ana', 'user/ben'] }, people: {}, scopes: {} },
  mayAsk: [{ who: ['*'], environments: ['*'], services: ['*'], anyScope: false, emergencies: false }],
};
const claim: Claim = {
  ...{ requestId: 'r2', scope: 'dev/mine', voice: 'user/mallory', own: false, now: '2027-01-02T00:00:00Z' },
  header: { environment: 'dev', service: 'orders', owner: 'mallory' },
};
const bound = (more: Partial<Bound['binding']> = {}, as: Bound['as'] = 'holder'): Bound => ({
  binding: {
    ...{
      scope: 'dev/mine',
      service: 'orders',
      owner: 'mallory',
      holder: { voice: 'user/mallory', groups: [] },
    },
    ...{ version: 1, origin: 'first', requestId: 'r2', since: '2027-01-02T00:00:00Z' },
    ...more,
  },
  as,
});
const current: ServiceBinding = {
  ...{ holder: { groups: ['dba'] }, scopes: ['dev/orders'], requestId: 'r0', since: '2027-01-01T00:00:00Z' },
};
const owned = { current, free: false };
const refused = { code: 'ServiceBound' };
const takes = (scopes: string[]) => ({ holder: current.holder, scopes });

const cases: [what: string, Bound, Parameters<typeof decideService>[3], voice: string, expected: object][] = [
  ['a service without a holder', bound(), { free: true }, 'user/mallory', { scopes: ['dev/mine'] }],
  ["another team's service", bound(), owned, 'user/mallory', refused],
  ["another team's service again", bound({ origin: 'released' }), owned, 'user/mallory', refused],
  ['a scope that a rejected request bound', bound({ requestId: 'r1' }), owned, 'user/mallory', refused],
  ['a service of its group', bound(), owned, 'user/ben', takes(['dev/mine', 'dev/orders'])],
  [
    'a scope that it had before services were bound',
    bound({ requestId: 'r1', since: '2026-12-31T00:00:00Z' }),
    owned,
    'user/mallory',
    takes(['dev/mine', 'dev/orders']),
  ],
  [
    'what the settings say',
    bound({ origin: 'settings' }),
    owned,
    'user/mallory',
    takes(['dev/mine', 'dev/orders']),
  ],
  [
    'a service of which nothing is left',
    bound(),
    { current, free: true },
    'user/mallory',
    { scopes: ['dev/mine'] },
  ],
  [
    'a service of an administrator',
    bound(),
    { current: { ...current, holder: undefined }, free: false },
    'user/mallory',
    refused,
  ],
  [
    'anything, as an administrator',
    bound({ holder: undefined }, 'administrator'),
    owned,
    'user/local',
    takes(['dev/mine', 'dev/orders']),
  ],
];
test.each(cases)('%s', (_what, decided, standing, voice, expected) => {
  expect(decideService(rules, { ...claim, voice }, decided, standing)).toMatchObject(expected);
});
