import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { SendTaskSuccessCommand, SFNClient } from '@aws-sdk/client-sfn';
import { AwsClient } from 'aws4fetch';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { requiredDoors } from '../../lib/client/deployment.ts';
import { Door } from '../../lib/client/door.ts';
import { DoorRefused } from '../../lib/client/errors.ts';
import { readChain } from '../../lib/ledger/audit-chain.ts';
import { changeChain } from '../../lib/ledger/keys.ts';
import { rolesOf } from '../../lib/local/bring-up/roles.ts';
import { type Credentials, sessionIdentity } from '../../lib/local/iam/identity.ts';
import { personKeys } from '../../lib/local/iam/people.ts';
import {
  administratorAccess,
  type PolicyDocument,
  parsePolicyDocument,
} from '../../lib/local/iam/policy-document.ts';
import type { JsonObject } from '../../lib/model/json.ts';
import { story, storyAt } from '../sample.ts';
import { assemblyWith } from './assembly-with.ts';
import { openPlayground, type Playground, queueAndTopic } from './playground.ts';

const settings = {
  groups: {
    owners: ['user/ana', 'sso/fay@example.com', 'role/ReleaseTrain', 'user/gil'],
  },
  people: { gil: ['user/gil', 'sso/gil@example.com'] },
  environments: {
    dev: {
      policyPacks: [{ name: 'starter', mode: 'warn' }],
      governance: { packs: ['default'], levels: level(1) },
    },
    strict: {
      policyPacks: [{ name: 'starter', mode: 'warn' }],
      governance: { packs: ['default'], levels: level(2) },
    },
  },
};

function level(quorum: number) {
  return {
    'service-owner': { groups: ['owners'], quorum },
    'change-authority': { groups: ['owners'], quorum: 2 },
  };
}

let play: Playground;
beforeAll(async () => {
  play = await openPlayground({ assemblyDirectory: await assemblyWith(settings) });
});
afterAll(async () => {
  expect(play.world.internalErrors).toEqual([]);
  await play.close();
});
beforeEach(() => void play.world.authorizer.denials.splice(0));

const door = (name: string) => new Door(requiredDoors(play.deployment), play.world.region, personKeys(name));

/** Submits a request as a person and waits until everything is idle. The change then awaits approval. */
async function ask(scope: string, environment = 'dev', requester = 'olga') {
  const requestId = `${scope}-r`;
  const document = queueAndTopic(scope).replace('environment: dev', `environment: ${environment}`);
  await door(requester).submit({ requestId, file: 'story.yaml', document });
  await play.world.clock.quiet();
  const { capsuleHash } = await change(scope);
  return { changeId: `CHG-${requestId}`, requestId, capsuleHash };
}
const change = (scope: string) => play.deployment.ledger.change(`CHG-${scope}-r`);
const status = async (scope: string) => (await change(scope)).status;
const denied = () =>
  play.world.authorizer.denials.map(({ caller, action }) => `${caller.split(':').at(-1)} ${action}`);

async function approve(name: string, { changeId, capsuleHash }: { changeId: string; capsuleHash: string }) {
  try {
    const { voice, already } = await door(name).decide(changeId, 'approve', { capsuleHash });
    return `${voice}${already ? ' already' : ''}`;
  } catch (error) {
    if (!(error instanceof DoorRefused)) throw error;
    return `${error.statusCode} ${error.code}`;
  } finally {
    await play.world.clock.quiet();
  }
}

const client = (credentials: Credentials) => ({
  endpoint: play.world.endpoint,
  region: play.world.region,
  maxAttempts: 1,
  credentials,
});
const nameOf = (error: Error) => error.name;
const policyOfPeople = (): PolicyDocument =>
  parsePolicyDocument(
    play.world.stack.ofType('AWS::IAM::ManagedPolicy').find(({ name }) => name === 'baton-person')?.properties
      .PolicyDocument,
  );

describe('a change that an eligible voice approves', () => {
  it('is applied, and the record names the voice', async () => {
    const asked = await ask('plain');
    expect(await status('plain')).toBe('AwaitingApproval');
    expect(await approve('ana', asked)).toBe('user/ana');
    expect(await play.ending(asked.requestId)).toMatchObject({ status: 'Completed' });
    const request = await play.deployment.ledger.request(asked.requestId);
    expect(request.speaker).toEqual({ voice: 'user/olga', arn: 'arn:aws:iam::111111111111:user/olga' });
    const entries = await readChain(play.deployment.ledger.table, changeChain(asked.changeId));
    const spoken = entries.filter(({ event }) => ['RequestReceived', 'DecisionRecorded'].includes(event));
    expect(spoken.map(({ event, actor }) => `${event} ${actor}`)).toEqual([
      'RequestReceived user/olga',
      'DecisionRecorded user/ana',
    ]);
    expect(play.events.filter((event) => event['detail-type'] === 'Change Decision Recorded')).toMatchObject([
      { source: 'baton', detail: { changeId: asked.changeId, decision: 'approve', actor: 'user/ana' } },
    ]);
    expect(denied()).toEqual([]);
  });
});

describe('a stolen task token', () => {
  const steal = async (credentials: Credentials, scope: string) => {
    const taskToken = (await play.deployment.ledger.waitingToken(`CHG-${scope}-r`)) ?? '';
    const output = JSON.stringify({ approval: 'Approved', status: 'Approved' });
    const answer = await new SFNClient(client(credentials))
      .send(new SendTaskSuccessCommand({ taskToken, output }))
      .then(() => 'taken', nameOf);
    await play.world.clock.quiet();
    return answer;
  };

  it('is of no use to a person, who may not send it', async () => {
    await ask('stolen');
    expect(await steal(personKeys('ana'), 'stolen')).toBe('AccessDeniedException');
    expect(denied()).toEqual(['user/ana states:SendTaskSuccess']);
    expect(await status('stolen')).toBe('AwaitingApproval');
  });

  it('wakes the task if a permitted function sends it, and decides nothing', async () => {
    const before = await play.deployment.ledger.waitingToken('CHG-stolen-r');
    expect(await steal(play.world.as({ user: 'admin' }), 'stolen')).toBe('taken');
    expect(await status('stolen')).toBe('AwaitingApproval');
    expect(await play.deployment.ledger.waitingToken('CHG-stolen-r')).not.toBe(before);
    expect(await play.live('stolen')).toEqual([]);
    expect(await play.ending('stolen-r')).toMatchObject({ status: 'Planned' });
  });
});

describe("a call of the front door's function without its URL and with a forged identity", () => {
  const invoke = async (credentials: Credentials, asked: { changeId: string; capsuleHash: string }) => {
    const { accessKeyId, secretAccessKey, sessionToken } = credentials;
    const signed = new AwsClient({ accessKeyId, secretAccessKey, sessionToken, region: play.world.region });
    const iam = {
      accountId: '111111111111',
      userArn: 'arn:aws:iam::111111111111:user/ana',
      userId: 'AIDAANA',
    };
    const event = {
      rawPath: `/changes/${asked.changeId}/approve`,
      requestContext: {
        requestId: 'made-up',
        timeEpoch: play.world.clock.now(),
        http: { method: 'POST' },
        authorizer: { iam },
      },
      body: JSON.stringify({ capsuleHash: asked.capsuleHash }),
    };
    const url = `${play.world.endpoint}/2015-03-31/functions/baton-decision-door/invocations`;
    const aws = { service: 'lambda' };
    const answer = await signed.fetch(url, { method: 'POST', body: JSON.stringify(event), aws });
    await play.world.clock.quiet();
    return answer.status;
  };

  const callers: [who: string, credentials: () => Credentials][] = [
    ['a person', () => personKeys('ben')],
    ['an Identity Center user', () => personKeys('sso~ben@example.com')],
    [
      'a person who is also an administrator: the denial takes precedence',
      () => play.world.as({ user: 'boss', policies: [administratorAccess, policyOfPeople()] }),
    ],
    ...[
      'baton-govern-request',
      'baton-apply-plan',
      'baton-pump',
      'baton-admit',
      'baton-start-govern-request',
    ].map((name): [string, () => Credentials] => [
      `the role ${name}`,
      () => play.world.as({ roleArn: roleArn(name), session: 'x' }),
    ]),
  ];
  const roleArn = (name: string) => `arn:aws:iam::111111111111:role/${name}`;

  for (const [index, [who, credentials]] of callers.entries())
    it(`by ${who} is denied`, async () => {
      const asked = await ask(`direct-${index}`);
      expect(await invoke(credentials(), asked)).toBe(403);
      expect(denied()).toEqual([expect.stringMatching(/ lambda:InvokeFunction$/)]);
      expect(await status(`direct-${index}`)).toBe('AwaitingApproval');
      expect(await play.deployment.ledger.decisions(asked.changeId)).toEqual([]);
    });

  for (const door of ['baton-front-door', 'baton-decision-door'])
    it(`no role of the stack may call ${door}`, () => {
      const { stack, authorizer } = play.world;
      const resource = stack.ofType('AWS::Lambda::Function').find(({ name }) => name === door)?.arn;
      const may = [...rolesOf(stack).values()].filter(
        (role) =>
          authorizer.check(sessionIdentity(role, 'x'), {
            action: 'lambda:InvokeFunction',
            resource: resource ?? '',
          }) === undefined,
      );
      expect(may.map(({ name }) => name)).toEqual([]);
    });
});

describe('an event with a forged source', () => {
  const put = async (
    credentials: Credentials,
    source: string,
    detail: JsonObject,
    type = 'Infrastructure Request',
  ) => {
    const entry = {
      EventBusName: 'baton',
      Source: source,
      DetailType: type,
      Detail: JSON.stringify(detail),
    };
    // Together with a permitted event: the condition key contains all sources of a call.
    const Entries = [{ ...entry, Source: 'acme', Detail: '{}' }, entry];
    const answer = await new EventBridgeClient(client(credentials))
      .send(new PutEventsCommand({ Entries }))
      .then(() => 'taken', nameOf);
    await play.world.clock.quiet();
    return answer;
  };
  const speaker = { voice: 'user/ana', arn: 'arn:aws:iam::111111111111:user/ana' };
  const request = (scope: string, more: JsonObject = {}) => ({
    ...{ requestId: `${scope}-r`, file: 'story.yaml', document: queueAndTopic(scope) },
    ...more,
  });
  const senders: [who: string, credentials: () => Credentials][] = [
    ['a person', () => personKeys('ben')],
    ['an administrator', () => play.world.credentials],
    [
      'a function that publishes',
      () => play.world.as({ roleArn: 'arn:aws:iam::111111111111:role/baton-close-change', session: 'x' }),
    ],
  ];
  for (const [who, credentials] of senders)
    for (const source of ['baton.person', ...(who.startsWith('a function') ? [] : ['baton'])])
      it(`${source} is denied from ${who}`, async () => {
        expect(await put(credentials(), source, request('forged', { speaker }))).toBe(
          'AccessDeniedException',
        );
        expect(denied().map((line) => line.split(' ').at(-1))).toEqual(['events:PutEvents']);
        expect(await play.ending('forged-r')).toEqual({ status: undefined, reason: undefined });
      });

  it('that claims a speaker is invalid', async () => {
    expect(await put(play.world.credentials, 'acme', request('claimed', { speaker }))).toBe('taken');
    // The id in an invalid event can't be read, so the id of the event is used.
    const all = await play.deployment.ledger.table.query<{ requestId: string }>('OPEN', {
      index: { name: 'open', pk: 'openPk', sk: 'openSk' },
    });
    expect(all.map(({ requestId }) => requestId)).not.toContain('claimed-r');
    expect(await play.live('claimed')).toEqual([]);
  });

  it('without a speaker has a requester with that source, who is not a person', async () => {
    expect(await put(play.world.credentials, 'acme', request('honest'))).toBe('taken');
    expect(await change('honest')).toMatchObject({
      requester: { voice: 'source/acme' },
      status: 'AwaitingApproval',
    });
  });

  it('passed directly to the machine is not accepted, because the front door recorded nothing', async () => {
    const envelope = { id: 'event-1', source: 'baton.person', account: '111111111111', region: 'us-east-1' };
    const input = (detail: JsonObject) => ({ ...envelope, 'detail-type': 'Infrastructure Request', detail });
    await play.startByHand('govern-request', input(request('by-hand', { speaker })));
    expect(await play.ending('by-hand-r')).toMatchObject({ status: 'Rejected' });
    const { problems, speaker: believed } = await play.deployment.ledger.request('by-hand-r');
    expect(problems).toMatchObject([{ code: 'UnprovenSpeaker' }]);
    expect(believed).toBeUndefined();
  });

  story('passed to the machine before the real one, under the same name, is not accepted', async () => {
    const real = { requestId: 'swapped-r', file: 'story.yaml', document: queueAndTopic('swapped') };
    play.deliveries({ delayMillis: () => 60_000 });
    await door('ana').submit(real);
    const envelope = { id: 'event-2', source: 'baton.person', account: '111111111111', region: 'us-east-1' };
    const detail = { ...request('swapped'), document: queueAndTopic('evil'), speaker };
    await play.startByHand('govern-request', {
      ...envelope,
      'detail-type': 'Infrastructure Request',
      detail,
    });
    play.deliveries({});
    expect(await play.ending('swapped-r')).toMatchObject({ status: 'Rejected' });
    expect(await play.live('evil')).toEqual([]);
  });
});

describe('one person has one voice', () => {
  it('a role with renamed sessions votes once', async () => {
    const asked = await ask('renamed', 'strict');
    const votes = [];
    for (const session of ['build-1', 'build-2', 'ana'])
      votes.push(await approve(`role~ReleaseTrain~${session}`, asked));
    expect(votes).toEqual(['role/ReleaseTrain', 'role/ReleaseTrain already', 'role/ReleaseTrain already']);
    expect(await status('renamed')).toBe('AwaitingApproval');
    expect(await play.deployment.ledger.decisions(asked.changeId)).toHaveLength(1);
    expect(await approve('ana', asked)).toBe('user/ana');
    expect(await status('renamed')).toBe('Closed');
  });

  story('a person votes once, with any permission set', async () => {
    const asked = await ask('sets', 'strict');
    const votes = [];
    for (const name of ['sso~fay@example.com', 'sso~Admin~fay@example.com', 'sso~Admin~FAY@example.com'])
      votes.push(await approve(name, asked));
    expect(votes).toEqual([
      'sso/fay@example.com',
      'sso/fay@example.com already',
      'sso/fay@example.com already',
    ]);
    expect(await status('sets')).toBe('AwaitingApproval');
  });

  story('a person with several voices in the settings votes once', async () => {
    const asked = await ask('several', 'strict');
    const votes = [await approve('gil', asked), await approve('sso~gil@example.com', asked)];
    expect(votes).toEqual(['person/gil', 'person/gil already']);
    expect(await status('several')).toBe('AwaitingApproval');
  });

  const own: [scope: string, requester: string, approver: string][] = [
    ['own-user', 'ana', 'ana'],
    ['own-set', 'sso~fay@example.com', 'sso~Admin~fay@example.com'],
    ['own-voice', 'sso~gil@example.com', 'gil'],
    ['own-role', 'role~ReleaseTrain~a', 'role~ReleaseTrain~b'],
  ];
  for (const [index, [scope, requester, approver]] of own.entries())
    storyAt(index, 3)(`${requester} can't approve their own change as ${approver}`, async () => {
      const asked = await ask(scope, 'dev', requester);
      expect(await approve(approver, asked)).toBe('403 OwnChange');
      expect(await status(scope)).toBe('AwaitingApproval');
      expect(await play.deployment.ledger.decisions(asked.changeId)).toEqual([]);
    });

  it('a role that only has an Identity Center name has no voice', async () => {
    const asked = await ask('lookalike');
    const lookalike = 'role~AWSReservedSSO_Admin_0123456789abcdef~fay@example.com';
    expect(await approve(lookalike, asked)).toBe('403 SpeakerRefused');
    expect(denied()).toEqual([]);
    expect(await status('lookalike')).toBe('AwaitingApproval');
  });
});

describe('the front door', () => {
  it('refuses people who have no part in a change', async () => {
    const asked = await ask('stranger');
    expect(await approve('zoe', asked)).toBe('403 NotEligible');
    expect(await approve('ana', { ...asked, capsuleHash: 'f'.repeat(64) })).toBe('409 CapsuleStale');
    expect(await approve('ana', { ...asked, changeId: 'CHG-nobody' })).toBe('404 UnknownChange');
    const { changeId, capsuleHash } = asked;
    const said = (kind: 'reject' | 'withdraw', name: string, reason?: string) =>
      door(name)
        .decide(changeId, kind, { capsuleHash, reason })
        .then(
          () => 'taken',
          (error: unknown) => (error instanceof DoorRefused ? error.code : error),
        );
    expect(await said('reject', 'ana')).toBe('ReasonMissing');
    expect(await said('withdraw', 'ana', 'why not')).toBe('NotTheRequester');
    expect(await status('stranger')).toBe('AwaitingApproval');
    expect(await said('reject', 'ana', 'not now')).toBe('taken');
    expect(await said('reject', 'ana', 'not now')).toBe('taken');
    expect(await approve('ana', asked)).toBe('409 DecidedOtherwise');
    expect(await status('stranger')).toBe('Rejected');
    expect(await approve('gil', asked)).toBe('409 NothingToDecide');
  });

  story('lets the requester withdraw', async () => {
    const { changeId, capsuleHash } = await ask('withdrawn');
    await door('olga').decide(changeId, 'withdraw', { capsuleHash, reason: 'not needed' });
    await play.world.clock.quiet();
    expect(await status('withdrawn')).toBe('Withdrawn');
    expect(await play.ending('withdrawn-r')).toMatchObject({ reason: expect.stringContaining('user/olga') });
  });

  it('lets a request be canceled, and records by whom', async () => {
    const { requestId } = await ask('cancelled', 'dev', 'ana');
    const stranger = door('zoe').cancel({ requestId, reason: 'wrong week' });
    await expect(stranger).rejects.toMatchObject({ code: 'NotTheRequester' });
    await door('gil').cancel({ requestId, reason: 'wrong week' });
    await play.world.clock.quiet();
    expect(await play.ending(requestId)).toMatchObject({ reason: expect.stringContaining('person/gil') });
  });

  it('accepts a repeated request once, and rejects another with its id', async () => {
    const { requestId } = await ask('twice');
    const document = queueAndTopic('twice');
    await door('olga').submit({ requestId, file: 'story.yaml', document });
    const others: [name: string, id: string, what: string][] = [['olga', requestId, queueAndTopic('other')]];
    for (const [name, id, what] of others)
      await expect(
        door(name).submit({ requestId: id, file: 'story.yaml', document: what }),
      ).rejects.toMatchObject({ code: 'RequestIdTaken' });
    await play.world.clock.quiet();
    expect(await status('twice')).toBe('AwaitingApproval');
  });

  it('reports what is wrong with an invalid call', async () => {
    await expect(door('ana').submit({ requestId: 'not an id' })).rejects.toMatchObject({
      code: 'InvalidRequest',
    });
    await expect(door('ana').change('CHG-nobody')).rejects.toMatchObject({ code: 'UnknownChange' });
    await expect(door('ana').cancel({ requestId: 'nobody' })).rejects.toMatchObject({
      code: 'UnknownRequest',
    });
  });
});

describe('a person may use the front door and read', () => {
  it("but can't change tables or machines, or put events on the bus", async () => {
    const signed = new AwsClient({ ...personKeys('ana'), region: play.world.region });
    const calls: [service: string, target: string, input: object][] = [
      ['dynamodb', 'DynamoDB_20120810.PutItem', { TableName: ledgerTable(), Item: {} }],
      ['dynamodb', 'DynamoDB_20120810.UpdateItem', { TableName: ledgerTable(), Key: {} }],
      [
        'states',
        'AWSStepFunctions.StartExecution',
        { stateMachineArn: play.deployment.stateMachines['govern-request'], input: '{}' },
      ],
      [
        'events',
        'AWSEvents.PutEvents',
        { Entries: [{ EventBusName: 'baton', Source: 'acme', DetailType: 'x', Detail: '{}' }] },
      ],
    ];
    for (const [service, target, input] of calls) {
      const headers = { 'x-amz-target': target, 'content-type': 'application/x-amz-json-1.0' };
      const answer = await signed.fetch(play.world.endpoint, {
        ...{ method: 'POST', headers, body: JSON.stringify(input) },
        aws: { service },
      });
      expect([target, answer.status, await answer.json()]).toMatchObject([
        target,
        400,
        { __type: 'AccessDeniedException' },
      ]);
    }
  });
  const ledgerTable = () => String(play.deployment.ledger.table.name);
});
