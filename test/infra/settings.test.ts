import { describe, expect, test } from 'vitest';
import { InvalidSettings, readSettings } from '../../lib/infra/settings.ts';

const pack = [{ name: 'starter' }];

function problemsOf(settings: unknown): string[] {
  try {
    readSettings(settings);
  } catch (error) {
    if (error instanceof InvalidSettings) return error.problems.map(({ path, code }) => `${path} ${code}`);
    throw error;
  }
  return [];
}

describe('settings that can not be used', () => {
  const cases: Record<string, [settings: unknown, problems: string[]]> = {
    'none at all': [undefined, ['baton MissingSettings']],
    'no environment': [{ environments: {} }, ['baton.environments NoEnvironment']],
    'an environment without packs': [
      { environments: { dev: { policyPacks: [] } } },
      ['baton.environments.dev.policyPacks InvalidSetting'],
    ],
    'a name that makes no role': [
      { environments: { 'no spaces': { policyPacks: pack } } },
      ['baton.environments.no spaces EnvironmentName'],
    ],
    'a name too long for a role': [
      { environments: { [`e${'x'.repeat(50)}`]: { policyPacks: pack } } },
      [`baton.environments.e${'x'.repeat(50)} EnvironmentName`],
    ],
    'a type without its service': [
      { environments: { dev: { policyPacks: pack, resourceTypes: ['Bucket'] } } },
      ['baton.environments.dev.resourceTypes ResourceType'],
    ],
    'a type pattern nothing matches': [
      { environments: { dev: { policyPacks: pack, resourceTypes: ['AWS::S4::*'] } } },
      ['baton.environments.dev.resourceTypes ResourceType'],
    ],
    'a default environment that is not there': [
      { environments: { dev: { policyPacks: pack } }, defaultEnvironment: 'prod' },
      ['baton.defaultEnvironment UnknownEnvironment'],
    ],
    'days CloudWatch does not keep logs for': [
      { environments: { dev: { policyPacks: pack } }, logRetentionDays: 91 },
      ['baton.logRetentionDays LogRetention'],
    ],
    'several at once': [
      { environments: { dev: { policyPacks: [{ name: 1 }], account: '12' } }, sweepEveryMinutes: 0, typo: 1 },
      [
        'baton.environments.dev.account InvalidSetting',
        'baton.environments.dev.policyPacks.0.name InvalidSetting',
        'baton.sweepEveryMinutes InvalidSetting',
        'baton InvalidSetting',
      ],
    ],
  };
  for (const [name, [settings, problems]] of Object.entries(cases))
    test(name, () => expect(problemsOf(settings)).toEqual(problems));

  test('are told in one message, a line each', () => {
    const settings = { environments: {}, defaultEnvironment: 'prod' };
    expect(() => readSettings(settings)).toThrow(
      /2 problem\(s\):\n {2}baton.environments: .*\n {2}baton.default/,
    );
  });
});

test('what is left out gets its default', () => {
  expect(readSettings({ environments: { dev: { policyPacks: pack } } })).toMatchObject({
    environments: { dev: { policyPacks: [{ name: 'starter', mode: 'enforce' }], resourceTypes: ['AWS::*'] } },
    callsPerSecond: { create: 5, update: 5, delete: 5 },
    sweepEveryMinutes: 15,
    logRetentionDays: 90,
    readableSecrets: ['baton/*'],
  });
});
