import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { readChain } from '../../lib/ledger/audit-chain.ts';
import { changeChain } from '../../lib/ledger/keys.ts';
import type { Credentials } from '../../lib/local/iam/identity.ts';
import { assemblyWith } from '../machines/assembly-with.ts';
import { speak } from '../machines/people.ts';
import { openPlayground, type Playground, queueAndTopic } from '../machines/playground.ts';
import { storyAt } from '../sample.ts';

/** A principal that may put events on the bus tries to exceed its permissions. */
let play: Playground;
const pipeline = 'arn:aws:iam::111111111111:role/ci/Pipeline';
beforeAll(async () => {
  const both = ['Infrastructure Request', 'Cancellation Requested'];
  play = await openPlayground({
    assemblyDirectory: await assemblyWith({
      groups: { team: ['user/ana', 'user/ben', 'source/ci'], others: ['user/zoe'] },
      senders: {
        ci: { principals: ['role/ci/*'], detailTypes: both },
        nightly: { principals: ['user/cron'] },
        other: { principals: ['role/other/*'], detailTypes: both },
      },
      environments: { dev: { policyPacks: [{ name: 'starter', mode: 'warn' }] } },
    }),
  });
});
afterAll(() => play.close());
beforeEach(() => void play.world.authorizer.denials.splice(0));

const asPipeline = () => play.world.as({ roleArn: pipeline, session: 'x' });
const asOther = () => play.world.as({ roleArn: 'arn:aws:iam::111111111111:role/other/Tool', session: 'x' });
/** Has every permission that an identity policy can grant. */
const asAdministrator = () => play.world.as({ user: 'boss' });

type Entry = [source: string, detailType: string, detail: object];
async function put(credentials: Credentials, ...entries: Entry[]): Promise<string> {
  const { endpoint, region } = play.world;
  const client = new EventBridgeClient({ endpoint, region, maxAttempts: 1, credentials });
  const Entries = entries.map(([Source, DetailType, detail]) => ({
    ...{ EventBusName: 'baton', Source, DetailType },
    Detail: JSON.stringify(detail),
  }));
  return client.send(new PutEventsCommand({ Entries })).then(
    () => 'taken',
    (error: Error) => error.name,
  );
}
const request = (scope: string) => ({
  requestId: `${scope}-r`,
  file: 'story.yaml',
  document: queueAndTopic(scope),
});
const cancellation = (scope: string) => ({ requestId: `${scope}-r`, reason: 'mine now' });
const quiet = () => play.world.clock.quiet();

describe('the bus denies, even to administrators', () => {
  const attempts: Record<string, () => [Credentials, ...Entry[]]> = {
    'a source of another sender': () => [
      asAdministrator(),
      ['ci', 'Infrastructure Request', request('stolen')],
    ],
    'a source from a sender of another': () => [
      asOther(),
      ['ci', 'Infrastructure Request', request('stolen')],
    ],
    'a source that is not in the settings': () => [
      asPipeline(),
      ['acme', 'Infrastructure Request', request('stolen')],
    ],
    'a source of AWS': () => [asAdministrator(), ['aws.events', 'Infrastructure Request', request('stolen')]],
    'a cancellation by an administrator': () => [
      asAdministrator(),
      ['ci', 'Cancellation Requested', cancellation('stolen')],
    ],
    'a cancellation by a sender that may only submit': () => [
      play.world.as({ user: 'cron' }),
      ['nightly', 'Cancellation Requested', cancellation('stolen')],
    ],
    'an event of Baton from another sender': () => [
      asPipeline(),
      ['ci', 'Request Completed', { requestId: 'stolen-r', status: 'Completed' }],
    ],
    'the approval of a change from another sender': () => [
      asAdministrator(),
      ['baton', 'Change Approved', { changeId: 'CHG-stolen-r' }],
    ],
    'one of these after an allowed event': () => [
      asPipeline(),
      ['ci', 'Infrastructure Request', request('allowed')],
      ['other', 'Cancellation Requested', cancellation('stolen')],
    ],
  };
  for (const [what, attempt] of Object.entries(attempts))
    test(what, async () => {
      expect(await put(...attempt())).toBe('AccessDeniedException');
      await quiet();
      expect(await play.deployment.ledger.findRequest('stolen-r')).toBeUndefined();
      expect(await play.deployment.ledger.findRequest('allowed-r')).toBeUndefined();
    });

  test('and Admit rejects these events if they reach the machine another way', async () => {
    const event = { id: 'e', source: 'acme', account: '111111111111', region: 'us-east-1' };
    const input = { ...event, 'detail-type': 'Infrastructure Request', detail: request('by-hand') };
    await play.startByHand('govern-request', input);
    expect(await play.deployment.ledger.request('by-hand-r')).toMatchObject({
      status: 'Rejected',
      problems: [{ code: 'SenderRefused' }],
    });
  });
});

describe('cancels a request', () => {
  /** Cancels at the moment the run begins. */
  async function canceled(scope: string, asked: () => Promise<unknown>, cancel: () => Promise<unknown>) {
    play.when('apply-plan', 'BeginRun', 1, async () => void (await cancel()));
    await asked();
    await quiet();
    return (await play.ending(`${scope}-r`)).status;
  }
  const byPipeline = (scope: string) => () =>
    put(asPipeline(), ['ci', 'Infrastructure Request', request(scope)]);
  const byPerson = (scope: string, who: string) => () => speak(play, who, '/requests', request(scope));
  const onTheBus = (scope: string, who: () => Credentials, source: string) => () =>
    put(who(), [source, 'Cancellation Requested', cancellation(scope)]);
  const atTheDoor = (scope: string, who: string) => () =>
    speak(play, who, `/requests/${scope}-r/cancel`, { reason: 'mine now' });

  const rows: [
    what: string,
    asked: (scope: string) => () => Promise<unknown>,
    cancel: (scope: string) => () => Promise<unknown>,
    end: string,
  ][] = [
    ['not by another sender', byPipeline, (scope) => onTheBus(scope, asOther, 'other'), 'Completed'],
    [
      'not by a sender, of a person of no group of it',
      (scope) => byPerson(scope, 'zoe'),
      (scope) => onTheBus(scope, asPipeline, 'ci'),
      'Completed',
    ],
    ['not by a person of another group', byPipeline, (scope) => atTheDoor(scope, 'zoe'), 'Completed'],
    [
      'not by a person of no group',
      (scope) => byPerson(scope, 'ana'),
      (scope) => atTheDoor(scope, 'mallory'),
      'Completed',
    ],
    [
      'not by a role, of a person',
      (scope) => byPerson(scope, 'ana'),
      (scope) => atTheDoor(scope, 'role~ci~x'),
      'Completed',
    ],
    ['by the same sender', byPipeline, (scope) => onTheBus(scope, asPipeline, 'ci'), 'RolledBack'],
    ['by the requester', (scope) => byPerson(scope, 'ana'), (scope) => atTheDoor(scope, 'ana'), 'RolledBack'],
    [
      'by a member of its group',
      (scope) => byPerson(scope, 'ana'),
      (scope) => atTheDoor(scope, 'ben'),
      'RolledBack',
    ],
    ['by a member of the group of a sender', byPipeline, (scope) => atTheDoor(scope, 'ben'), 'RolledBack'],
  ];
  for (const [index, [what, asked, cancel, end]] of rows.entries())
    storyAt(index, 3)(what, async () => {
      const scope = `cancel-${index}`;
      expect(await canceled(scope, asked(scope), cancel(scope))).toBe(end);
    });

  test('and records rejected cancellations', async () => {
    const entries = await readChain(play.deployment.ledger.table, changeChain('CHG-cancel-0-r'));
    expect(entries.find(({ event }) => event === 'CancellationRefused')).toMatchObject({
      actor: 'source/other',
    });
  });
});
