import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { InvalidInput } from '../../lib/model/errors.ts';
import { findFramework, rulesOf } from '../../lib/policy/frameworks.ts';
import { builtInPacks, packCache, type Selection, selectPolicies } from '../../lib/policy/index.ts';
import { ensureTypes } from '../../lib/spec/index.ts';
import { lookup, policy } from './support.ts';

const directory = mkdtempSync(join(tmpdir(), 'select-'));
mkdirSync(join(directory, 'house'));
writeFileSync(join(directory, 'house', 'rule.cedar'), policy('resource has BucketName', { id: 'HOUSE' }));
afterAll(() => rmSync(directory, { recursive: true }));

const cache = packCache(ensureTypes(), join(directory, 'cache'));
const nothing: Selection = { policyPacks: [], frameworks: [], waivers: [] };
const select = (selection: Partial<Selection>) =>
  selectPolicies({ ...nothing, ...selection }, { directories: [builtInPacks, directory], lookup, cache });
const waiver = { rule: 'HOUSE', resource: '*', reason: 'r', approver: 'a', expires: '2027-12-31' };
const hipaa = 'hipaa-security';

function problemsOf(selection: Partial<Selection>): string[] {
  try {
    select(selection);
  } catch (error) {
    if (error instanceof InvalidInput) return error.problems.map(({ message }) => message);
    throw error;
  }
  return [];
}

describe('rejects what does not exist, with suggestions', () => {
  const wrong: [string, Partial<Selection>, RegExp][] = [
    ['a framework', { frameworks: [{ name: 'hipaa-securty', mode: 'warn' }] }, /no framework.*did you mean/],
    ['a pack', { policyPacks: [{ name: 'startr', mode: 'warn' }] }, /no policy pack startr/],
    ['the name of a pack', { policyPacks: [{ name: 'startr', mode: 'warn' }] }, /did you mean starter/],
    [
      'the rule of a waiver',
      { policyPacks: [{ name: 'house', mode: 'warn' }], waivers: [{ ...waiver, rule: 'HOSE' }] },
      /waiver of HOSE.*did you mean HOUSE/,
    ],
    [
      'a second mention of a framework',
      {
        frameworks: [
          { name: hipaa, mode: 'warn' },
          { name: hipaa, mode: 'enforce' },
        ],
      },
      /named 2 times/,
    ],
  ];
  for (const [what, selection, message] of wrong)
    test(what, () => expect(problemsOf(selection).join('\n')).toMatch(message));

  test('all at once', () => {
    const selection: Partial<Selection> = {
      policyPacks: [{ name: 'startr', mode: 'warn' }],
      frameworks: [{ name: 'nope', mode: 'warn' }],
    };
    expect(problemsOf(selection).length).toBeGreaterThan(1);
  });
});

test('a pack contributes all its rules and a framework those it names, and no others are evaluated', () => {
  expect(
    select({ policyPacks: [{ name: 'house', mode: 'warn' }], waivers: [waiver] }).policies,
  ).toMatchObject([{ id: 'HOUSE', mode: 'warn', pack: 'house' }]);
  const { policies } = select({ frameworks: [{ name: hipaa, mode: 'warn' }] });
  expect([...new Set(policies.map(({ id }) => id))].sort()).toEqual(rulesOf(findFramework(hipaa)));
  expect(policies.every(({ mode }) => mode === 'warn')).toBe(true);
});

describe('a rule that a pack and a framework select occurs once, in the stricter mode', () => {
  const modes = ['enforce', 'warn'] as const;
  for (const pack of modes)
    for (const framework of modes)
      test(`pack ${pack}, framework ${framework}`, () => {
        const { policies } = select({
          policyPacks: [{ name: 'starter', mode: pack }],
          frameworks: [{ name: hipaa, mode: framework }],
        });
        const both = policies.filter(({ id }) => id === 'S3_BUCKET_VERSIONING_ENABLED');
        expect(both.map(({ mode }) => mode)).toEqual([
          pack === 'enforce' || framework === 'enforce' ? 'enforce' : 'warn',
        ]);
        const [alone] = policies.filter(({ id }) => id === 'IAM_ROLE_PERMISSIONS_BOUNDARY_REQUIRED');
        expect(alone?.mode).toBe(pack);
      });
});

test('a compiled pack is cached until one of its files changes, and never with problems', () => {
  const file = join(directory, 'house', 'rule.cedar');
  const ids = () => select({ policyPacks: [{ name: 'house', mode: 'warn' }] }).policies.map(({ id }) => id);
  expect([ids(), ids()]).toEqual([['HOUSE'], ['HOUSE']]);
  writeFileSync(file, policy('resource has Typo', { id: 'HOUSE' }));
  for (let round = 0; round < 2; round += 1) expect(ids).toThrow(/Typo/);
  writeFileSync(file, policy('resource has BucketName', { id: 'OTHER' }));
  expect(ids()).toEqual(['OTHER']);
  writeFileSync(file, policy('resource has BucketName', { id: 'HOUSE' }));
});
