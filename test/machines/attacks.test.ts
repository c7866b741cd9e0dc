import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Publisher } from '../../lib/events/publisher.ts';
import { ledgerKeys } from '../../lib/ledger/keys.ts';
import { Locks } from '../../lib/ledger/lock.ts';
import { administratorAccess, parsePolicyDocument } from '../../lib/local/iam/policy-document.ts';
import { runIdOf } from '../../lib/tasks/apply/begin-run.ts';
import { countDecisions } from '../../lib/tasks/govern/count-decisions.ts';
import { story } from '../sample.ts';
import { assemblyWith } from './assembly-with.ts';
import { speak } from './people.ts';
import { openPlayground, type Playground, queueAndTopic } from './playground.ts';

/** Attempts of an attacker who has some of Baton's permissions or functions. */
let play: Playground;
beforeAll(async () => {
  const owners = ['user/ana', 'user/ben', 'role/ReleaseTrain'];
  const level = { groups: ['owners'] };
  const levels = { 'service-owner': level, 'change-authority': level };
  const governance = { packs: ['default', 'test/machines/governance'], levels };
  const policyPacks = [{ name: 'starter', mode: 'warn' }];
  const settings = { groups: { owners }, environments: { dev: { policyPacks, governance } } };
  play = await openPlayground({ assemblyDirectory: await assemblyWith(settings) });
});
afterAll(() => play.close());

/** Olga submits, and another person approves. */
async function submit(requestId: string, document: string) {
  await speak(play, 'olga', '/requests', { requestId, file: 'story.yaml', document });
  await play.world.clock.quiet();
}
const change = (scope: string) => play.deployment.ledger.change(`CHG-${scope}-r`);
const status = async (scope: string) => (await change(scope)).status;
async function decide(who: string, kind: string, scope: string) {
  const { capsuleHash } = await change(scope);
  const reply = await speak(play, who, `/changes/CHG-${scope}-r/${kind}`, { capsuleHash, reason: 'so' });
  await play.world.clock.quiet();
  return reply.code ?? reply.status;
}
const refused = { status: 'FAILED', error: 'RunRefused' };

/** Acquires the lock and starts the machine that applies plans. */
async function start(scope: string, planHash: string) {
  const requestId = `${scope}-r`;
  const { table } = play.deployment.ledger;
  await new Locks(table).enter(`dev/${scope}`, { requestId, planHash, token: '' });
  return play.startByHand('apply-plan', {
    requestId,
    planHash,
    runId: runIdOf(requestId, planHash, 'forward'),
  });
}

test("a group member whom a policy forbids to approve can't approve", async () => {
  await submit('machine-r', queueAndTopic('machine'));
  expect((await decide('role~ReleaseTrain~build-17', 'approve', 'machine')).toString()).toBe('NotEligible');
  expect(await status('machine')).toBe('AwaitingApproval');
  expect(await decide('ana', 'approve', 'machine')).toBe(200);
  expect(await play.ending('machine-r')).toMatchObject({ status: 'Completed' });
});

test("a person who may put events can't submit under another name and approve it themselves", async () => {
  const person = play.world.stack
    .ofType('AWS::IAM::ManagedPolicy')
    .find(({ name }) => name === 'baton-person');
  const policies = [administratorAccess, parsePolicyDocument(person?.properties.PolicyDocument)];
  const { endpoint, region } = play.world;
  const client = new EventBridgeClient({
    endpoint,
    region,
    maxAttempts: 1,
    credentials: play.world.as({ user: 'ana', policies }),
  });
  const detail = { requestId: 'alias-r', file: 'story.yaml', document: queueAndTopic('alias') };
  const entry = { EventBusName: 'baton', Source: 'ci', DetailType: 'Infrastructure Request' };
  const put = new PutEventsCommand({ Entries: [{ ...entry, Detail: JSON.stringify(detail) }] });
  const answer = await client.send(put).then(
    () => 'taken',
    (error: Error) => error.name,
  );
  await play.world.clock.quiet();
  expect(answer).toBe('AccessDeniedException');
  expect(await play.deployment.ledger.findRequest('alias-r')).toBeUndefined();
});

describe('an attacker who can write changes but no decisions gets nothing applied', () => {
  test('by making the change an approved emergency', async () => {
    await submit('called-r', queueAndTopic('called'));
    const before = await change('called');
    await play.deployment.ledger.putChange({ ...before, type: 'emergency', status: 'Approved' });
    expect(await start('called', before.planHashes[0] ?? '')).toEqual(refused);
  });

  story('by naming another plan in its authorization', async () => {
    const [planHash = ''] = (await change('machine')).planHashes;
    await submit('named-r', queueAndTopic('named'));
    // Between approval and run, when the request acquires the lock.
    let ended: Awaited<ReturnType<typeof start>> | undefined;
    play.when('govern-request', 'Revalidate', 1, async () => {
      const before = await change('named');
      expect(before.status).toBe('Approved');
      await play.deployment.ledger.putChange({ ...before, planHashes: [...before.planHashes, planHash] });
      const { executionArn } = play.world.services.stepFunctions.startExecution({
        stateMachineArn: play.deployment.stateMachines['apply-plan'] ?? '',
        input: JSON.stringify({
          requestId: 'named-r',
          planHash,
          runId: runIdOf('named-r', planHash, 'forward'),
        }),
      });
      await new Locks(play.deployment.ledger.table).enter('dev/named', {
        ...{ requestId: 'named-r', planHash, token: '' },
      });
      for (let tick = 0; tick < 500 && ended === undefined; tick += 1) {
        await new Promise((resolve) => setTimeout(resolve, 2));
        const execution = play.world.services.stepFunctions.execution(executionArn);
        if (execution.status !== 'RUNNING') ended = { status: execution.status, error: execution.error };
      }
    });
    await decide('ana', 'approve', 'named');
    expect(ended).toEqual(refused);
  });
});

story('a rejection after the run has started does not prevent the rollback of a failure', async () => {
  await submit('late-r', queueAndTopic('late'));
  play.faults(({ type }) =>
    type === 'AWS::SNS::Topic' ? { errorCode: 'InvalidRequest', message: 'no' } : undefined,
  );
  play.when('pump-run', 'Pump', 1, async () => {
    // As the front door writes it after reading the change before it was approved.
    const { changeId, capsuleHash } = await change('late');
    const speaker = { voice: 'user/ben', arn: 'arn:aws:iam::111111111111:user/ben' };
    await play.deployment.ledger.table.put({
      ...ledgerKeys.decision(changeId, capsuleHash, speaker.voice),
      ...{ changeId, capsuleHash, kind: 'reject', speaker, reason: 'late', at: '2026-01-01T00:00:00.000Z' },
    });
  });
  await decide('ana', 'approve', 'late');
  play.faults(() => undefined);
  expect(await play.ending('late-r')).toMatchObject({ status: 'RolledBack' });
  expect(await play.live('late')).toEqual([]);
});

describe('an execution that is redriven after its request has ended', () => {
  test('does not reopen a closed change', async () => {
    const { ledger, documents } = play.deployment;
    const settings = { environments: {} };
    const publisher = { publish: async () => undefined } as unknown as Publisher;
    const input = { requestId: 'machine-r', now: '2026-01-02T00:00:00.000Z' };
    const count = await countDecisions({ ledger, documents, settings, publisher }, input);
    expect(count.approval).toBe('Cancelled');
    expect(await status('machine')).toBe('Closed');
  });

  story('does not keep the lock it acquired', async () => {
    const locks = new Locks(play.deployment.ledger.table);
    const { executionArn, planHash = '' } = await play.deployment.ledger.request('machine-r');
    await locks.enter('dev/machine', { requestId: 'machine-r', planHash, token: '' });
    await play.startByHand('settle-run', { executionArn, caller: 'govern-request', ending: true });
    expect((await locks.read('dev/machine')).holders).toEqual([]);
  });
});
