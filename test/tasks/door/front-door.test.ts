import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { RoleFacts } from '../../../lib/change/speaker-role.ts';
import { readChain } from '../../../lib/ledger/audit-chain.ts';
import { changeChain } from '../../../lib/ledger/keys.ts';
import { Ledger } from '../../../lib/ledger/ledger.ts';
import type { ChangeRecord } from '../../../lib/ledger/records.ts';
import { doorEvent } from '../../../lib/tasks/door/call.ts';
import {
  type DecisionServices,
  decisionDoor,
  frontDoor,
  type RequestServices,
} from '../../../lib/tasks/door/front-door.ts';
import { type MemoryTable, openMemoryTable } from '../../dynamodb/memory-table.ts';

const account = '111111111111';
const capsuleHash = 'c'.repeat(64);
const now = '2026-01-01T12:00:00.000Z';
const requester = { voice: 'user/olga', arn: `arn:aws:iam::${account}:user/olga` };
const capsule = {
  requester,
  header: { reason: 'a story', owner: 'tests' },
  steps: [],
  window: { calendars: [] },
  planHash: 'p'.repeat(64),
  approvals: [
    {
      level: 'owner',
      quorum: 1,
      groups: ['owners'],
      eligible: ['sso/ana@example.com', 'user/ana'],
      because: [],
    },
  ],
};

let memory: MemoryTable;
let ledger: Ledger;
let told: { detailType: string; detail: unknown }[] = [];
let woken: string[] = [];
let failing: { publish?: Error; wake?: Error } = {};
let roles: Record<string, RoleFacts> = {};
let number = 0;

beforeAll(async () => {
  memory = await openMemoryTable();
  ledger = new Ledger(memory.table);
});
afterAll(() => memory.close());
beforeEach(() => {
  [told, woken, failing, roles] = [[], [], {}, {}];
  number += 1;
});

const services = () =>
  ({
    ledger,
    documents: { get: async () => capsule },
    publisher: {
      publish: async (event: (typeof told)[number]) => {
        if (failing.publish) throw failing.publish;
        told.push(event);
      },
      submit: async (event: (typeof told)[number]) => void told.push(event),
    },
    tokens: {
      succeed: async (token: string) => {
        if (failing.wake) throw failing.wake;
        woken.push(token);
      },
    },
    settings: { people: {} },
    account,
    findRole: async (name: string) => roles[name],
  }) as unknown as RequestServices & DecisionServices;

async function openChange(more: Partial<ChangeRecord> = {}): Promise<string> {
  const changeId = `CHG-r${number}`;
  await ledger.putChange({
    changeId,
    ...{
      requestId: `r${number}`,
      type: 'normal',
      status: 'AwaitingApproval',
      capsuleHash,
      environment: 'dev',
    },
    ...{ service: 's', requester, riskLevel: 'low', reminders: 0, planHashes: [], verdictsHash: '' },
    ...{ bundleHash: '', openedAt: now, ...more },
  });
  await ledger.keepToken(changeId, `token-${number}`);
  return changeId;
}

const user = (name: string) => ({
  accountId: account,
  userArn: `arn:aws:iam::${account}:user/${name}`,
  userId: 'AIDA0123456789ABCDEFG',
});

async function say(
  method: string,
  rawPath: string,
  { iam = user('ana') as object | null, body = '' as string, more = {} as object } = {},
) {
  const requestContext = { requestId: `id-${number}`, timeEpoch: Date.parse(now), http: { method } };
  const authorizer = iam && { iam };
  const event = { rawPath, body, requestContext: { ...requestContext, authorizer }, ...more };
  const decides = /\/(approve|reject|withdraw)\/?$/.test(rawPath);
  const answer = await (decides ? decisionDoor : frontDoor)(services(), doorEvent.parse(event));
  const said = JSON.parse(answer.body) as { error?: { code: string } } & Record<string, unknown>;
  return { status: answer.statusCode, code: said.error?.code, said };
}
const approve = (changeId: string, more: object = {}) =>
  say('POST', `/changes/${changeId}/approve`, { body: JSON.stringify({ capsuleHash, ...more }) });

describe('rejects a malformed call with a message', () => {
  const path = `/changes/CHG-none/approve`;
  const rows: [what: string, run: () => ReturnType<typeof say>, status: number, code: string][] = [
    ['nobody', () => say('GET', '/', { iam: null }), 403, 'NoSpeaker'],
    [
      'root',
      () => say('GET', '/', { iam: { ...user('x'), userArn: `arn:aws:iam::${account}:root` } }),
      403,
      'SpeakerRefused',
    ],
    ['an unknown path', () => say('GET', '/secrets'), 404, 'NoSuchPath'],
    ['an unknown method', () => say('DELETE', '/requests'), 404, 'NoSuchPath'],
    ['an invalid id', () => say('GET', '/changes/..%2F'), 404, 'NoSuchPath'],
    ['no body', () => say('POST', path), 400, 'InvalidRequest'],
    ['invalid JSON', () => say('POST', path, { body: '{' }), 400, 'InvalidBody'],
    [
      'a body of more than that',
      () => say('POST', path, { body: `{"capsuleHash":"${capsuleHash}","voice":"user/ben"}` }),
      400,
      'InvalidRequest',
    ],
    ['an unknown change', () => approve('CHG-none'), 404, 'UnknownChange'],
    [
      'a request with a document and another by reference',
      () =>
        say('POST', '/requests', {
          body: JSON.stringify({
            document: '{}',
            documentReference: { key: 'requests/x', sha256: 'a'.repeat(64) },
          }),
        }),
      400,
      'InvalidRequest',
    ],
    [
      'a key that every object has',
      () => say('POST', '/requests', { body: '{"document":"{}","parameters":{"__proto__":{"P":"x"}}}' }),
      400,
      'InvalidRequest',
    ],
    [
      'values nested beyond all measure',
      () =>
        say('POST', '/requests', {
          body: `{"document":"{}","parameters":{"P":${'['.repeat(50_000)}${']'.repeat(50_000)}}}`,
        }),
      400,
      'InvalidRequest',
    ],
    [
      'a request that says who asks',
      () => say('POST', '/requests', { body: '{"speaker":{"voice":"user/ben","arn":"x"}}' }),
      400,
      'InvalidRequest',
    ],
    [
      'a request that is too large',
      () => say('POST', '/requests', { body: JSON.stringify({ document: 'x'.repeat(210_000) }) }),
      413,
      'RequestTooLarge',
    ],
    [
      'a cancellation of an unknown request',
      () => say('POST', '/requests/none/cancel'),
      404,
      'UnknownRequest',
    ],
  ];
  for (const [what, run, status, code] of rows)
    test(what, async () => {
      const answer = await run();
      expect([answer.status, answer.code]).toEqual([status, code]);
      expect(told).toEqual([]);
    });
});

describe('a decision', () => {
  test('is written with its audit entry, published, and wakes the waiting task', async () => {
    const changeId = await openChange();
    const { status, said } = await approve(changeId, { reason: ' looked at it ' });
    const standing = {
      status: 'Approved',
      levels: [{ level: 'owner', quorum: 1, given: ['user/ana'], open: [] }],
    };
    expect([status, said]).toEqual([
      200,
      { changeId, capsuleHash, decision: 'approve', voice: 'user/ana', at: now, already: false, standing },
    ]);
    expect(await ledger.decisions(changeId)).toMatchObject([
      { kind: 'approve', reason: 'looked at it', at: now, speaker: { voice: 'user/ana' } },
    ]);
    expect(await readChain(ledger.table, changeChain(changeId))).toMatchObject([
      { event: 'DecisionRecorded', actor: 'user/ana', capsule: capsuleHash, at: now },
    ]);
    expect(told).toMatchObject([{ detailType: 'Change Decision Recorded', detail: { decision: 'approve' } }]);
    expect(woken).toEqual([`token-${number}`]);
  });

  test('is accepted in a binary body from Lambda', async () => {
    const changeId = await openChange();
    const body = Buffer.from(JSON.stringify({ capsuleHash })).toString('base64');
    const { status } = await say('POST', `/changes/${changeId}/approve/`, {
      body,
      more: { isBase64Encoded: true },
    });
    expect(status).toBe(200);
  });

  for (const [what, failure] of [
    ['nothing was published', { publish: new Error('the bus is down') }],
    ['nothing was woken', { wake: new Error('Step Functions is down') }],
  ] as const)
    test(`that was written when ${what} is completed by a repetition, without duplicates`, async () => {
      const changeId = await openChange();
      failing = failure;
      await expect(approve(changeId)).rejects.toThrow(/is down/);
      failing = {};
      const { said } = await approve(changeId);
      expect(said).toMatchObject({ already: true, at: now });
      expect(woken).toEqual([`token-${number}`]);
      expect(told.length).toBeGreaterThan(0);
      expect(await ledger.decisions(changeId)).toHaveLength(1);
      expect(await readChain(ledger.table, changeChain(changeId))).toHaveLength(1);
    });

  test('stays if the same voice decides the opposite', async () => {
    const changeId = await openChange();
    await approve(changeId);
    const body = JSON.stringify({ capsuleHash, reason: 'changed my mind' });
    const { status, code } = await say('POST', `/changes/${changeId}/reject`, { body });
    expect([status, code]).toEqual([409, 'DecidedOtherwise']);
    expect(await ledger.decisions(changeId)).toMatchObject([{ kind: 'approve' }]);
  });

  test('is counted once if one voice decides twice at the same time', async () => {
    const changeId = await openChange();
    const body = JSON.stringify({ capsuleHash, reason: 'no' });
    const answers = await Promise.all([
      approve(changeId),
      say('POST', `/changes/${changeId}/reject`, { body }),
      approve(changeId),
    ]);
    expect(await ledger.decisions(changeId)).toHaveLength(1);
    expect(await readChain(ledger.table, changeChain(changeId))).toHaveLength(1);
    expect(answers.filter(({ said }) => said.already === false)).toHaveLength(1);
  });

  test('is still reported if it is repeated after the change has moved on', async () => {
    const changeId = await openChange();
    await approve(changeId);
    await openChange({ status: 'Closed' });
    expect((await approve(changeId)).said).toMatchObject({ already: true });
  });

  for (const [what, more, code] of [
    ['on another capsule', { capsuleHash: 'd'.repeat(64) }, 'CapsuleStale'],
    ['after the change was decided', { status: 'Rejected' }, 'NothingToDecide'],
    ['after it was applied', { status: 'Closed' }, 'NothingToDecide'],
    ['at the expiry', { expiresAt: now }, 'ChangeExpired'],
  ] as const)
    test(`${what} is rejected`, async () => {
      const changeId = await openChange(more);
      const answer = await approve(changeId);
      expect([answer.status, answer.code]).toEqual([409, code]);
      expect(await ledger.decisions(changeId)).toEqual([]);
      expect([told, woken]).toEqual([[], []]);
    });
});

describe('an Identity Center user', () => {
  const role = 'AWSReservedSSO_Admin_0123456789abcdef';
  const iam = {
    accountId: account,
    userArn: `arn:aws:sts::${account}:assumed-role/${role}/Ana@example.com`,
    userId: 'AROA0123456789ABCDEFG:Ana@example.com',
  };

  test('is refused if IAM does not confirm that the role belongs to Identity Center', async () => {
    expect((await say('GET', '/', { iam })).code).toBe('SpeakerRefused');
  });

  test('is the speaker if IAM confirms it', async () => {
    const arn = `arn:aws:iam::${account}:role/aws-reserved/sso.amazonaws.com/${role}`;
    const Federated = `arn:aws:iam::${account}:saml-provider/AWSSSO_0123456789abcdef_DO_NOT_DELETE`;
    const trust = JSON.stringify({ Statement: [{ Effect: 'Allow', Principal: { Federated } }] });
    roles = { [role]: { arn, id: 'AROA0123456789ABCDEFG', trust } };
    expect((await say('GET', '/', { iam })).said).toEqual({
      speaker: { voice: 'sso/ana@example.com', arn: iam.userArn },
    });
  });
});
