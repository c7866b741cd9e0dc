import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runIdOf } from '../../lib/tasks/apply/begin-run.ts';
import { openPlayground, type Playground, queueAndTopic } from './playground.ts';

describe('only an approved request that holds the lock of its scope gets a plan applied', () => {
  let play: Playground;
  beforeAll(async () => {
    play = await openPlayground();
  });
  afterAll(() => play.close());

  const refused = { status: 'FAILED', error: 'RunRefused' };
  const planOf = async (requestId: string) =>
    (await play.deployment.ledger.request(requestId)).planHash ?? '';

  it('apply-plan for a request that does not exist', async () => {
    const input = { requestId: 'nobody', planHash: 'f'.repeat(64), runId: 'nobody-ffffffff' };
    expect(await play.startByHand('apply-plan', input)).toEqual(refused);
    expect(play.calls).toEqual([]);
  });

  it('pump-run for a run that never began', async () => {
    expect(await play.startByHand('pump-run', { runId: 'nobody-ffffffff' })).toEqual({
      status: 'FAILED',
      error: 'RunFenced',
    });
    expect(play.calls).toEqual([]);
  });

  it('apply-plan for a request that has ended: its change is closed and its lock released', async () => {
    await play.submit('ended-r', queueAndTopic('ended'));
    const planHash = await planOf('ended-r');
    const made = play.calls.length;
    const input = { requestId: 'ended-r', planHash, runId: runIdOf('ended-r', planHash, 'forward') };
    expect(await play.startByHand('apply-plan', input)).toEqual(refused);
    expect(await play.startByHand('pump-run', { runId: input.runId })).toMatchObject({ error: 'RunFenced' });
    expect(play.calls.length).toBe(made);
    expect(await play.findings('ended', 'ended-r')).toEqual([]);
  });

  it('apply-plan for an approved request that does not hold the lock yet', async () => {
    const tries: string[] = [];
    play.when('govern-request', 'LockScope', 1, async () => {
      const planHash = await planOf('early-r');
      const runId = runIdOf('early-r', planHash, 'forward');
      const { stateMachines, ledger } = play.deployment;
      expect((await ledger.request('early-r')).status).toBe('Approved');
      const input = JSON.stringify({ requestId: 'early-r', planHash, runId });
      const { executionArn } = play.world.services.stepFunctions.startExecution({
        stateMachineArn: stateMachines['apply-plan'] ?? '',
        name: 'by-hand-early',
        input,
      });
      // The gate is checked before the lock is acquired, so LockScope waits here.
      for (let tick = 0; tick < 500 && tries.length === 0; tick += 1) {
        await new Promise((resolve) => setTimeout(resolve, 2));
        const { status, error } = play.world.services.stepFunctions.execution(executionArn);
        if (status !== 'RUNNING') tries.push(`${status} ${error}`);
      }
    });
    expect(await play.submit('early-r', queueAndTopic('early'))).toMatchObject({ status: 'Completed' });
    expect(tries).toEqual(['FAILED RunRefused']);
    expect(await play.findings('early', 'early-r')).toEqual([]);
  });

  it('apply-plan for a plan other than the approved one, while the request holds the lock', async () => {
    const other = await planOf('ended-r');
    let arn = '';
    play.when('apply-plan', 'BeginRun', 1, () => {
      arn = play.world.services.stepFunctions.startExecution({
        stateMachineArn: play.deployment.stateMachines['apply-plan'] ?? '',
        name: 'by-hand-other',
        input: JSON.stringify({
          requestId: 'other-r',
          planHash: other,
          runId: runIdOf('other-r', other, 'forward'),
        }),
      }).executionArn;
    });
    expect(await play.submit('other-r', queueAndTopic('other'))).toMatchObject({ status: 'Completed' });
    expect(play.world.services.stepFunctions.execution(arn)).toMatchObject(refused);
    expect(await play.findings('other', 'other-r')).toEqual([]);
  });

  it('apply-plan for the approved plan a second time, concurrently with the first execution', async () => {
    let arn = '';
    play.when('pump-run', 'Pump', 1, async () => {
      const planHash = await planOf('twice-r');
      arn = play.world.services.stepFunctions.startExecution({
        stateMachineArn: play.deployment.stateMachines['apply-plan'] ?? '',
        name: 'by-hand-twice',
        input: JSON.stringify({
          requestId: 'twice-r',
          planHash,
          runId: runIdOf('twice-r', planHash, 'forward'),
        }),
      }).executionArn;
    });
    expect(await play.submit('twice-r', queueAndTopic('twice'))).toMatchObject({ status: 'Completed' });
    expect(play.world.services.stepFunctions.execution(arn)).toMatchObject(refused);
    expect(await play.findings('twice', 'twice-r')).toEqual([]);
  });

  it("apply-plan with a run id of the caller's choice", async () => {
    let arn = '';
    play.when('apply-plan', 'BeginRun', 1, async () => {
      const planHash = await planOf('named-r');
      arn = play.world.services.stepFunctions.startExecution({
        stateMachineArn: play.deployment.stateMachines['apply-plan'] ?? '',
        input: JSON.stringify({ requestId: 'named-r', planHash, runId: 'of-my-own' }),
      }).executionArn;
    });
    expect(await play.submit('named-r', queueAndTopic('named'))).toMatchObject({ status: 'Completed' });
    expect(play.world.services.stepFunctions.execution(arn)).toMatchObject(refused);
  });
});
