import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { readChain } from '../../lib/ledger/audit-chain.ts';
import { changeChain } from '../../lib/ledger/keys.ts';
import { isPlayed, isTried, story } from '../sample.ts';
import { type DoorReply, speak } from './people.ts';
import { openPlayground, type Playground } from './playground.ts';

/**
 * Every state of a change × every event. The change deletes a parameter of `regulated`, which is of medium risk, so
 * `service-owner` must approve (one of ana, ben, cho, dee). The requester is ben, who could approve changes of others.
 */
let play: Playground;
beforeAll(async () => {
  play = await openPlayground();
  // The first parameter is a new type in the environment. Afterwards, creating one is a standard change without
  // exposure.
  await play.put('first', document('first', ['First']));
  await quiet();
  await speak(play, 'ana', '/changes/CHG-first/approve', await capsuleOf('CHG-first'));
  await quiet();
});
afterAll(() => play.close());
// No story waits for a person when the next one starts, because time would stand still in all of them.
afterEach(async () => {
  for (const { changeId, status, requestId } of await play.deployment.ledger.changes('CHANGE-OPEN'))
    if (status === 'AwaitingApproval') await play.cancel(requestId, `the story of ${changeId} is over`);
  await quiet();
});

const parameter = (scope: string, name: string) =>
  `  ${name}: { Type: AWS::SSM::Parameter, Properties: { Name: ${scope}-${name}, Type: String, Value: told } }\n`;

function document(scope: string, names: string[], header = ''): string {
  return `environment: regulated
service: ${scope}
owner: tests
reason: a story
${header}
Resources:
${names.map((name) => parameter(scope, name)).join('')}`;
}

const quiet = () => play.world.clock.quiet();
const say = (who: string, path: string, body: object) => speak(play, who, path, body);
const requestOf = (scope: string) => `${scope}-r`;
const changeOf = (scope: string) => `CHG-${requestOf(scope)}`;
const capsuleOf = async (changeId: string) => {
  const { capsuleHash } = await play.deployment.ledger.change(changeId);
  return { capsuleHash };
};
const change = (scope: string) => play.deployment.ledger.change(changeOf(scope));
const submit = (who: string, scope: string, names: string[], header = '', requestId = requestOf(scope)) =>
  say(who, '/requests', { requestId, file: 'story.yaml', document: document(scope, names, header) });

async function decide(who: string, kind: string, scope: string, capsuleHash?: string): Promise<DoorReply> {
  const hash = capsuleHash ?? (await change(scope)).capsuleHash;
  return say(who, `/changes/${changeOf(scope)}/${kind}`, { capsuleHash: hash, reason: 'so' });
}

/** Creates two parameters through the bus without approvals. Then ben requests the deletion of one of them. */
async function ask(scope: string, header = '', who = 'ben'): Promise<void> {
  await play.put(`${scope}-0`, document(scope, ['Kept', 'Gone']));
  await quiet();
  const { status } = await submit(who, scope, ['Kept'], header);
  if (status !== 202) throw new Error(`the door answers ${status}`);
  await quiet();
}

/** How a change reaches each state. */
const states: Record<string, (scope: string) => Promise<void>> = {
  AwaitingApproval: (scope) => ask(scope),
  Closed: async (scope) => {
    await ask(scope);
    await decide('ana', 'approve', scope);
    await quiet();
  },
  Rejected: async (scope) => {
    await ask(scope);
    await decide('cho', 'reject', scope);
    await quiet();
  },
  Withdrawn: async (scope) => {
    await ask(scope);
    await decide('ben', 'withdraw', scope);
    await quiet();
  },
  Expired: async (scope) => {
    play.waitForPeople(false);
    await ask(scope);
    play.waitForPeople(true);
  },
  Refused: (scope) => ask(scope, 'change: emergency'),
  ReviewDue: (scope) => ask(scope, 'change: emergency', 'eve'),
};

type Answer = number | string;
/** Every event and its results by state: the front door's response, and the status of the change afterwards. */
const events: Record<
  string,
  { act: (scope: string) => Promise<DoorReply | undefined>; wanted: Record<string, [Answer, string]> }
> = {
  'somebody eligible approves': {
    act: (scope) => decide('dee', 'approve', scope),
    wanted: {
      AwaitingApproval: [200, 'Closed'],
      Closed: ['NothingToDecide', 'Closed'],
      Rejected: ['NothingToDecide', 'Rejected'],
      Withdrawn: ['NothingToDecide', 'Withdrawn'],
      Expired: ['NothingToDecide', 'Expired'],
      Refused: ['NothingToDecide', 'Refused'],
      ReviewDue: [200, 'Closed'],
    },
  },
  'an eligible voice rejects': {
    act: (scope) => decide('dee', 'reject', scope),
    wanted: {
      AwaitingApproval: [200, 'Rejected'],
      Closed: ['NothingToDecide', 'Closed'],
      Rejected: ['NothingToDecide', 'Rejected'],
      Withdrawn: ['NothingToDecide', 'Withdrawn'],
      Expired: ['NothingToDecide', 'Expired'],
      Refused: ['NothingToDecide', 'Refused'],
      ReviewDue: [200, 'Closed'],
    },
  },
  'an ineligible voice approves': {
    act: (scope) => decide('mallory', 'approve', scope),
    wanted: {
      AwaitingApproval: ['NotEligible', 'AwaitingApproval'],
      Closed: ['NothingToDecide', 'Closed'],
      Rejected: ['NothingToDecide', 'Rejected'],
      Withdrawn: ['NothingToDecide', 'Withdrawn'],
      Expired: ['NothingToDecide', 'Expired'],
      Refused: ['NothingToDecide', 'Refused'],
      ReviewDue: ['NotEligible', 'ReviewDue'],
    },
  },
  'the requester approves': {
    act: async (scope) => decide((await change(scope)).requester.voice.split('/')[1] ?? '', 'approve', scope),
    wanted: {
      AwaitingApproval: ['OwnChange', 'AwaitingApproval'],
      Closed: ['NothingToDecide', 'Closed'],
      Rejected: ['NothingToDecide', 'Rejected'],
      Withdrawn: ['DecidedOtherwise', 'Withdrawn'],
      Expired: ['NothingToDecide', 'Expired'],
      Refused: ['NothingToDecide', 'Refused'],
      ReviewDue: ['OwnChange', 'ReviewDue'],
    },
  },
  'the requester withdraws': {
    act: async (scope) =>
      decide((await change(scope)).requester.voice.split('/')[1] ?? '', 'withdraw', scope),
    wanted: {
      AwaitingApproval: [200, 'Withdrawn'],
      Closed: ['NothingToDecide', 'Closed'],
      Rejected: ['NothingToDecide', 'Rejected'],
      Withdrawn: [200, 'Withdrawn'],
      Expired: ['NothingToDecide', 'Expired'],
      Refused: ['NothingToDecide', 'Refused'],
      ReviewDue: ['NothingToDecide', 'ReviewDue'],
    },
  },
  'someone else withdraws': {
    act: (scope) => decide('dee', 'withdraw', scope),
    wanted: {
      AwaitingApproval: ['NotTheRequester', 'AwaitingApproval'],
      Closed: ['NothingToDecide', 'Closed'],
      Rejected: ['NothingToDecide', 'Rejected'],
      Withdrawn: ['NothingToDecide', 'Withdrawn'],
      Expired: ['NothingToDecide', 'Expired'],
      Refused: ['NothingToDecide', 'Refused'],
      ReviewDue: ['NothingToDecide', 'ReviewDue'],
    },
  },
  'someone approves another capsule': {
    act: (scope) => decide('dee', 'approve', scope, 'a'.repeat(64)),
    wanted: {
      AwaitingApproval: ['CapsuleStale', 'AwaitingApproval'],
      Closed: ['NothingToDecide', 'Closed'],
      Rejected: ['NothingToDecide', 'Rejected'],
      Withdrawn: ['NothingToDecide', 'Withdrawn'],
      Expired: ['NothingToDecide', 'Expired'],
      Refused: ['NothingToDecide', 'Refused'],
      ReviewDue: ['CapsuleStale', 'ReviewDue'],
    },
  },
  'the requester cancels the request': {
    act: async (scope) => {
      await play.cancel(requestOf(scope));
      return undefined;
    },
    wanted: {
      AwaitingApproval: [0, 'Closed'],
      Closed: [0, 'Closed'],
      Rejected: [0, 'Rejected'],
      Withdrawn: [0, 'Withdrawn'],
      Expired: [0, 'Expired'],
      Refused: [0, 'Refused'],
      ReviewDue: [0, 'ReviewDue'],
    },
  },
};

/** Whether the parameter must be gone after this sequence. Silence, errors and ineligible people never delete it. */
const carriedOut = (before: string, after: string, event: string) =>
  before === 'Closed' ||
  before === 'ReviewDue' ||
  (before === 'AwaitingApproval' && event === 'somebody eligible approves' && after === 'Closed');

/** Every event is tested in waiting states, and an eighth of the events in the others; by `npm test`, fewer. */
const eventsFor = (state: string) =>
  Object.keys(events).filter((_, index) =>
    state === 'AwaitingApproval'
      ? isPlayed(index, 4)
      : isTried(index + Object.keys(states).indexOf(state), 8),
  );

describe.each(Object.keys(states).filter((_, index) => isPlayed(index, 5)))(
  'a change that is %s',
  (state) => {
    test.each(eventsFor(state))('%s', async (name) => {
      const event = events[name];
      const scope = `${state}-${Object.keys(events).indexOf(name)}`.toLowerCase();
      await states[state]?.(scope);
      expect((await change(scope)).status).toBe(state);
      const reply = await event?.act(scope);
      await quiet();
      const [answer, status] = event?.wanted[state] ?? [];
      if (reply !== undefined) expect(reply.code ?? reply.status).toBe(answer);
      expect((await change(scope)).status).toBe(status);
      const live = (await play.live(scope)).map(({ properties }) => properties.Name);
      expect(live.includes(`${scope}-Gone`)).toBe(!carriedOut(state, status ?? '', name));
      expect(live).toContain(`${scope}-Kept`);
    });
  },
);

describe('quorum', () => {
  test('deleting data needs a service owner and two members of the board: three people', async () => {
    const table = (scope: string) => `environment: regulated
service: ${scope}
owner: tests
reason: a story
Resources:
${parameter(scope, 'Kept')}  Table:
    Type: AWS::DynamoDB::Table
    Properties:
      TableName: ${scope}-Table
      BillingMode: PAY_PER_REQUEST
      AttributeDefinitions: [{ AttributeName: id, AttributeType: S }]
      KeySchema: [{ AttributeName: id, KeyType: HASH }]
      PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true }
      SSESpecification: { SSEEnabled: true, SSEType: KMS, KMSMasterKeyId: alias/ours }
`;
    await say('dan', '/requests', { requestId: 'quorum-0', document: table('quorum') });
    await quiet();
    // A table is a new type in the environment, so it needs an approval.
    const { capsuleHash } = await play.deployment.ledger.change('CHG-quorum-0');
    await say('ana', '/changes/CHG-quorum-0/approve', { capsuleHash });
    await quiet();
    expect((await play.ending('quorum-0')).status).toBe('Completed');
    await submit('dan', 'quorum', ['Kept']);
    await quiet();
    const votes: [string, string][] = [
      ['ben', 'AwaitingApproval'],
      ['ben', 'AwaitingApproval'],
      ['cho', 'AwaitingApproval'],
      ['ana', 'Closed'],
    ];
    for (const [who, status] of votes) {
      expect((await decide(who, 'approve', 'quorum')).status).toBe(200);
      await quiet();
      expect([who, (await change('quorum')).status]).toEqual([who, status]);
    }
    expect((await play.ending(requestOf('quorum'))).status).toBe('Completed');
  });

  story('a decision is final: repeating it changes nothing, and another one is rejected', async () => {
    await play.put('stands-0', document('stands', ['Kept', 'Gone']));
    await quiet();
    await submit('dan', 'stands', ['Kept']);
    await quiet();
    const { capsuleHash } = await change('stands');
    expect((await decide('dee', 'approve', 'stands')).body.already).toBe(false);
    await quiet();
    expect((await decide('dee', 'approve', 'stands', capsuleHash)).body.already).toBe(true);
    expect((await decide('dee', 'reject', 'stands', capsuleHash)).code).toBe('DecidedOtherwise');
    expect(await play.deployment.ledger.decisions(changeOf('stands'))).toHaveLength(1);
    const entries = await readChain(play.deployment.ledger.table, changeChain(changeOf('stands')));
    expect(entries.filter(({ event }) => event === 'DecisionRecorded')).toHaveLength(1);
  });
});

describe('elapsed time', () => {
  story('reminds before the expiry, and never approves', async () => {
    play.waitForPeople(false);
    await ask('silence');
    play.waitForPeople(true);
    const told = play.events
      .filter(({ detail }) => JSON.stringify(detail).includes(changeOf('silence')))
      .map((event) => String(event['detail-type']));
    expect(told.filter((one) => one === 'Change Approval Reminder')).toHaveLength(2);
    expect(told.filter((one) => one === 'Change Approved')).toEqual([]);
    expect(await play.ending(requestOf('silence'))).toEqual({
      status: 'Rejected',
      reason: expect.stringMatching(/^It was not approved by 2026-/),
    });
  });
});

describe('a capsule', () => {
  test('of a changed asset is stale: it is planned again and needs new approvals, and the old decision no longer counts', async () => {
    await ask('stale');
    const { capsuleHash } = await change('stale');
    // Another request changes the scope while this one waits for approval.
    await play.put('stale-1', document('stale', ['Kept', 'Gone', 'More']));
    await quiet();
    await decide('ana', 'approve', 'stale');
    await quiet();
    const replanned = await change('stale');
    expect([replanned.status, replanned.capsuleHash === capsuleHash]).toEqual(['AwaitingApproval', false]);
    expect((await decide('dee', 'approve', 'stale', capsuleHash)).code).toBe('CapsuleStale');
    expect((await play.live('stale')).length).toBe(3);
    // While it waits, it holds no lock, so others can run.
    await play.put('stale-2', document('stale', ['Kept', 'Gone', 'More', 'Most']));
    await quiet();
    expect((await play.ending('stale-2')).status).toBe('Completed');
    await decide('cho', 'approve', 'stale');
    await quiet();
    expect((await change('stale')).status).toBe('AwaitingApproval');
    await decide('dee', 'approve', 'stale');
    await quiet();
    expect((await play.live('stale')).map(({ properties }) => properties.Name)).toEqual(['stale-Kept']);
  });

  story('of the second of two concurrent requests for one asset needs new approvals', async () => {
    await play.put('both-0', document('both', ['Kept', 'Gone', 'Other']));
    await quiet();
    await submit('dan', 'both', ['Kept', 'Other'], '', 'both-a');
    await submit('dan', 'both', ['Kept', 'Gone'], '', 'both-b');
    await quiet();
    for (const one of ['both-a', 'both-b']) {
      const { capsuleHash } = await play.deployment.ledger.change(`CHG-${one}`);
      await say('ana', `/changes/CHG-${one}/approve`, { capsuleHash });
    }
    await quiet();
    const statuses = await Promise.all(
      ['both-a', 'both-b'].map(async (one) => (await play.deployment.ledger.change(`CHG-${one}`)).status),
    );
    expect(statuses.sort()).toEqual(['AwaitingApproval', 'Closed']);
    // Of the two requested deletions, one completes. The other was requested when the scope still had more resources to
    // keep.
    expect(await play.live('both')).toHaveLength(2);
  });
});

describe('an emergency', () => {
  test('runs at once, and raises an alarm without a timely review', async () => {
    await ask('fire', 'change: emergency', 'eve');
    expect((await change('fire')).status).toBe('ReviewDue');
    expect((await play.ending(requestOf('fire'))).status).toBe('Completed');
    const { reviewBy = '' } = await change('fire');
    const sweep = (time: string) =>
      play.world.services.lambda.invoke('baton-review-changes', JSON.stringify({ time }));
    await sweep(new Date(Date.parse(reviewBy) - 1000).toISOString());
    expect((await change('fire')).status).toBe('ReviewDue');
    await sweep(reviewBy);
    expect((await change('fire')).status).toBe('ReviewOverdue');
    // A late review still counts.
    expect((await decide('ana', 'approve', 'fire')).status).toBe(200);
    await quiet();
    expect((await change('fire')).status).toBe('Closed');
  });
});
