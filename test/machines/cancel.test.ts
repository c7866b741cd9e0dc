import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Locks } from '../../lib/ledger/lock.ts';
import { story, storyAt } from '../sample.ts';
import { openPlayground, type Playground, queueAndTopic } from './playground.ts';

const byWhom = /^Cancelled by source\/baton\.cli\./;

describe('canceling a request', () => {
  let play: Playground;
  beforeAll(async () => {
    play = await openPlayground();
  });
  afterAll(() => play.close());

  it('that does not exist has no effect', async () => {
    await play.cancel('nobody');
    await play.world.clock.quiet();
    expect(await play.ending('nobody')).toEqual({ status: undefined, reason: undefined });
    expect(play.world.services.lost).toEqual([]);
  });

  it('that has ended keeps its end', async () => {
    const end = await play.submit('ended-r', queueAndTopic('ended'));
    await play.cancel('ended-r');
    await play.world.clock.quiet();
    expect(await play.ending('ended-r')).toEqual(end);
    expect((await play.live('ended')).length).toBe(2);
  });

  it('that is being rolled back continues the rollback, and keeps the failure as the reason', async () => {
    play.faults(({ type }) =>
      type === 'AWS::SNS::Topic' ? { errorCode: 'InvalidRequest', message: 'no such topic' } : undefined,
    );
    play.when('govern-request', 'UndoPlan', 1, () => play.cancel('undone-r'));
    const end = await play.submit('undone-r', queueAndTopic('undone'));
    play.faults(() => undefined);
    expect(end).toMatchObject({ status: 'RolledBack', reason: expect.stringContaining('no such topic') });
    expect(await play.live('undone')).toEqual([]);
    expect(await play.findings('undone', 'undone-r')).toEqual([]);
  });

  const earlyPlaces: [machine: string, state: string][] = [
    ['govern-request', 'PlanChange'],
    ['govern-request', 'EvaluatePolicy'],
    ['govern-request', 'Rehearse'],
    ['govern-request', 'OpenChange'],
    ['govern-request', 'FindWindow'],
    ['govern-request', 'LockScope'],
  ];
  for (const [index, [machine, state]] of earlyPlaces.entries())
    storyAt(index, 3)(`that reaches ${state} creates nothing`, async () => {
      const scope = `early-${state.toLowerCase()}`;
      const calls = play.calls.length;
      play.when(machine, state, 1, () => play.cancel(`${scope}-r`));
      const end = await play.submit(`${scope}-r`, queueAndTopic(scope));
      expect(end).toMatchObject({ status: 'RolledBack', reason: expect.stringMatching(byWhom) });
      expect(end.reason).toContain('Nothing was changed');
      expect(play.calls.length).toBe(calls);
      expect(await play.findings(scope, `${scope}-r`)).toEqual([]);
    });

  const latePlaces: [machine: string, state: string, occurrence: number][] = [
    ['govern-request', 'Revalidate', 1],
    ['govern-request', 'ApplyPlan', 1],
    ['apply-plan', 'BeginRun', 1],
    ['apply-plan', 'Perform', 1],
    ['pump-run', 'Pump', 1],
    ['pump-run', 'Pump', 2],
    ['pump-run', 'Pump', 3],
    ['apply-plan', 'RegisterAsset', 1],
    ['apply-plan', 'CloseRun', 1],
  ];
  for (const [index, [machine, state, occurrence]] of latePlaces.entries())
    storyAt(index, 4)(
      `at ${state} of ${machine}, visit ${occurrence}, rolls back what was created`,
      async () => {
        const scope = `late-${state.toLowerCase()}-${occurrence}`;
        play.when(machine, state, occurrence, () => play.cancel(`${scope}-r`));
        const end = await play.submit(`${scope}-r`, queueAndTopic(scope));
        expect(end).toMatchObject({ status: 'RolledBack', reason: expect.stringMatching(byWhom) });
        expect(await play.live(scope)).toEqual([]);
        expect(await play.assets(scope)).toEqual([]);
        expect(await play.findings(scope, `${scope}-r`)).toEqual([]);
      },
    );

  story('that keeps the changes of a failed run still rolls it back', async () => {
    play.when('pump-run', 'Pump', 2, () => play.cancel('keeper-r'));
    const document = queueAndTopic('keeper').replace('reason: a story', 'reason: a story\nonFailure: keep');
    expect(await play.submit('keeper-r', document)).toMatchObject({ status: 'RolledBack' });
    expect(await play.live('keeper')).toEqual([]);
  });

  it('that waits for a lock removes it from the queue, and the holder continues', async () => {
    play.when('apply-plan', 'BeginRun', 1, async () => {
      await play.put('second-r', queueAndTopic('queued', 60));
    });
    let canceled = false;
    play.when('pump-run', 'Pump', 3, async () => {
      const { queue } = await new Locks(play.deployment.ledger.table).read('dev/queued');
      canceled = queue.some(({ requestId }) => requestId === 'second-r');
      await play.cancel('second-r');
    });
    expect(await play.submit('first-r', queueAndTopic('queued'))).toMatchObject({ status: 'Completed' });
    expect(canceled).toBe(true);
    expect(await play.ending('second-r')).toMatchObject({
      status: 'RolledBack',
      reason: expect.stringMatching(byWhom),
    });
    expect((await play.live('queued')).length).toBe(2);
    expect(await play.findings('queued', 'first-r', 'second-r')).toEqual([]);
  });

  story('twice has no second effect', async () => {
    play.when('pump-run', 'Pump', 2, async () => {
      await play.cancel('double-r');
      await play.cancel('double-r');
    });
    expect(await play.submit('double-r', queueAndTopic('double'))).toMatchObject({ status: 'RolledBack' });
    expect(await play.findings('double', 'double-r')).toEqual([]);
  });

  it('that checks health does not wait for the check', async () => {
    const document = queueAndTopic('patient').replace(
      'Topic:',
      'Topic:\n    Baton: { health: [{ kind: property, path: DisplayName, equals: never, timeoutSeconds: 86400 }] }',
    );
    const started = play.world.clock.now();
    play.when('pump-run', 'Pump', 6, () => play.cancel('patient-r'));
    expect(await play.submit('patient-r', document)).toMatchObject({ status: 'RolledBack' });
    expect((play.world.clock.now() - started) / 1000).toBeLessThan(1000);
    expect(await play.live('patient')).toEqual([]);
  });
});
