import { describe, expect, it } from 'vitest';
import { onlyWarns } from '../../lib/model/policy.ts';
import { settingsSchema } from '../../lib/model/settings.ts';

const waiver = { rule: 'R1', resource: '*', reason: 'why', approver: 'security', expires: '2027-03-31' };
const parse = (environment: object) => settingsSchema.safeParse({ environments: { dev: environment } });
const packs = [{ name: 'starter' }];

describe('rejects an environment', () => {
  const wrong: [string, object, string][] = [
    ['without packs and frameworks', {}, 'environments.dev.policyPacks'],
    [
      'with an unknown mode',
      { policyPacks: [{ name: 'a', mode: 'off' }] },
      'environments.dev.policyPacks.0.mode',
    ],
    ['with a framework that has no name', { frameworks: [{}] }, 'environments.dev.frameworks.0.name'],
    ...(['rule', 'resource', 'reason', 'approver', 'expires'] as const).map(
      (field): [string, object, string] => [
        `with a waiver whose ${field} is empty`,
        { policyPacks: packs, waivers: [{ ...waiver, [field]: '' }] },
        `environments.dev.waivers.0.${field}`,
      ],
    ),
  ];
  for (const [what, environment, path] of wrong)
    it(what, () => {
      const { error } = parse(environment);
      expect(error?.issues.map((issue) => issue.path.join('.'))).toEqual([path]);
    });
});

it('an environment uses packs, frameworks or both; enforced by default', () => {
  for (const environment of [
    { policyPacks: packs },
    { frameworks: packs },
    { policyPacks: packs, frameworks: packs },
  ])
    expect(parse({ ...environment, waivers: [waiver] }).success).toBe(true);
  expect(parse({ frameworks: packs }).data?.environments.dev?.frameworks).toEqual([
    { name: 'starter', mode: 'enforce' },
  ]);
});

it('an environment only warns if all of its packs and frameworks do', () => {
  const [warn, enforce] = [{ mode: 'warn' as const }, { mode: 'enforce' as const }];
  expect(onlyWarns({ policyPacks: [warn], frameworks: [warn] })).toBe(true);
  expect(onlyWarns({ policyPacks: [warn], frameworks: [enforce] })).toBe(false);
  expect(onlyWarns({ policyPacks: [enforce], frameworks: [warn] })).toBe(false);
});
