import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Asset } from '../../lib/model/asset.ts';
import type { JsonObject } from '../../lib/model/json.ts';
import { assemblyWith } from '../machines/assembly-with.ts';
import { speak } from '../machines/people.ts';
import { manifest, openPlayground, type Playground } from '../machines/playground.ts';

/** Requests that call themselves scaling to reach what scaling may not, and scaling that calls itself something else. */
let play: Playground;
let assets: Record<'mine' | 'theirs' | 'guarded', Asset>;

const body = (scope: string, size = 2) => `Resources:
  Service:
    Type: AWS::ECS::Service
    Properties: { ServiceName: ${scope}, TaskDefinition: ${scope}, DesiredCount: ${size} }
    Baton: { scaling: { min: 2, max: 20, metrics: [{ kind: target, metric: CPUUtilization, target: 50 }] } }
`;
beforeAll(async () => {
  const dba = { groups: ['dba'] };
  const warn = [{ name: 'starter', mode: 'warn' }];
  play = await openPlayground({
    assemblyDirectory: await assemblyWith({
      groups: { web: ['user/wim'], dba: ['user/ana', 'user/ben', 'user/cho'] },
      mayAsk: [
        { who: ['web', 'dba'], environments: ['dev'] },
        { who: ['dba'], environments: ['prod'] },
        { who: ['user/local', 'source/baton.cli'], anyScope: true },
      ],
      environments: {
        dev: { policyPacks: warn },
        prod: {
          policyPacks: warn,
          governance: {
            ...{ packs: ['default', 'scaling'], levels: { 'service-owner': dba, 'change-authority': dba } },
          },
        },
      },
    }),
  });
  await ask('wim', 'begin-mine', { document: manifest('mine', body('mine')) });
  await ask('ana', 'begin-theirs', { document: manifest('theirs', body('theirs')) });
  const guarded = manifest('guarded', body('guarded', 8)).replace('environment: dev', 'environment: prod');
  await ask('ana', 'begin-guarded', { document: guarded });
  await approve('CHG-begin-guarded');
  const find = async (scope: string) => {
    const [asset] = await play.deployment.inventory.scopeAssets(scope);
    if (asset === undefined) throw new Error(`${scope} has no asset`);
    return asset;
  };
  assets = {
    mine: await find('dev/mine'),
    theirs: await find('dev/theirs'),
    guarded: await find('prod/guarded'),
  };
}, 300_000);
afterAll(() => play.close());

async function approve(changeId: string) {
  const { capsuleHash } = await play.deployment.ledger.change(changeId);
  for (const who of ['ben', 'cho'])
    await speak(play, who, `/changes/${changeId}/approve`, { capsuleHash, reason: 'ok' });
  await play.world.clock.quiet();
}

async function ask(who: string, requestId: string, detail: object) {
  const reply = await speak(play, who, '/requests', { requestId, ...detail });
  await play.world.clock.quiet();
  return reply;
}

const header = (service: string, environment = 'dev', action = 'scale'): JsonObject => ({
  ...{ action, environment, service, owner: 'tests', reason: 'only more of the same' },
});
const change = ({ id, type }: Asset, set: JsonObject): JsonObject => ({ asset: id, type, set });
const size = async ({ type, identifier }: Asset) =>
  play.world.services.cloudControl.store.get(type, identifier)?.properties.DesiredCount;

describe('is rejected and changes nothing', () => {
  const more = { DesiredCount: 4 };
  const attempts: [what: string, detail: () => JsonObject, code: string][] = [
    [
      "the asset of another team under its owner's scope",
      () => ({ header: header('theirs'), changes: [change(assets.theirs, more)] }),
      'ScopeBound',
    ],
    [
      'the asset of another team beside one’s own',
      () => ({ header: header('mine'), changes: [change(assets.mine, more), change(assets.theirs, more)] }),
      'UnknownAsset',
    ],
    [
      'the asset of another environment',
      () => ({ header: header('mine'), changes: [change(assets.guarded, more)] }),
      'UnknownAsset',
    ],
    [
      'an environment one may not ask for',
      () => ({ header: header('guarded', 'prod'), changes: [change(assets.guarded, more)] }),
      'AskerRefused',
    ],
    [
      'a property that is no capacity',
      () => ({ header: header('mine'), changes: [change(assets.mine, { EnableExecuteCommand: true })] }),
      'NotCapacity',
    ],
    [
      'a property that is no capacity beside one that is',
      () => ({
        header: header('mine'),
        changes: [change(assets.mine, { ...more, '/TaskDefinition': 'other' })],
      }),
      'NotCapacity',
    ],
    [
      'removing a property',
      () => ({
        header: header('mine'),
        changes: [{ ...change(assets.mine, more), remove: ['TaskDefinition'] }],
      }),
      'NotCapacity',
    ],
    [
      'a capacity above its bounds',
      () => ({ header: header('mine'), changes: [change(assets.mine, { '/DesiredCount': '21' })] }),
      'OutOfBounds',
    ],
    [
      'a capacity beyond its policy, as only scaling may ask for it',
      () => ({
        header: header('mine'),
        changes: [{ ...change(assets.mine, { DesiredCount: 21 }), beyondPolicy: true }],
      }),
      'OnlyScaling',
    ],
    [
      'none of it left',
      () => ({ header: header('mine'), changes: [change(assets.mine, { DesiredCount: 0 })] }),
      'OutOfBounds',
    ],
    [
      'a capacity beyond its bounds by the name of a configuration',
      () => ({
        header: header('mine', 'dev', 'configure'),
        changes: [change(assets.mine, { DesiredCount: 99 })],
      }),
      'OwnedByScaling',
    ],
    [
      'giving a capacity back to the manifest to set it there',
      () => ({
        header: header('mine', 'dev', 'configure'),
        changes: [{ ...change(assets.mine, {}), release: ['DesiredCount'] }],
      }),
      'OwnedByScaling',
    ],
    [
      'the type of an asset that has another capacity',
      () => ({
        header: header('mine'),
        changes: [{ ...change(assets.mine, { ShardCount: 4 }), type: 'AWS::Kinesis::Stream' }],
      }),
      'WrongType',
    ],
  ];
  test.each(attempts.map((attempt, index) => [...attempt, index] as const))(
    '%s',
    async (_what, detail, code, index) => {
      const calls = play.calls.length;
      await ask('wim', `scale-${index}`, detail());
      const { status, problems } = await play.deployment.ledger.request(`scale-${index}`);
      expect({ status, codes: problems?.map((problem) => problem.code) }).toEqual({
        ...{ status: 'Rejected', codes: expect.arrayContaining([code]) },
      });
      expect(play.calls.length).toBe(calls);
      expect(await size(assets.mine)).toBe(2);
    },
  );
});

describe('is rejected at the front door', () => {
  const set = { DesiredCount: 4 };
  const attempts: [what: string, detail: () => JsonObject][] = [
    [
      'an owner that the event forges',
      () => ({
        header: header('mine'),
        changes: [
          { ...change(assets.mine, set), owners: [{ path: 'DesiredCount', owner: 'configuration' }] },
        ],
      }),
    ],
    [
      'bounds that the event forges',
      () => ({
        header: header('mine'),
        changes: [{ ...change(assets.mine, set), scaling: { min: 0, max: 999 } }],
      }),
    ],
    [
      'a manifest beside it',
      () => ({ header: header('mine'), changes: [change(assets.mine, set)], document: 'Resources: {}' }),
    ],
    [
      'a list of assets to retire that calls itself scaling',
      () => ({ header: header('mine'), assets: [assets.mine.id] }),
    ],
    [
      'a restart that calls itself scaling',
      () => ({ header: header('mine'), verbs: [{ asset: assets.mine.id, verb: 'restart' }] }),
    ],
  ];
  test.each(attempts)('%s', async (_what, detail) => {
    expect(await ask('wim', 'form-1', detail())).toMatchObject({ status: 400, code: 'InvalidRequest' });
    expect(await play.deployment.ledger.findRequest('form-1')).toBeUndefined();
  });
});

test('a manifest that calls itself scaling is rejected by Admit', async () => {
  await ask('wim', 'form-2', { document: manifest('mine', body('mine'), 'action: scale') });
  const { status, problems } = await play.deployment.ledger.request('form-2');
  expect({ status, codes: problems?.map(({ code }) => code) }).toEqual({
    ...{ status: 'Rejected', codes: ['ActionMismatch'] },
  });
});

describe('under the pack scaling', () => {
  const statusOf = async (requestId: string) =>
    (await play.deployment.ledger.change(`CHG-${requestId}`)).status;
  const because = async (requestId: string) => {
    const { capsuleHash } = await play.deployment.ledger.change(`CHG-${requestId}`);
    const { approvals, type } = await play.deployment.documents.get<{
      type: string;
      approvals: { because: { rule: string }[] }[];
    }>(capsuleHash);
    return { type, rules: approvals.flatMap((one) => one.because.map(({ rule }) => rule)).sort() };
  };
  const guarded = (requestId: string, to: number) =>
    ask('ana', requestId, {
      ...{ header: header('guarded', 'prod'), changes: [change(assets.guarded, { DesiredCount: to })] },
    });

  test('a change within bounds and rate is standard', async () => {
    await guarded('guarded-1', 10);
    expect(await because('guarded-1')).toEqual({ type: 'standard', rules: [] });
    expect(await size(assets.guarded)).toBe(10);
  });

  test('taking most of it away waits for a decision', async () => {
    await guarded('guarded-2', 3);
    expect(await statusOf('guarded-2')).toBe('AwaitingApproval');
    expect((await because('guarded-2')).rules).toContain('SCALING_TOO_FAR');
    expect(await size(assets.guarded)).toBe(10);
  });

  test('wider bounds are a change of the manifest, and not of scaling', async () => {
    const wider = manifest('guarded', body('guarded', 8)).replace('environment: dev', 'environment: prod');
    await ask('ana', 'guarded-3', { document: wider.replace('max: 20', 'max: 2000') });
    const { capsuleHash } = await play.deployment.ledger.change('CHG-guarded-3');
    const capsule = await play.deployment.documents.get<{ steps: { changes: { path: string }[] }[] }>(
      capsuleHash,
    );
    expect(capsule.steps.flatMap(({ changes }) => changes.map(({ path }) => path))).toEqual([
      'Baton.scaling',
    ]);
    expect(capsule).not.toHaveProperty('scaling');
  });
});
