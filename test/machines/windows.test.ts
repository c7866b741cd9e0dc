import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readChain } from '../../lib/ledger/audit-chain.ts';
import { changeChain } from '../../lib/ledger/keys.ts';
import { changeIdOf } from '../../lib/ledger/ledger.ts';
import type { JsonObject } from '../../lib/model/json.ts';
import { stories, story } from '../sample.ts';
import { assemblyWith } from './assembly-with.ts';
import { broken } from './invariants.ts';
import { speak } from './people.ts';
import { openPlayground, type Playground, queueAndTopic } from './playground.ts';
import { greenPercent, load, shiftTo, twoSides } from './traffic-world.ts';

const policyPacks = [{ name: 'starter', mode: 'warn' }];
const calendar = (name: string) => `test/machines/calendars/${name}.ics`;
/** An emergency needs a review afterwards. */
const levels = { reviewer: { groups: ['reviewers'] } };
const environment = (calendars: object) => ({ policyPacks, governance: { levels, ...calendars } });
const settings = {
  groups: { reviewers: ['user/ruth', 'user/rob'] },
  environments: {
    nightly: environment({ maintenance: [calendar('nightly')] }),
    frozen: environment({ freezes: [calendar('freeze')] }),
    over: environment({ maintenance: [calendar('past')] }),
  },
};
/** The day before Europe's clocks change. The freeze starts half an hour after the window of that night. */
const startMillis = Date.parse('2026-03-28T12:00:00Z');

const document = (environmentName: string, scope: string, header = '', seconds = 30) =>
  queueAndTopic(scope, seconds)
    .replace('environment: dev', `environment: ${environmentName}`)
    .replace('reason: a story', `reason: a story\n${header}`);
const neverHealthy =
  'Baton: { health: [{ kind: property, path: DisplayName, equals: never, timeoutSeconds: 7200 }] }';

describe('a change', () => {
  let play: Playground;
  beforeAll(async () => {
    play = await openPlayground({ assemblyDirectory: await assemblyWith(settings), startMillis });
  });
  afterAll(() => play.close());

  const now = () => new Date(play.world.clock.now()).toISOString();
  /** Returns when the first resource of a scope was created, to the minute. */
  const madeAt = (scope: string) => {
    const call = play.calls.find(({ properties }) => JSON.stringify(properties ?? {}).includes(scope));
    return call && new Date(call.atSeconds * 1000).toISOString().slice(0, 16);
  };
  /** Returns the announced openings that a request waits for. */
  const scheduled = (requestId: string) =>
    play.events
      .map((event) => ({ name: event['detail-type'], detail: event.detail as JsonObject }))
      .filter(({ name, detail }) => name === 'Change Scheduled' && detail.requestId === requestId)
      .map(({ detail }) => detail.opensAt);
  const entries = async (requestId: string) =>
    (await readChain(play.deployment.ledger.table, changeChain(changeIdOf(requestId)))).map(
      ({ event }) => event,
    );

  const findings = (environmentName: string, scope: string, ...requestIds: string[]) =>
    broken(play, {
      scope,
      environment: environmentName,
      requestIds,
      resourcesBefore: play.world.services.cloudControl.store
        .list()
        .filter(({ properties }) => !JSON.stringify(properties).includes(scope)),
    });

  it('waits for its window, which on the night of a clock change opens an hour later', async () => {
    const end = await play.submit('night-r', document('nightly', 'night'));
    expect(end).toMatchObject({ status: 'Completed' });
    // 02:30 doesn't exist in Berlin on 2026-03-29: it is 03:30, UTC+2.
    expect(scheduled('night-r')).toEqual(['2026-03-29T01:30:00.000Z']);
    expect((await entries('night-r')).filter((event) => event === 'ChangeScheduled')).toHaveLength(1);
    expect(madeAt('night-queue')).toBe('2026-03-29T01:30');
    expect(await findings('nightly', 'night', 'night-r')).toEqual([]);
  });

  story('releases the lock, waits and then runs if a freeze begins between approval and start', async () => {
    // An emergency doesn't wait. It holds the scope for two hours, past the start of the freeze.
    const urgent = document('frozen', 'thaw', 'change: emergency');
    await play.put('urgent-r', urgent.replace('Topic:', `Topic:\n    ${neverHealthy}`));
    play.when('apply-plan', 'BeginRun', 1, () => play.put('thaw-r', document('frozen', 'thaw')));
    const queued: string[] = [];
    play.when('govern-request', 'LockScope', 2, () => void queued.push(now().slice(0, 13)));
    await play.world.clock.quiet();
    expect(queued).toEqual(['2026-03-29T01']);
    expect(await play.ending('urgent-r')).toMatchObject({ status: 'RolledBack' });
    expect(await play.ending('thaw-r')).toMatchObject({ status: 'Completed' });
    expect(scheduled('thaw-r')).toEqual(['2026-03-30T02:00:00.000Z']);
    expect((await entries('thaw-r')).filter((event) => event === 'ChangeScheduled')).toHaveLength(1);
    expect(now() > '2026-03-30T02:00').toBe(true);
    expect(await findings('frozen', 'thaw', 'urgent-r', 'thaw-r')).toEqual([]);
  });

  story('is rejected with the reason if no window can ever take it', async () => {
    const end = await play.submit('over-r', document('over', 'over'));
    const reason = expect.stringMatching(/outside the maintenance windows .*no window opens within 400 days/);
    expect(end).toMatchObject({ status: 'Rejected', reason });
    expect(await entries('over-r')).toContain('WindowNeverOpens');
    expect(madeAt('over-queue')).toBeUndefined();
    expect(await findings('over', 'over', 'over-r')).toEqual([]);
  });

  story('ends at once if it is canceled while it waits', async () => {
    let entered = 0;
    play.when('govern-request', 'AwaitWindow', 1, async () => {
      entered = play.world.clock.now();
      play.deliveries({
        delayMillis: (_, event) => (event['detail-type'] === 'Cancellation Requested' ? 60_000 : 0),
      });
      await play.cancel('bored-r');
    });
    const end = await play.submit('bored-r', document('nightly', 'bored'));
    play.deliveries({});
    expect(end).toMatchObject({
      status: 'RolledBack',
      reason: expect.stringContaining('Nothing was changed'),
    });
    expect((play.world.clock.now() - entered) / 1000).toBeLessThan(120);
    expect(madeAt('bored-queue')).toBeUndefined();
    expect(await findings('nightly', 'bored', 'bored-r')).toEqual([]);
  });
});

stories('a shift of traffic during which a freeze begins', () => {
  let play: Playground;
  const minutes = (count: number) => play.world.clock.pass(count * 60_000);
  const direct = (requestId: string, directive: string) =>
    speak(play, 'wim', `/requests/${requestId}/traffic`, { directive, reason: 'because' });
  const status = async (requestId: string) => (await play.ending(requestId)).status;
  beforeAll(async () => {
    play = await openPlayground({
      assemblyDirectory: await assemblyWith(settings),
      startMillis: Date.parse('2026-03-29T01:00:00Z'),
    });
    for (const scope of ['ahead', 'back']) {
      await speak(play, 'wim', '/requests', {
        requestId: `${scope}-0`,
        document: twoSides(`frozen/${scope}`),
      });
      await minutes(2);
      await load(play, `frozen/${scope}`, 10, 240);
    }
    await minutes(2);
    for (const scope of ['ahead', 'back'])
      await speak(play, 'wim', '/requests', {
        requestId: `${scope}-1`,
        ...(await shiftTo(play, `frozen/${scope}`)),
      });
    await minutes(2);
    // Both wait for a person until the freeze has begun.
    for (const scope of ['ahead', 'back']) await direct(`${scope}-1`, 'pause');
    await minutes(75);
  }, 1_200_000);
  afterAll(() => play.close());

  it('continues when a person says so, because half of the traffic on either side is no safer', async () => {
    expect(new Date(play.world.clock.now()).toISOString() > '2026-03-29T02:00').toBe(true);
    expect([await status('ahead-1'), await greenPercent(play, 'frozen/ahead')]).toEqual(['Applying', 10]);
    expect(await direct('ahead-1', 'continue')).toMatchObject({ status: 202 });
    await minutes(12);
    expect([await status('ahead-1'), await greenPercent(play, 'frozen/ahead')]).toEqual(['Completed', 100]);
  }, 300_000);

  it('goes back at once when it is aborted', async () => {
    expect(await direct('back-1', 'abort')).toMatchObject({ status: 202 });
    await minutes(2);
    expect([await status('back-1'), await greenPercent(play, 'frozen/back')]).toEqual(['RolledBack', 0]);
  }, 300_000);

  it('is not begun meanwhile', async () => {
    await speak(play, 'wim', '/requests', { requestId: 'back-2', ...(await shiftTo(play, 'frozen/back')) });
    await minutes(3);
    expect([await status('back-2'), await greenPercent(play, 'frozen/back')]).toEqual(['Approved', 0]);
  }, 300_000);
});
