import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { Stack } from 'aws-cdk-lib';
import { Annotations, Match } from 'aws-cdk-lib/assertions';
import { afterAll, describe, expect, test } from 'vitest';
import { batonApp } from '../../lib/infra/app.ts';
import { readSettings } from '../../lib/infra/settings.ts';
import { sharedAccounts } from '../../lib/infra/shared-account.ts';
import { settingsSchema } from '../../lib/model/settings.ts';
import { story } from '../sample.ts';

const policyPacks = [{ name: 'starter' }];
const governance = {
  packs: ['default'],
  levels: { 'service-owner': { groups: ['owners'] }, 'change-authority': { groups: ['board'] } },
};
const open = { policyPacks };
const governed = { policyPacks, governance };
const excused = { ...open, sharedAccount: { reason: 'Both are sandboxes without data' } };

describe('an environment without approvals in the same account as one with approvals', () => {
  const cases: [string, environments: Record<string, object>, found: Record<string, string[]>][] = [
    ['causes a warning', { dev: open, prod: governed }, { dev: ['prod'] }],
    ['causes one warning for all', { dev: open, prod: governed, live: governed }, { dev: ['prod', 'live'] }],
    ['each', { dev: open, test: open, prod: governed }, { dev: ['prod'], test: ['prod'] }],
    [
      'in the same account, named by one alone',
      { dev: { ...open, account: '111111111111' }, prod: governed },
      { dev: ['prod'] },
    ],
    [
      'although levels are named that no policy asks for',
      { dev: { ...open, governance: { levels: governance.levels } }, prod: governed },
      { dev: ['prod'] },
    ],
    [
      'is not in another account',
      { dev: { ...open, account: '111111111111' }, prod: { ...governed, account: '222222222222' } },
      {},
    ],
    ['causes none with a reason', { dev: excused, prod: governed }, {}],
    ['causes none for itself only', { dev: excused, test: open, prod: governed }, { test: ['prod'] }],
    ['causes none if it is the only one', { dev: open }, {}],
    ['causes none if all have approvals', { dev: governed, prod: governed }, {}],
    ['causes none if none has approvals', { dev: open, prod: open }, {}],
  ];
  for (const [name, environments, found] of cases)
    test(name, () => {
      const shared = sharedAccounts(settingsSchema.parse({ environments }));
      expect(Object.fromEntries(shared.map(({ ungoverned, governed }) => [ungoverned, governed]))).toEqual(
        found,
      );
    });

  for (const reason of ['', '   ', 'because'])
    test(`is not justified by the reason "${reason}"`, () => {
      const dev = { ...open, sharedAccount: { reason } };
      expect(() => readSettings({ environments: { dev, prod: governed } })).toThrow(/sharedAccount.reason/);
    });
});

describe('at synthesis', () => {
  const scratch = join(import.meta.dirname, '..', '..', 'build', `test-shared-account-${process.pid}`);
  afterAll(() => rmSync(scratch, { recursive: true, force: true }));
  const warnings = (environments: object) => {
    const groups = { owners: ['user/ana'], board: ['user/ben'] };
    const app = batonApp({
      outdir: join(scratch, 'cdk.out'),
      output: join(scratch, 'lambdas'),
      context: { baton: { environments, groups } },
    });
    const stack = app.node.findChild('Baton');
    if (!(stack instanceof Stack)) throw new Error('the app has no stack Baton');
    return Annotations.fromStack(stack).findWarning('*', Match.stringLikeRegexp('sharedAccount'));
  };

  story('the warning names both environments and the setting', () => {
    const [warning] = warnings({ dev: open, prod: governed });
    expect(warning?.entry.data).toMatch(
      /environments\.dev .* prod.*environments\.dev\.sharedAccount\.reason/,
    );
  });

  story('a reason removes the warning', () => {
    expect(warnings({ dev: excused, prod: governed })).toEqual([]);
  });
});
