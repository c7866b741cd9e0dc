import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Asset } from '../../lib/model/asset.ts';
import type { JsonObject } from '../../lib/model/json.ts';
import { assemblyWith } from '../machines/assembly-with.ts';
import { everythingKept } from '../machines/everything-kept.ts';
import { speak } from '../machines/people.ts';
import { manifest, openPlayground, type Playground } from '../machines/playground.ts';

/** Changes of single properties that try to reach what the requester's own manifest could not. */
let play: Playground;
let assets: Record<'mine' | 'theirs' | 'guarded', Asset>;
const password = 'hunter2-hunter2';

const body = (scope: string) => `Resources:
  Database:
    Type: AWS::RDS::DBInstance
    Properties: { Engine: postgres, AllocatedStorage: "20", MasterUsername: it, ManageMasterUserPassword: true, DBInstanceIdentifier: ${scope}-db }
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
          governance: { packs: ['default'], levels: { 'service-owner': dba, 'change-authority': dba } },
        },
      },
    }),
  });
  await ask('wim', 'begin-mine', { document: manifest('mine', body('mine')) });
  await ask('ana', 'begin-theirs', { document: manifest('theirs', body('theirs')) });
  const guarded = manifest('guarded', body('guarded')).replace('environment: dev', 'environment: prod');
  await ask('ana', 'begin-guarded', { document: guarded });
  const { capsuleHash } = await play.deployment.ledger.change('CHG-begin-guarded');
  for (const who of ['ben', 'cho'])
    await speak(play, who, '/changes/CHG-begin-guarded/approve', { capsuleHash, reason: 'ok' });
  await play.world.clock.quiet();
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

async function ask(who: string, requestId: string, detail: object) {
  const reply = await speak(play, who, '/requests', { requestId, ...detail });
  await play.world.clock.quiet();
  return reply;
}

const header = (service: string, environment = 'dev'): JsonObject => ({
  ...{ environment, service, owner: 'tests', reason: 'only tuning' },
});
const change = ({ id, type }: Asset, set: JsonObject): JsonObject => ({ asset: id, type, set });
const bigger = { AllocatedStorage: '40' };

describe("rejects a configuration of an asset in another team's scope", () => {
  const attempts: [what: string, detail: () => JsonObject, code: string][] = [
    [
      'under the scope of its owner',
      () => ({ header: header('theirs'), changes: [change(assets.theirs, bigger)] }),
      'ScopeBound',
    ],
    [
      'under a scope of one’s own',
      () => ({ header: header('mine'), changes: [change(assets.theirs, bigger)] }),
      'UnknownAsset',
    ],
    [
      'beside one that is',
      () => ({
        header: header('mine'),
        changes: [change(assets.mine, bigger), change(assets.theirs, bigger)],
      }),
      'UnknownAsset',
    ],
    [
      'of another environment',
      () => ({ header: header('mine'), changes: [change(assets.guarded, bigger)] }),
      'UnknownAsset',
    ],
    [
      'in an environment one may not ask for',
      () => ({ header: header('guarded', 'prod'), changes: [change(assets.guarded, bigger)] }),
      'AskerRefused',
    ],
  ];
  test.each(attempts.map((attempt, index) => [...attempt, index] as const))(
    'is not changed %s',
    async (_what, detail, code, index) => {
      const calls = play.calls.length;
      await ask('wim', `theirs-${index}`, detail());
      const { status, problems } = await play.deployment.ledger.request(`theirs-${index}`);
      expect({ status, codes: problems?.map((problem) => problem.code) }).toEqual({
        status: 'Rejected',
        codes: [code],
      });
      expect(play.calls.length).toBe(calls);
    },
  );
});

describe('a plain-text secret in a configuration', () => {
  const attempts: Record<string, JsonObject> = {
    'at its path': { MasterUserPassword: password },
    'by a JSON Pointer': { '/MasterUserPassword': password },
    'together with other values': { ...bigger, MasterUserPassword: password },
  };
  test.each(Object.entries(attempts))('is rejected at the front door: %s', async (_what, set) => {
    const detail = { header: header('mine'), changes: [change(assets.mine, set)] };
    expect(await ask('wim', 'secret-1', detail)).toMatchObject({ status: 400, code: 'SecretLiteral' });
  });

  test('is rejected inside an object and in an unknown type', async () => {
    const stream: JsonObject = {
      ...{ asset: 'x', type: 'AWS::KinesisFirehose::DeliveryStream' },
      set: { SplunkDestinationConfiguration: { HECToken: password } },
    };
    const unknown: JsonObject = { asset: 'x', type: 'AWS::No::Type', set: { Anything: password } };
    for (const [one, code] of [
      [stream, 'SecretLiteral'],
      [unknown, 'InvalidRequest'],
    ] as const)
      expect(await ask('wim', 'secret-2', { header: header('mine'), changes: [one] })).toMatchObject({
        ...{ status: 400, code },
      });
  });

  test('is stored nowhere', async () => {
    const kept = await everythingKept(play);
    expect(kept.filter(([, text]) => text.includes(password)).map(([where]) => where)).toEqual([]);
  });
});

describe('a configuration request', () => {
  const changes = () => [change(assets.mine, bigger)];
  const attempts: [what: string, detail: () => JsonObject][] = [
    [
      'that calls itself another action',
      () => ({ header: { ...header('mine'), action: 'provision' }, changes: changes() }),
    ],
    ['with a manifest', () => ({ header: header('mine'), changes: changes(), document: 'Resources: {}' })],
    [
      'with assets to retire',
      () => ({ header: header('mine'), changes: changes(), assets: [assets.mine.id] }),
    ],
    ['without a change', () => ({ header: header('mine'), changes: [] })],
    [
      'by a path that means something to every object',
      () => ({
        header: header('mine'),
        changes: [{ ...change(assets.mine, {}), remove: ['__proto__.polluted'] }],
      }),
    ],
  ];
  test.each(attempts)('is rejected at the front door: %s', async (_what, detail) => {
    expect(await ask('wim', 'form-1', detail())).toMatchObject({ status: 400, code: 'InvalidRequest' });
    expect(await play.deployment.ledger.findRequest('form-1')).toBeUndefined();
  });

  test('is rejected by Admit if a manifest claims to be a configuration', async () => {
    await ask('wim', 'form-2', { document: manifest('mine', body('mine'), 'action: configure') });
    const { status, problems } = await play.deployment.ledger.request('form-2');
    expect({ status, codes: problems?.map(({ code }) => code) }).toEqual({
      ...{ status: 'Rejected', codes: ['ActionMismatch'] },
    });
  });

  test('is rejected with all problems at once', async () => {
    const wrong = { header: { ...header('mine'), action: 'provision' }, changes: changes(), assets: [] };
    const { body: said } = await ask('wim', 'form-3', wrong);
    const { problems } = said.error as { problems: { path: string }[] };
    expect(problems.map(({ path }) => path)).toEqual(['header.action', 'changes']);
  });
});

test("rejects a type that differs from the asset's before planning", async () => {
  await ask('wim', 'lie-1', {
    header: header('mine'),
    changes: [{ asset: assets.mine.id, type: 'AWS::SNS::Topic', set: { DisplayName: 'x' } }],
  });
  const { status, problems } = await play.deployment.ledger.request('lie-1');
  expect({ status, codes: problems?.map(({ code }) => code) }).toEqual({
    ...{ status: 'Rejected', codes: ['WrongType'] },
  });
});

test('requires approval and shows the configuration to the approvers', async () => {
  const calls = play.calls.length;
  await ask('ana', 'guarded-1', {
    header: header('guarded', 'prod'),
    changes: [change(assets.guarded, { PubliclyAccessible: true })],
  });
  const stands = await play.deployment.ledger.change('CHG-guarded-1');
  expect(stands).toMatchObject({ status: 'AwaitingApproval' });
  const capsule = await play.deployment.documents.get<{ steps: JsonObject[] }>(stands.capsuleHash);
  expect(capsule.steps).toMatchObject([
    {
      operation: 'update',
      changes: [{ path: 'PubliclyAccessible', after: true }, { path: 'Owners' }],
      owners: [{ path: 'PubliclyAccessible', requestId: 'guarded-1' }],
    },
  ]);
  expect(play.calls.length).toBe(calls);
});
