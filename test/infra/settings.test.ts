import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test, vi } from 'vitest';
import { batonApp } from '../../lib/infra/app.ts';
import { type DeploymentPlace, deploymentPlace } from '../../lib/infra/place.ts';
import { InvalidSettings, readSettings } from '../../lib/infra/settings.ts';

import { scratch } from './synthesized.ts';

const pack = [{ name: 'starter' }];

function problemsOf(settings: unknown, place?: DeploymentPlace): string[] {
  try {
    readSettings(settings, place);
  } catch (error) {
    if (error instanceof InvalidSettings) return error.problems.map(({ path, code }) => `${path} ${code}`);
    throw error;
  }
  return [];
}

describe('rejects invalid settings', () => {
  const cases: Record<string, [settings: unknown, problems: string[]]> = {
    'none at all': [undefined, ['baton MissingSettings']],
    'no environment': [{ environments: {} }, ['baton.environments NoEnvironment']],
    'an environment without packs': [
      { environments: { dev: { policyPacks: [] } } },
      ['baton.environments.dev.policyPacks InvalidSetting'],
    ],
    'a name that is invalid for a role': [
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
    'a type pattern without matches': [
      { environments: { dev: { policyPacks: pack, resourceTypes: ['AWS::S4::*'] } } },
      ['baton.environments.dev.resourceTypes ResourceType'],
    ],
    'a missing default environment': [
      { environments: { dev: { policyPacks: pack } }, defaultEnvironment: 'prod' },
      ['baton.defaultEnvironment UnknownEnvironment'],
    ],
    'functions for verdicts that are no names, of Baton, of two environments, or for scopes of others': [
      {
        environments: {
          dev: {
            policyPacks: pack,
            traffic: {
              verdictFunctions: [
                { function: 'judge', scopes: ['dev/shop'] },
                { function: 'other', scopes: ['dev/shop', 'prod/shop'] },
              ],
            },
          },
          prod: {
            policyPacks: pack,
            traffic: { verdictFunctions: [{ function: 'judge', scopes: ['prod/shop'] }] },
          },
        },
      },
      [
        'baton.environments.dev.traffic.verdictFunctions.0 VerdictFunction',
        'baton.environments.dev.traffic.verdictFunctions.1 VerdictFunction',
        'baton.environments.prod.traffic.verdictFunctions.0 VerdictFunction',
      ],
    ],
    ...Object.fromEntries(
      [
        { function: 'arn:aws:lambda:us-east-1:222222222222:function:judge', scopes: ['dev/shop'] },
        { function: 'judge:live', scopes: ['dev/shop'] },
        { function: 'judge*', scopes: ['dev/shop'] },
        { function: 'baton-settle', scopes: ['dev/shop'] },
        { function: 'judge', scopes: ['dev/*'] },
        { function: 'judge', scopes: [] },
        { function: 'judge' },
      ].map((row) => [
        `a function for verdicts as ${JSON.stringify(row)}`,
        [
          { environments: { dev: { policyPacks: pack, traffic: { verdictFunctions: [row] } } } },
          [
            expect.stringMatching(
              /^baton\.environments\.dev\.traffic\.verdictFunctions\.0\.\w+(\.0)? InvalidSetting$/,
            ),
          ],
        ] as [unknown, string[]],
      ]),
    ),
    'places beside a region, named twice, and the same place twice': [
      {
        environments: {
          dev: {
            ...{ policyPacks: pack, region: 'eu-west-1' },
            places: [{ name: 'a' }, { name: 'a', region: 'eu-west-1' }, { name: 'b' }],
          },
        },
      },
      [
        'baton.environments.dev.places InvalidSetting',
        'baton.environments.dev.places.1.name InvalidSetting',
        'baton.environments.dev.places.2 InvalidSetting',
      ],
    ],
    'no places, and one without a name': [
      { environments: { dev: { policyPacks: pack, places: [] }, qa: { policyPacks: pack, places: [{}] } } },
      ['baton.environments.dev.places InvalidSetting', 'baton.environments.qa.places.0.name InvalidSetting'],
    ],
    'a retention that CloudWatch does not support': [
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

  test('with all problems in one message, a line each', () => {
    const settings = { environments: {}, defaultEnvironment: 'prod' };
    expect(() => readSettings(settings)).toThrow(
      /2 problem\(s\):\n {2}baton.environments: .*\n {2}baton.default/,
    );
  });
});

describe('people', () => {
  const environments = { dev: { policyPacks: pack } };

  test('have voices of three kinds', () => {
    const people = { ana: ['sso/ana@example.com', 'user/ana', 'user/222222222222/ana', 'role/AnaOnCall'] };
    expect(readSettings({ environments, people }).people).toEqual(people);
  });

  test('are the same in any spelling of their Identity Center user names', () => {
    const groups = { owners: ['sso/Ana@Example.com', 'user/Ana'] };
    expect(readSettings({ environments, groups }).groups).toEqual({
      owners: ['sso/ana@example.com', 'user/Ana'],
    });
  });

  for (const voice of [
    'ana',
    'source/',
    'person/ana',
    'user/',
    'user/people/ana',
    'sso/ana benson',
    'role/1/x',
  ])
    test(`can't have the voice ${voice}`, () => {
      expect(problemsOf({ environments, groups: { owners: [voice] } })).toEqual([
        'baton.groups.owners.0 InvalidSetting',
      ]);
    });

  test("can't share a voice", () => {
    const people = { ana: ['user/ana', 'user/ana'], ben: ['user/ben', 'user/ana'] };
    expect(problemsOf({ environments, people })).toEqual(['baton.people OneHumanOneVoice']);
  });
});

describe('an environment in another account or region', () => {
  const [here, there] = ['111111111111', '222222222222'];
  const home = { account: here, region: 'eu-central-1' };
  const settings = (...places: DeploymentPlace[]) => ({
    environments: Object.fromEntries(
      places.map((place, index) => [`e${index}`, { policyPacks: pack, ...place }]),
    ),
  });
  const refused: Record<string, [settings: unknown, place: DeploymentPlace, problems: string[]]> = {
    'in another account': [
      settings({ account: there }),
      home,
      ['baton.environments.e0.account PlaceOutOfReach'],
    ],
    'in another region': [
      settings({}, { region: 'eu-west-1' }),
      home,
      ['baton.environments.e1.region PlaceOutOfReach'],
    ],
    'in another than the other environment': [
      settings({ account: here }, { account: there }),
      {},
      ['baton.environments.e1.account PlaceOutOfReach'],
    ],
  };
  const named = (...places: (DeploymentPlace & { name: string })[]) => ({
    environments: { dev: { policyPacks: pack, places } },
  });
  refused['that is the first and in another region'] = [
    named({ name: 'a', region: 'eu-west-1' }, { name: 'b' }),
    home,
    ['baton.environments.dev.places.0.region PlaceOutOfReach'],
  ];
  refused['that is a further one and in another account'] = [
    named({ name: 'a' }, { name: 'b', account: there }),
    home,
    ['baton.environments.dev.places.1.account PlaceOutOfReach'],
  ];
  refused['that is a further one and in another partition'] = [
    named({ name: 'a' }, { name: 'b', region: 'cn-north-1' }),
    home,
    ['baton.environments.dev.places.1.region PlaceOutOfReach'],
  ];
  test('of further regions of the account is accepted, in each environment its own', () => {
    const west = { name: 'west', region: 'us-west-2' };
    const north = { name: 'north', region: 'eu-north-1' };
    const environments = {
      dev: { policyPacks: pack, places: [{ name: 'home' }, west] },
      prod: { policyPacks: pack, places: [{ name: 'home' }, north] },
    };
    for (const place of [home, {}]) expect(problemsOf({ environments }, place)).toEqual([]);
  });
  for (const [name, [given, place, problems]] of Object.entries(refused))
    test(`${name} is rejected`, () => expect(problemsOf(given, place)).toEqual(problems));

  test('is rejected with the expected value and a remedy', () => {
    expect(() => readSettings(settings({ account: there }), home)).toThrow(
      /account: .*"222222222222" is out of reach; expected "111111111111", where this deployment goes.*leave account out/,
    );
  });

  test("is accepted if it names the deployment's own, or if that is not known yet", () => {
    expect(problemsOf(settings(home, {}), home)).toEqual([]);
    expect(problemsOf(settings(home, home), {})).toEqual([]);
  });

  test('is found by the app before bundling', () => {
    vi.stubEnv('CDK_DEFAULT_ACCOUNT', here);
    const context = { baton: settings({ account: there }) };
    expect(() => batonApp({ context, output: join(scratch, 'never') })).toThrow(InvalidSettings);
    expect(existsSync(join(scratch, 'never'))).toBe(false);
    vi.unstubAllEnvs();
  });

  test('is not compared with the region that cdk falls back to without credentials', () => {
    expect(deploymentPlace({ CDK_DEFAULT_REGION: 'us-east-1' })).toEqual({});
    expect(deploymentPlace({ CDK_DEFAULT_REGION: 'us-east-1', CDK_DEFAULT_ACCOUNT: here })).toEqual({
      account: here,
      region: 'us-east-1',
    });
  });
});

test('applies defaults', () => {
  expect(readSettings({ environments: { dev: { policyPacks: pack } } })).toMatchObject({
    environments: { dev: { policyPacks: [{ name: 'starter', mode: 'enforce' }], resourceTypes: ['AWS::*'] } },
    callsPerSecond: { create: 5, update: 5, delete: 5 },
    sweepEveryMinutes: 15,
    logRetentionDays: 90,
    readableSecrets: ['{environment}/{service}/*'],
  });
});
