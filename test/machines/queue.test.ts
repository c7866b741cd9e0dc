import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readChain } from '../../lib/ledger/audit-chain.ts';
import { changeChain } from '../../lib/ledger/keys.ts';
import { changeIdOf } from '../../lib/ledger/ledger.ts';
import { metrics } from '../../lib/model/metrics.ts';
import { getPlan } from '../../lib/tasks/documents-of.ts';
import { everyCase, story } from '../sample.ts';
import { loggedBy } from './log-lines.ts';
import { speak } from './people.ts';
import { manifest, openPlayground, operationSeconds, type Playground, queueAndTopic } from './playground.ts';

/** More than the five plans that a request is allowed. `npm run test:long` runs 30. */
const crowd = everyCase ? 30 : 10;

describe('concurrent requests', () => {
  let play: Playground;
  beforeAll(async () => {
    play = await openPlayground();
  });
  afterAll(() => play.close());

  const entriesOf = async (requestId: string) => {
    const items = await readChain(play.deployment.ledger.table, changeChain(changeIdOf(requestId)));
    return items.map(({ event }) => event);
  };

  it('for one scope queue; the second is planned again for the result of the first', async () => {
    // Time stands still, so that the first has not ended when the second begins.
    await play.world.clock.busy(async () => {
      await play.put('first-r', queueAndTopic('shared', 30));
      await play.put('second-r', queueAndTopic('shared', 60));
    });
    await play.world.clock.quiet();
    const ends = await Promise.all(['first-r', 'second-r'].map((id) => play.ending(id)));
    expect(ends.map(({ status }) => status)).toEqual(['Completed', 'Completed']);
    const events = await Promise.all(['first-r', 'second-r'].map(entriesOf));
    const late = events[0]?.includes('PlanStale') ? 'first-r' : 'second-r';
    expect((await entriesOf(late)).filter((event) => event === 'PlanMade').length).toBe(2);
    const { planHash = '' } = await play.deployment.ledger.request(late);
    const { steps } = await getPlan(play.deployment.documents, planHash);
    expect(steps.map(({ id }) => id)).toEqual(['update:Queue']);
    expect((await play.live('shared')).length).toBe(2);
    expect(await play.findings('shared', 'first-r', 'second-r')).toEqual([]);
  });

  // Each is planned again under the lock for the result of the previous one, so it is stale once rather than once for
  // each.
  story(`for one scope, ${crowd} at once, all complete`, async () => {
    const ids = Array.from({ length: crowd }, (_, n) => `many-${n}`);
    const parameter = (value: string) =>
      manifest(
        'many',
        `Resources: { P: { Type: AWS::SSM::Parameter, Properties: { Type: String, Value: ${value} } } }`,
      );
    let waiting = 0;
    // Once the first has the lock, what a sweep counts of those behind it.
    play.when('apply-plan', 'CloseRun', 1, async () => {
      const { payload } = await play.world.services.lambda.invoke(
        'baton-find-requests',
        JSON.stringify({ input: { sweep: true } }),
      );
      waiting = JSON.parse(payload).longestQueue;
    });
    for (const id of ids) await play.put(id, parameter(id));
    await play.world.clock.quiet();
    expect(waiting).toBe(crowd - 1);
    const requests = await Promise.all(ids.map((id) => play.deployment.ledger.request(id)));
    expect(requests.map(({ status, reason }) => [status, reason])).toEqual(
      ids.map(() => ['Completed', expect.any(String)]),
    );
    expect(Math.max(...requests.map(({ attempt }) => attempt))).toBeLessThanOrEqual(2);
    expect((await play.live('many')).length).toBe(1);
    expect(await play.findings('many', ...ids)).toEqual([]);
  });

  it('for one scope, three at once of which one fails: the others are not affected', async () => {
    const bad = queueAndTopic('crowd', 90).replace(
      'DisplayName: !GetAtt Queue.QueueName',
      'DisplayName: bad',
    );
    play.faults(({ properties }) =>
      properties?.DisplayName === 'bad' ? { errorCode: 'InvalidRequest', message: 'bad name' } : undefined,
    );
    await play.put('crowd-1', queueAndTopic('crowd', 30));
    await play.put('crowd-2', bad);
    await play.put('crowd-3', queueAndTopic('crowd', 60));
    await play.world.clock.quiet();
    play.faults(() => undefined);
    const ends = await Promise.all(['crowd-1', 'crowd-2', 'crowd-3'].map((id) => play.ending(id)));
    expect(ends.map(({ status }) => status)).toEqual(['Completed', 'RolledBack', 'Completed']);
    expect((await play.live('crowd')).length).toBe(2);
    expect(await play.findings('crowd', 'crowd-1', 'crowd-2', 'crowd-3')).toEqual([]);
  });

  story('for different scopes run concurrently and share the rate of five creates a second', async () => {
    const scopes = ['left', 'right'];
    const topics = (scope: string) =>
      Array.from(
        { length: 12 },
        (_, n) => `  T${n}: { Type: AWS::SNS::Topic, Properties: { TopicName: ${scope}-${n} } }`,
      );
    const before = play.calls.length;
    for (const scope of scopes)
      await play.put(`${scope}-r`, manifest(scope, `Resources:\n${topics(scope).join('\n')}`));
    await play.world.clock.quiet();
    for (const scope of scopes) {
      expect(await play.ending(`${scope}-r`)).toMatchObject({ status: 'Completed' });
      expect(await play.findings(scope, `${scope}-r`)).toEqual([]);
    }
    const calls = play.calls.slice(before);
    expect(calls.length).toBe(24);
    const timesOf = (scope: string) =>
      calls
        .filter(({ properties }) => String(properties?.TopicName).startsWith(scope))
        .map(({ atSeconds }) => atSeconds);
    const [left = [], right = []] = scopes.map(timesOf);
    // Neither waits for the other's run: its last operation ends much later.
    expect(Math.min(...right)).toBeLessThan(Math.max(...left) + operationSeconds);
    expect(Math.min(...left)).toBeLessThan(Math.max(...right) + operationSeconds);
    // A full bucket of five, and five more for each second since.
    for (const { atSeconds: from } of calls)
      for (const { atSeconds: until } of calls) {
        if (until < from) continue;
        const within = calls.filter(({ atSeconds }) => atSeconds >= from && atSeconds <= until).length;
        expect(within).toBeLessThanOrEqual(5 + 5 * (until - from) + 1e-6);
      }
  });

  story('and all that is reported of it are metrics that alarms and the dashboard know', async () => {
    const { lambda } = play.world.services;
    for (const scheduled of ['baton-review-changes', 'baton-evaluate-scaling'])
      await lambda.invoke(scheduled, JSON.stringify({ time: '2026-01-01T00:00:00Z' }));
    await lambda.invoke('baton-pump', '{}');
    await speak(play, 'olga', '/', {});
    const { lines } = loggedBy(play.world);
    const highest = (name: string) =>
      Math.max(...lines.map((line) => Number(line[name] ?? Number.NEGATIVE_INFINITY)));
    const expected = Object.fromEntries(Object.keys(metrics).map((name) => [name, expect.any(Number)]));
    const reported = Object.fromEntries(
      Object.keys(metrics)
        .map((name) => [name, highest(name)])
        .filter(([, value]) => Number.isFinite(value)),
    );
    expect(reported).toEqual({ ...expected, Errors: 1, Requests: 1, Runs: 1, LockQueue: crowd - 1 });
    // Twelve creations in each of two scopes, at five a second.
    expect(reported.PumpLag).toBeGreaterThanOrEqual(1);
    const statuses = (name: string) =>
      new Set(lines.filter((line) => name in line).map(({ status }) => status));
    expect(statuses('Requests')).toEqual(new Set(['Completed', 'RolledBack']));
    expect(statuses('Runs')).toEqual(new Set(['Succeeded', 'Failed']));
  });
});
