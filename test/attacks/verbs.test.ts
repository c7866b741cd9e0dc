import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { riskOf } from '../../lib/change/risk.ts';
import type { Asset } from '../../lib/model/asset.ts';
import type { Capsule } from '../../lib/model/change.ts';
import { hashOf, type JsonObject } from '../../lib/model/json.ts';
import type { HashedPlan, Plan } from '../../lib/model/plan.ts';
import { checkPlan } from '../../lib/planner/index.ts';
import { ensureTypes, typeLookup } from '../../lib/spec/index.ts';
import { runIdOf } from '../../lib/tasks/apply/begin-run.ts';
import { getPlan, putPlan } from '../../lib/tasks/documents-of.ts';
import { assemblyWith } from '../machines/assembly-with.ts';
import { speak } from '../machines/people.ts';
import { manifest, openPlayground, type Playground } from '../machines/playground.ts';
import { story } from '../sample.ts';

/** Uses verbs to disrupt resources without a permission, or to do more than was approved. */
let play: Playground;
let assets: Record<'mine' | 'theirs' | 'guarded', Asset>;

const body = (scope: string, more = '') => `Resources:
  Service:
    Type: AWS::ECS::Service
    Properties: { ServiceName: ${scope}, TaskDefinition: "${scope}:1", DesiredCount: 2, DeploymentConfiguration: { MinimumHealthyPercent: 50 } }
${more}`;

beforeAll(async () => {
  const owners = { groups: ['owners'] };
  const warn = [{ name: 'starter', mode: 'warn' }];
  play = await openPlayground({
    startMillis: Date.parse('2026-03-27T20:00:00Z'),
    assemblyDirectory: await assemblyWith({
      groups: { web: ['user/wim'], owners: ['user/ana', 'user/ben', 'user/cho'] },
      mayAsk: [
        { who: ['web', 'owners'], environments: ['dev'] },
        { who: ['owners'], environments: ['prod'] },
        { who: ['user/local', 'source/baton.cli'], anyScope: true },
      ],
      environments: {
        dev: { policyPacks: warn, governance: { freezes: ['test/machines/calendars/holidays.ics'] } },
        prod: {
          policyPacks: warn,
          governance: { packs: ['default'], levels: { 'service-owner': owners, 'change-authority': owners } },
        },
      },
    }),
  });
  await ask('wim', 'begin-mine', { document: manifest('mine', body('mine')) });
  await ask('ana', 'begin-theirs', { document: manifest('theirs', body('theirs')) });
  const guarded = manifest('guarded', body('guarded')).replace('environment: dev', 'environment: prod');
  await ask('ana', 'begin-guarded', { document: guarded });
  await approve('begin-guarded');
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
async function approve(requestId: string) {
  const { capsuleHash } = await play.deployment.ledger.change(`CHG-${requestId}`);
  for (const who of ['ben', 'cho'])
    await speak(play, who, `/changes/CHG-${requestId}/approve`, { capsuleHash, reason: 'ok' });
  await play.world.clock.quiet();
}
const header = (service: string, environment = 'dev'): JsonObject => ({
  ...{ environment, service, owner: 'tests', reason: 'it hangs' },
});
const restart = ({ id }: Asset, more: JsonObject = {}): JsonObject => ({
  asset: id,
  verb: 'restart',
  ...more,
});

describe('rejects a restart of an asset', () => {
  const attempts: [what: string, detail: () => JsonObject, code: string][] = [
    [
      'of another team, in a request for that team’s scope',
      () => ({ header: header('theirs'), verbs: [restart(assets.theirs)] }),
      'ScopeBound',
    ],
    [
      'of another team, in a request for the requester’s scope',
      () => ({ header: header('mine'), verbs: [restart(assets.theirs)] }),
      'UnknownAsset',
    ],
    [
      'of another team, together with an asset of the requester’s',
      () => ({ header: header('mine'), verbs: [restart(assets.mine), restart(assets.theirs)] }),
      'UnknownAsset',
    ],
    [
      'of another environment',
      () => ({ header: header('mine'), verbs: [restart(assets.guarded)] }),
      'UnknownAsset',
    ],
    [
      'in an environment for which the requester has no permission',
      () => ({ header: header('guarded', 'prod'), verbs: [restart(assets.guarded)] }),
      'AskerRefused',
    ],
  ];
  test.each(attempts.map((attempt, index) => [...attempt, index] as const))(
    '%s',
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

describe('admission rejects a request', () => {
  const verbs = () => [restart(assets.mine)];
  const attempts: [what: string, detail: () => JsonObject][] = [
    [
      'with a manifest and a verb',
      () => ({ header: header('mine'), verbs: verbs(), document: 'Resources: {}' }),
    ],
    [
      'with a verb and assets to retire',
      () => ({ header: header('mine'), verbs: verbs(), assets: [assets.mine.id] }),
    ],
    [
      'with a verb and changes',
      () => ({
        header: header('mine'),
        verbs: verbs(),
        changes: [{ asset: assets.mine.id, type: assets.mine.type, set: { DesiredCount: 0 } }],
      }),
    ],
    [
      'with a verb and another action',
      () => ({ header: { ...header('mine'), action: 'provision' }, verbs: verbs() }),
    ],
    ['with a nonce', () => ({ header: header('mine'), verbs: [restart(assets.mine, { nonce: 'mine' })] })],
    [
      'with the harm of the verb',
      () => ({ header: header('mine'), verbs: [restart(assets.mine, { harm: 'none' })] }),
    ],
    [
      'with properties',
      () => ({ header: header('mine'), verbs: [restart(assets.mine, { properties: { DesiredCount: 0 } })] }),
    ],
    ['with an empty list of verbs', () => ({ header: header('mine'), verbs: [] })],
  ];
  test.each(attempts)('%s', async (_what, detail) => {
    expect(await ask('wim', 'form-1', detail())).toMatchObject({ status: 400, code: 'InvalidRequest' });
    expect(await play.deployment.ledger.findRequest('form-1')).toBeUndefined();
  });
});

describe('a manifest', () => {
  test.each([
    [
      'with a verb in its Baton block',
      manifest('mine', body('mine', '    Baton: { act: { verb: restart } }\n')),
    ],
    ['with the action recover', manifest('mine', body('mine'), 'action: recover')],
    ['with verbs at the top level', manifest('mine', body('mine'), 'verbs: [{ asset: x, verb: restart }]')],
  ])('%s is rejected without a restart', async (what, document) => {
    const [id, calls] = [`smuggled-${what.length}`, play.calls.length];
    await ask('wim', id, { document });
    expect((await play.deployment.ledger.request(id)).status).toBe('Rejected');
    expect(play.calls.length).toBe(calls);
  });
});

describe('a restart that needs an approval', () => {
  test('shows the verb, its harm and its risk to the approvers and waits', async () => {
    const calls = play.calls.length;
    await ask('ana', 'guarded-1', { header: header('guarded', 'prod'), verbs: [restart(assets.guarded)] });
    const stands = await play.deployment.ledger.change('CHG-guarded-1');
    expect(stands.status).toBe('AwaitingApproval');
    const { steps, risk } = await play.deployment.documents.get<Capsule>(stands.capsuleHash);
    expect(steps).toMatchObject([
      { operation: 'act', act: { harm: 'brief outage' }, nothingToUndo: expect.any(String) },
    ]);
    expect(risk).toMatchObject({ level: 'medium', exposed: [{ kind: 'outage' }] });
    expect(play.calls.length).toBe(calls);
  });

  test('doesn’t run a plan with another asset, another verb, another step or less harm than approved', async () => {
    const { documents, ledger } = play.deployment;
    const plan = await getPlan(documents, (await ledger.request('guarded-1')).planHash ?? '');
    const [act] = plan.steps;
    if (act === undefined) throw new Error('the plan is empty');
    const forged: Plan[] = [
      { ...plan, steps: [{ ...act, assetId: assets.theirs.id, identifier: assets.theirs.identifier }] },
      { ...plan, steps: [{ ...act, act: { ...(act.act as NonNullable<typeof act.act>), verb: 'reboot' } }] },
      {
        ...plan,
        steps: [act, { ...act, id: 'update:Service', operation: 'update', desired: { DesiredCount: 0 } }],
      },
      { ...plan, steps: [{ ...act, act: { ...(act.act as NonNullable<typeof act.act>), harm: 'none' } }] },
    ];
    const hashes: string[] = [];
    for (const { ...one } of forged) {
      delete (one as Partial<HashedPlan>).hash;
      const hashed = { ...one, hash: hashOf(one) };
      await putPlan(documents, hashed);
      hashes.push(hashed.hash);
    }
    const arns: string[] = [];
    play.when('apply-plan', 'BeginRun', 1, () => {
      for (const planHash of hashes)
        arns.push(
          play.world.services.stepFunctions.startExecution({
            stateMachineArn: play.deployment.stateMachines['apply-plan'] ?? '',
            input: JSON.stringify({
              requestId: 'guarded-1',
              planHash,
              runId: runIdOf('guarded-1', planHash, 'forward'),
            }),
          }).executionArn,
        );
    });
    const calls = play.calls.length;
    await approve('guarded-1');
    expect(await play.ending('guarded-1')).toMatchObject({ status: 'Completed' });
    for (const arn of arns)
      expect(play.world.services.stepFunctions.execution(arn)).toMatchObject({
        status: 'FAILED',
        error: 'RunRefused',
      });
    expect(arns).toHaveLength(forged.length);
    expect(play.calls.slice(calls).map(({ identifier }) => identifier)).toEqual([assets.guarded.identifier]);
  });

  test('has no rollback with a verb: the check of BeginRun rejects such a plan', async () => {
    const { documents, ledger } = play.deployment;
    const plan = await getPlan(documents, (await ledger.request('guarded-1')).planHash ?? '');
    const { hash: _, ...rest } = plan;
    const undo: Plan = { ...rest, direction: 'undo', undoes: 'guarded-1-run' };
    const lookup = typeLookup(ensureTypes());
    const found = checkPlan(
      { ...undo, hash: hashOf(undo) },
      { assets: [assets.guarded], lookup, undone: plan },
    );
    expect(found.map(({ code }) => code)).toEqual(
      expect.arrayContaining(['WrongOperation', 'UndoesNothing']),
    );
  });

  test('is of high risk and irreversible if the verb loses data', async () => {
    const { documents, ledger } = play.deployment;
    const plan = await getPlan(documents, (await ledger.request('guarded-1')).planHash ?? '');
    const steps = plan.steps.map((step) => ({
      ...step,
      ...(step.act && { act: { ...step.act, harm: 'data loss' as const } }),
    }));
    const risk = riskOf({
      ...{
        plan: { ...plan, steps },
        verdicts: { violations: [], pending: [] },
        exceptions: 0,
        blastRadius: 0,
      },
      ...{ novelTypes: [], rehearsal: { outcome: 'passed', irreversible: [] } },
    });
    expect(risk).toMatchObject({
      level: 'high',
      irreversibleSteps: 1,
      dataLosses: 1,
      exposed: [{ kind: 'data-loss' }],
    });
  });
});

story('a freeze applies to restarts', async () => {
  const { clock } = play.world;
  clock.setTimer(Date.parse('2026-03-28T01:00:00Z'), () => {}, { kind: 'execution' });
  await clock.quiet();
  const calls = play.calls.length;
  play.when('govern-request', 'AwaitWindow', 1, () => play.cancel('frozen-1', 'it was only a try'));
  await ask('wim', 'frozen-1', { header: header('mine'), verbs: [restart(assets.mine)] });
  expect(await play.ending('frozen-1')).toMatchObject({ status: 'RolledBack' });
  const { capsuleHash } = await play.deployment.ledger.change('CHG-frozen-1');
  expect((await play.deployment.documents.get<Capsule>(capsuleHash)).window).toMatchObject({
    opensAt: '2026-04-02T00:00:00.000Z',
    freeze: expect.stringContaining('Easter freeze'),
  });
  expect(play.calls.length).toBe(calls);
});
