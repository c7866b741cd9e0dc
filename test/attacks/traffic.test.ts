import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { directivesOf, markSide } from '../../lib/ledger/traffic.ts';
import type { Asset } from '../../lib/model/asset.ts';
import type { Capsule } from '../../lib/model/change.ts';
import type { JsonObject } from '../../lib/model/json.ts';
import type { HashedPlan } from '../../lib/model/plan.ts';
import { runIdOf } from '../../lib/tasks/apply/begin-run.ts';
import { getPlan } from '../../lib/tasks/documents-of.ts';
import { assemblyWith } from '../machines/assembly-with.ts';
import { speak } from '../machines/people.ts';
import { openPlayground, type Playground } from '../machines/playground.ts';
import { load, twoSides } from '../machines/traffic-world.ts';

/** Shifts of what is not one's own, to what is no side, past a mark, and directives by those who may not give them. */
let play: Playground;
let mine: Asset;
let theirs: Asset;
let guarded: Asset;
let foreignGroup: string;

beforeAll(async () => {
  const dba = { groups: ['dba'] };
  const warn = [{ name: 'starter', mode: 'warn' }];
  const governance = {
    packs: ['default'],
    levels: { 'service-owner': dba, 'change-authority': dba },
  };
  play = await openPlayground({
    assemblyDirectory: await assemblyWith({
      groups: { web: ['user/wim', 'user/zoe'], dba: ['user/ana', 'user/ben', 'user/cho'] },
      mayAsk: [
        { who: ['web', 'dba'], environments: ['dev'] },
        { who: ['dba'], environments: ['prod'] },
        { who: ['user/local', 'source/baton.cli'], anyScope: true },
      ],
      environments: { dev: { policyPacks: warn }, prod: { policyPacks: warn, governance } },
    }),
  });
  await ask('wim', 'begin-mine', { document: twoSides('mine', { bad: 50 }) });
  await ask('ana', 'begin-theirs', { document: twoSides('theirs') });
  const document = twoSides('guarded').replace('environment: dev', 'environment: prod');
  await ask('ana', 'begin-guarded', { document });
  await approve('CHG-begin-guarded');
  const find = async (scope: string, name = 'Entry') => {
    const assets = await play.deployment.inventory.scopeAssets(scope);
    const found = assets.find(({ logicalId }) => logicalId === name);
    if (found === undefined) throw new Error(`${scope} has no ${name}`);
    return found;
  };
  [mine, theirs, guarded] = [await find('dev/mine'), await find('dev/theirs'), await find('prod/guarded')];
  foreignGroup = (await find('dev/theirs', 'Green')).identifier;
}, 1_200_000);
afterAll(() => play?.close());

async function approve(changeId: string) {
  const { capsuleHash } = await play.deployment.ledger.change(changeId);
  for (const who of ['ben', 'cho'])
    await speak(play, who, `/changes/${changeId}/approve`, { capsuleHash, reason: 'ok' });
  await minutes(1);
}

async function ask(who: string, requestId: string, detail: object) {
  const reply = await speak(play, who, '/requests', { requestId, ...detail });
  await minutes(2);
  return reply;
}

const minutes = (count: number) => play.world.clock.pass(count * 60_000);
const header = (service: string, environment = 'dev', action = 'shift-traffic'): JsonObject => ({
  ...{ action, environment, service, owner: 'tests', reason: 'only a new version' },
});
const weights = ({ type, identifier }: Asset) =>
  JSON.stringify(play.world.services.cloudControl.store.get(type, identifier)?.properties.DefaultActions);
const direct = (who: string, requestId: string, directive: string) =>
  speak(play, who, `/requests/${requestId}/traffic`, { directive, reason: 'let it pass' });

describe('is rejected and moves nothing', () => {
  const attempts: [what: string, detail: () => JsonObject, code: string][] = [
    [
      'the listener of another team under the scope of its owner',
      () => ({ header: header('theirs'), shifts: [{ asset: theirs.id, to: 'Green' }] }),
      'ScopeBound',
    ],
    [
      'the listener of another team under one’s own scope',
      () => ({ header: header('mine'), shifts: [{ asset: theirs.id, to: 'Green' }] }),
      'UnknownAsset',
    ],
    [
      'a side that shares no traffic of the listener',
      () => ({ header: header('mine'), shifts: [{ asset: mine.id, to: 'Green', from: foreignGroup }] }),
      'NotItsSides',
    ],
    [
      'the target group of another team as the new side',
      () => ({ header: header('mine'), shifts: [{ asset: mine.id, to: foreignGroup }] }),
      'OtherScope',
    ],
    [
      'lifting a mark that is not there, to hide a new one',
      () => ({ header: header('mine'), shifts: [{ asset: mine.id, to: 'Green', lift: 'trust me' }] }),
      'NoMark',
    ],
    [
      'weights by the name of a configuration',
      () => ({
        header: header('mine', 'dev', 'configure'),
        changes: [
          {
            ...{ asset: mine.id, type: mine.type },
            set: { 'DefaultActions.0.ForwardConfig.TargetGroups.1.Weight': 900 },
          },
        ],
      }),
      'OwnedByTraffic',
    ],
  ];
  test.each(attempts.map((attempt, index) => [...attempt, index] as const))(
    '%s',
    async (_what, detail, code, index) => {
      const calls = play.calls.length;
      await ask('wim', `attempt-${index}`, detail());
      const { status, problems } = await play.deployment.ledger.request(`attempt-${index}`);
      expect({ status, codes: problems?.map((problem) => problem.code) }).toEqual({
        ...{ status: 'Rejected', codes: expect.arrayContaining([code]) },
      });
      expect(play.calls.length).toBe(calls);
    },
    120_000,
  );

  test.each([
    ['a reference to a secret', { to: '{{resolve:secretsmanager:db}}' }],
    ['weights of its own', { to: 'Green', weights: [100] }],
    ['two shifts at once', undefined],
  ])('%s is refused at the front door', async (_what, more) => {
    const shift = { asset: mine.id, to: 'Green', ...more };
    const shifts = more === undefined ? [shift, shift] : [shift];
    expect(await ask('wim', 'form-1', { header: header('mine'), shifts })).toMatchObject({ status: 400 });
  });
});

test('a mark is not lifted without an approval', async () => {
  const { table } = play.deployment.ledger;
  const failed = { asset: guarded.id, side: '${Green}', failedAt: play.world.clock.now() / 1000 };
  await markSide(table, { ...failed, why: 'metric 0 failed', requestId: 'earlier' });
  const shift = { asset: guarded.id, to: 'Green' };
  await ask('ana', 'marked-1', { header: header('guarded', 'prod'), shifts: [shift] });
  expect((await play.deployment.ledger.request('marked-1')).problems).toMatchObject([{ code: 'SideFailed' }]);
  const before = weights(guarded);
  await ask('ana', 'marked-2', {
    header: header('guarded', 'prod'),
    shifts: [{ ...shift, lift: 'fixed in 1.3' }],
  });
  const { status, capsuleHash } = await play.deployment.ledger.change('CHG-marked-2');
  expect(status).toBe('AwaitingApproval');
  const { approvals, risk } = await play.deployment.documents.get<Capsule>(capsuleHash);
  expect(approvals.flatMap(({ because }) => because.map(({ rule }) => rule))).toContain('WORST_EXPOSURES');
  expect(risk.exposed.map(({ kind, message }) => `${kind}: ${message}`).join()).toMatch(
    /failed-side: .*metric 0 failed.*fixed in 1\.3/,
  );
  expect(weights(guarded)).toBe(before);
  await speak(play, 'ana', '/requests/marked-2/cancel', { reason: 'enough' });
  await minutes(2);
}, 300_000);

describe('a shift that runs', () => {
  beforeAll(async () => {
    // Healthy targets, and no requests.
    await load(play, 'mine', 0, 120);
    await minutes(2);
    await ask('wim', 'running', { header: header('mine'), shifts: [{ asset: mine.id, to: 'Green' }] });
  }, 300_000);

  test('takes no directive from anyone without the right', async () => {
    for (const directive of ['continue', 'pause', 'abort'])
      expect(await direct('ben', 'running', directive)).toMatchObject({
        status: 403,
        code: 'NotTheRequester',
      });
    expect(await direct('ben', 'begin-mine', 'abort')).toMatchObject({ status: 409 });
    expect(await direct('wim', 'running', 'promote')).toMatchObject({ status: 400 });
  });

  test.each([
    ['in the name of the front door', 'baton.person', 'AccessDeniedException'],
    ['in the name of Baton', 'baton', 'AccessDeniedException'],
    ['as a sender', 'baton.cli', 'AccessDeniedException'],
  ])('takes no directive that is forged on the bus %s', async (_what, Source, refused) => {
    const { endpoint, region } = play.world;
    const credentials = play.world.as({ user: 'boss' });
    const client = new EventBridgeClient({ endpoint, region, maxAttempts: 1, credentials });
    const speaker = { voice: 'user/wim', arn: 'arn:aws:iam::111111111111:user/wim' };
    const Detail = JSON.stringify({ requestId: 'running', directive: 'continue', reason: 'x', speaker });
    const entry = { EventBusName: 'baton', Source, DetailType: 'Traffic Directive', Detail };
    const answer = await client.send(new PutEventsCommand({ Entries: [entry] })).then(
      () => undefined,
      (error: Error) => error.name,
    );
    expect(answer).toBe(refused);
    await minutes(1);
    expect(await directivesOf(play.deployment.ledger.table, 'running')).toEqual([]);
  });

  test('is not rolled back to another weight', async () => {
    const { documents } = play.deployment;
    let forged = false;
    play.disturb({
      interceptTask: async ({ stateName }, proceed) => {
        const answer = (await proceed()) as { Payload: JsonObject };
        if (stateName !== 'PlanUndo') return answer as never;
        forged = true;
        const { hash: _, ...undo } = structuredClone(
          await getPlan(documents, String(answer.Payload.planHash)),
        );
        const [step] = (undo as HashedPlan).steps;
        if (step !== undefined) step.desired = { ...step.desired, DefaultActions: [] };
        const planHash = await documents.put(undo);
        return {
          ...answer,
          Payload: { planHash, stepCount: 1, runId: runIdOf('running', planHash, 'undo') },
        } as never;
      },
    });
    const calls = play.calls.length;
    await load(play, 'mine', 10, 30);
    await minutes(10);
    play.disturb({});
    expect(forged).toBe(true);
    expect(play.calls.slice(calls)).toEqual([]);
    expect((await play.ending('running')).status).toBe('Failed');
  }, 300_000);
});
