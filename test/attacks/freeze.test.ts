import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { Capsule } from '../../lib/model/change.ts';
import { assemblyWith } from '../machines/assembly-with.ts';
import { speak } from '../machines/people.ts';
import { openPlayground, type Playground, queueAndTopic } from '../machines/playground.ts';
import { story, storyAt } from '../sample.ts';

/** During a five-day freeze, an attacker submits a change that runs when no one expects it anymore. */
let play: Playground;
const opensAt = '2026-04-02T00:00:00.000Z';
beforeAll(async () => {
  const policyPacks = [{ name: 'starter', mode: 'warn' }];
  const freezes = ['test/machines/calendars/holidays.ics'];
  const level = { groups: ['owners'] };
  const levels = { 'service-owner': level, 'change-authority': level };
  play = await openPlayground({
    startMillis: Date.parse('2026-03-28T12:00:00Z'),
    assemblyDirectory: await assemblyWith({
      groups: { owners: ['user/ana', 'user/ben'] },
      environments: {
        asked: { policyPacks, governance: { packs: ['default'], levels, freezes } },
        told: { policyPacks, governance: { freezes } },
      },
    }),
  });
});
afterAll(() => play.close());
afterEach(async () => {
  for (const { status, requestId } of await play.deployment.ledger.changes('CHANGE-OPEN'))
    if (status === 'AwaitingApproval') await play.cancel(requestId, 'the story is over');
});

const quiet = () => play.world.clock.quiet();
const request = (environment: string, scope: string, header = '') => ({
  requestId: `${scope}-r`,
  file: 'story.yaml',
  document: queueAndTopic(scope)
    .replace('environment: dev', `environment: ${environment}`)
    .replace('reason: a story', `reason: a story\n${header}`),
});
const made = (scope: string) =>
  play.calls.find(({ properties }) => JSON.stringify(properties ?? {}).includes(`${scope}-`))?.atSeconds;
async function capsuleOf(scope: string): Promise<Capsule> {
  const { capsuleHash } = await play.deployment.ledger.change(`CHG-${scope}-r`);
  return play.deployment.documents.get<Capsule>(capsuleHash);
}

describe('requires approval for a change that would run days later', () => {
  const door = (scope: string, header = '') =>
    speak(play, 'olga', '/requests', request('asked', scope, header));
  const attempts: Record<string, (scope: string) => Promise<unknown>> = {
    'submitted at the front door': (scope) => door(scope),
    'submitted on the bus': async (scope) => {
      const { requestId, ...rest } = request('asked', scope);
      await play.put(requestId, rest.document);
    },
    'declared as a normal change': (scope) => door(scope, 'change: normal'),
    'kept after a failure': (scope) => door(scope, 'onFailure: keep'),
    'under another name of the service': (scope) => door(scope, `name: other-${scope}`),
  };
  for (const [index, [what, attempt]] of Object.entries(attempts).entries())
    storyAt(index, 2)(what, async () => {
      const scope = `late${index}`;
      await attempt(scope);
      await quiet();
      expect((await play.deployment.ledger.change(`CHG-${scope}-r`)).status).toBe('AwaitingApproval');
      const { window, approvals } = await capsuleOf(scope);
      expect(window).toMatchObject({
        opensAt,
        waitsSeconds: 388_800,
        freeze: expect.stringContaining('Easter freeze'),
      });
      const rules = approvals.flatMap(({ because }) => because.map(({ rule }) => rule));
      expect(rules).toContain('RUNS_DAYS_LATER');
      expect(made(scope)).toBeUndefined();
    });
});

test('an emergency change does not bypass the freeze if the requester may not submit emergencies', async () => {
  await speak(play, 'olga', '/requests', request('asked', 'fire', 'change: emergency'));
  await quiet();
  expect((await play.deployment.ledger.change('CHG-fire-r')).status).toBe('Refused');
  expect(made('fire')).toBeUndefined();
});

story('announces the window of a change without approvals and does not run it earlier', async () => {
  await speak(play, 'olga', '/requests', request('told', 'later'));
  await quiet();
  const { opensAt: told, windowReason } = await play.deployment.ledger.request('later-r');
  expect([told, windowReason]).toEqual([opensAt, expect.stringContaining('Easter freeze')]);
  expect((await play.ending('later-r')).status).toBe('Completed');
  expect(made('later')).toBeGreaterThanOrEqual(Date.parse(opensAt) / 1000);
});
