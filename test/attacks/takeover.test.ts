import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ledgerKeys } from '../../lib/ledger/keys.ts';
import type { StepRecord } from '../../lib/ledger/records.ts';
import type { Asset } from '../../lib/model/asset.ts';
import { callProvider } from '../../lib/tasks/pump/call.ts';
import { stepContext } from '../../lib/tasks/pump/step-context.ts';
import { manifest, openPlayground, type Playground } from '../machines/playground.ts';

/** A requester creates a resource that exists already, to take it over, or to have it deleted by the rollback. */
let play: Playground;
beforeAll(async () => {
  play = await openPlayground();
  await play.submit(
    'theirs-r',
    manifest('theirs', `Resources:\n${log('Log', 'theirs-log')}${queue('Queue', 'theirs-queue')}`),
  );
  theirs = await play.assets('theirs');
});
afterAll(() => play.close());

let theirs: Asset[] = [];
const log = (id: string, name: string) =>
  `  ${id}: { Type: AWS::Logs::LogGroup, Properties: { LogGroupName: ${name} } }\n`;
const queue = (id: string, name: string) =>
  `  ${id}: { Type: AWS::SQS::Queue, Properties: { QueueName: ${name} } }\n`;
const failing = '  Fails: { Type: AWS::SNS::Topic, DependsOn: Mine, Properties: { TopicName: fails } }\n';
const store = () => play.world.services.cloudControl.store;
const there = (identifier: string) =>
  store()
    .list()
    .some((one) => one.identifier === identifier);

/** All resources of the owner are unchanged in the cloud and in the inventory. */
async function expectUntouched() {
  expect(await play.assets('theirs')).toEqual(theirs);
  for (const { identifier } of theirs) expect(there(identifier)).toBe(true);
}

/** Adds an existing resource that Baton doesn't know. */
function putUnmanaged(name: string) {
  const Arn = `arn:aws:logs:us-east-1:111111111111:log-group:${name}:*`;
  store().put({
    ...{ type: 'AWS::Logs::LogGroup', identifier: name, createdMillis: 0 },
    properties: { LogGroupName: name, Arn },
  });
}

describe('takes over and deletes no resource of another owner', () => {
  const attempts: Record<string, { body: string; header?: string; before?: () => void }> = {
    'under a name that identifies it': { body: log('Mine', 'theirs-log') },
    'under a name that is not the identifier': { body: queue('Mine', 'theirs-queue') },
    'with failed changes kept': { body: log('Mine', 'theirs-log'), header: 'onFailure: keep' },
    'together with a step that fails later': { body: log('Mine', 'theirs-log') + failing },
    'by a handler that dies after the creation': {
      body: log('Mine', 'unmanaged-a'),
      before: () =>
        play.faults(({ type, attempt }) => {
          if (type !== 'AWS::Logs::LogGroup') return undefined;
          if (attempt > 1) putUnmanaged('unmanaged-a');
          return attempt === 1 ? { errorCode: 'InternalFailure', message: 'died' } : undefined;
        }),
    },
    'if its creator is unknown': {
      body: log('Mine', 'unmanaged-b') + failing,
      before: () => putUnmanaged('unmanaged-b'),
    },
  };
  for (const [index, [what, { body, header, before }]] of Object.entries(attempts).entries())
    test(what, async () => {
      const scope = `mine-${index}`;
      before?.();
      const { status } = await play.submit(`${scope}-r`, manifest(scope, `Resources:\n${body}`, header));
      play.faults(() => undefined);
      expect(status).toMatch(/RolledBack|Failed/);
      await expectUntouched();
      const mine = await play.assets(scope);
      expect(mine.filter(({ identifier }) => /theirs|unmanaged/.test(identifier))).toEqual([]);
      const unmanaged = /unmanaged-\w/.exec(body)?.[0];
      if (unmanaged !== undefined) expect(there(unmanaged)).toBe(true);
    });
});

describe('RegisterAsset registers nothing for an attacker who can write the journal of a run', () => {
  const forged: Record<string, (step: StepRecord) => Partial<StepRecord>> = {
    'a resource of another scope': () => ({ identifier: 'theirs-log' }),
    'a resource of another scope with forged attributes': () => ({
      identifier: 'theirs-log',
      attributes: { LogGroupName: 'theirs-log', Arn: 'arn:mine' },
    }),
  };
  for (const [index, [what, forge]] of Object.entries(forged).entries())
    test(what, async () => {
      const scope = `forged-${index}`;
      const { table } = play.deployment.ledger;
      play.when('apply-plan', 'RegisterAsset', 1, async () => {
        const { runId = '' } = await play.deployment.ledger.request(`${scope}-r`);
        const key = ledgerKeys.step(runId, 0);
        const step = await table.get<StepRecord>(key);
        if (step !== undefined) await table.update({ key, set: { ...forge(step) } });
      });
      await play.submit(`${scope}-r`, manifest(scope, `Resources:\n${log('Mine', `${scope}-log`)}`));
      await expectUntouched();
      const ids = (await play.assets(scope)).map(({ identifier }) => identifier);
      expect(ids).not.toContain('theirs-log');
    });
});

describe('does not repeat a call with an expired client token', () => {
  const now = '2026-01-10T00:00:00.000Z';
  async function called(hours: number): Promise<{ calls: number; step?: StepRecord }> {
    let calls = 0;
    const intent = { clientToken: 't', payloadHash: 'h', atSeconds: Date.parse(now) / 1000 - hours * 3600 };
    const record: StepRecord = { index: 0, status: 'InFlight', intent, applied: {} };
    const step = { id: 'create:Q', type: 'AWS::SQS::Queue', operation: 'create', resource: 'Q' };
    const view = {
      run: { runId: 'r', changeId: 'c' },
      plan: { steps: [step], environment: 'dev' },
      steps: [record],
    };
    const services = {
      ledger: {
        task: async () => undefined,
        updateStep: async (_run: string, index: number, { set }: { set: object }) => ({ index, ...set }),
        stopRun: async () => undefined,
        record: async () => undefined,
      },
      ...{ documents: {}, tokens: {}, secret: async () => '' },
      providers: {
        of: () => ({
          // Of Cloud Control, tokens last 36 hours.
          tokenSeconds: 35 * 3600,
          create: async () => {
            calls += 1;
            return 'operation';
          },
        }),
      },
    };
    await callProvider(stepContext({ services, view, now } as never, 0));
    return { calls, step: view.steps[0] };
  }
  for (const hours of [35, 36, 48, 24 * 9])
    test(`after ${hours} hours`, async () => {
      expect(await called(hours)).toMatchObject({
        calls: 0,
        step: { status: 'Failed', error: { code: 'TokenExpired' } },
      });
    });
  test('but repeats it before the token expires', async () => {
    expect(await called(34)).toMatchObject({ calls: 1, step: { operationToken: 'operation' } });
  });
});
