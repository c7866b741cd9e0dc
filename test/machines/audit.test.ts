import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Finding } from '../../lib/audit/finding.ts';
import type { Verification } from '../../lib/audit/verify.ts';
import { environmentOf } from '../../lib/cli/local-cloud.ts';
import type { Item, Key } from '../../lib/dynamodb/table.ts';
import { inventoryKeys } from '../../lib/inventory/keys.ts';
import { readChain } from '../../lib/ledger/audit-chain.ts';
import { assetChain, changeChain, ledgerKeys } from '../../lib/ledger/keys.ts';
import { Seals } from '../../lib/ledger/seals.ts';
import { baton } from '../cli/support.ts';
import { speak } from './people.ts';
import { manifest, openPlayground, type Playground, queueAndTopic } from './playground.ts';

let play: Playground;
let seals: Seals;
const folder = mkdtempSync(join(tmpdir(), 'baton-audit-'));
const bundle = join(folder, 'trail.jsonl.gz');
const key = join(folder, 'key.pem');

const cli = (...line: string[]) => baton(line, environmentOf(play.world));
const verify = async (file = bundle) => {
  const { stdout, status } = await cli('audit', 'verify', file, '--key', key, '--json');
  return { status, ...(JSON.parse(stdout) as Verification) };
};
const exported = async (...more: string[]) => {
  const { status, stderr } = await cli('audit', 'export', '--out', bundle, ...more);
  if (status !== 0) throw new Error(stderr);
  return verify();
};

const topic = (scope: string, name: string) =>
  `  ${name}: { Type: AWS::SNS::Topic, Properties: { TopicName: ${scope}-${name}, KmsMasterKeyId: alias/ours } }\n`;
const regulated = (scope: string, names: string[], header = '') =>
  `environment: regulated\nservice: ${scope}\nowner: tests\nreason: a story\n${header}\nResources:\n${names.map((name) => topic(scope, name)).join('')}`;

/** Submits a request as a person, and waits until everything is idle. */
async function ask(who: string, requestId: string, document: string): Promise<void> {
  const { status } = await speak(play, who, '/requests', { requestId, file: 'story.yaml', document });
  expect(status).toBe(202);
  await play.world.clock.quiet();
}

async function decide(who: string, kind: string, requestId: string): Promise<void> {
  const { capsuleHash } = await play.deployment.ledger.change(`CHG-${requestId}`);
  const body = { capsuleHash, reason: 'seen' };
  expect((await speak(play, who, `/changes/CHG-${requestId}/${kind}`, body)).status).toBe(200);
  await play.world.clock.quiet();
}

/** Lets more than an hour pass, which includes the schedule of the seal. */
async function passAnHour(): Promise<void> {
  const { clock } = play.world;
  clock.setTimer(clock.now() + 3_700_000, () => undefined, { kind: 'execution' });
  await clock.quiet();
}

/** Alters the ledger outside of Baton, verifies, and restores everything. */
async function tampered(keys: Key[], tamper: () => Promise<void>): Promise<Finding | undefined> {
  const { table } = play.deployment.ledger;
  const before = await Promise.all(keys.map((one) => table.get<Item>(one)));
  await tamper();
  const { findings, status } = await exported();
  for (const [index, item] of before.entries()) {
    const [key] = [keys[index] ?? { pk: '', sk: '' }];
    if (item === undefined) await table.transact([{ table, delete: key }]);
    else await table.put(item);
  }
  expect(status).toBe(2);
  return findings[0];
}

beforeAll(async () => {
  play = await openPlayground();
  seals = new Seals(play.deployment.ledger.table);
  // A standard change, an update, a run that fails and is rolled back, and one that policy rejects.
  await play.submit('plain-1', queueAndTopic('plain'));
  await play.submit('plain-2', queueAndTopic('plain', 60));
  play.faults(({ type }) =>
    type === 'AWS::SNS::Topic' ? { errorCode: 'InvalidRequest', message: 'no' } : undefined,
  );
  expect(await play.submit('undone-1', queueAndTopic('undone'))).toMatchObject({ status: 'RolledBack' });
  play.faults(() => undefined);
  const bucket = manifest('denied', 'Resources:\n  Bucket: { Type: AWS::S3::Bucket }\n');
  await play.submit('denied-1', bucket.replace('environment: dev', 'environment: prod'));
  // With people: an approval, a rejection, and an emergency that is reviewed.
  await ask('ben', 'made-1', regulated('made', ['Kept', 'Gone']));
  await decide('ana', 'approve', 'made-1');
  await ask('ben', 'less-1', regulated('made', ['Kept']));
  await decide('ana', 'approve', 'less-1');
  await ask(
    'ben',
    'less-2',
    regulated('made', []).replace('Resources:\n', `Resources:\n${topic('made', 'Other')}`),
  );
  await decide('cho', 'reject', 'less-2');
  await ask('eve', 'glass-1', regulated('glass', ['Kept'], 'change: emergency'));
  await decide('ana', 'approve', 'glass-1');
  await passAnHour();
  expect((await cli('audit', 'key', '--out', key)).status).toBe(0);
}, 120_000);
afterAll(async () => {
  await play.close();
  rmSync(folder, { recursive: true });
});

describe('the seal', () => {
  it('includes on its schedule every chain that changed; the functions lack no permission', async () => {
    const { hash, ...last } = (await seals.latest()) ?? { hash: '' };
    expect(last).toMatchObject({ number: expect.any(Number), at: expect.stringMatching(/:00\.000Z$/) });
    expect(await seals.unsealed()).toEqual([]);
    expect(play.world.authorizer.denials).toEqual([]);
    expect(play.world.internalErrors).toEqual([]);
    expect(hash).toHaveLength(64);
  });

  it('can only be made by its function, whatever permissions others have', async () => {
    const sign = play.deployment.sealingKey.sign('anything at all');
    await expect(sign).rejects.toThrow(/AccessDenied/);
    play.world.authorizer.denials.length = 0;
  });
});

describe('the audit trail', () => {
  it('of all actions is valid: every change of an asset was allowed and approved', async () => {
    const { findings, status, entries, assetChanges, changes } = await exported();
    expect(findings).toEqual([]);
    expect(status).toBe(0);
    expect(entries.unsealed).toBe(0);
    expect(changes).toBe(8);
    expect(assetChanges).toBeGreaterThan(8);
    const glass = await readChain(play.deployment.ledger.table, changeChain('CHG-glass-1'));
    expect(glass.map(({ event }) => event)).toEqual(
      expect.arrayContaining(['RunBegun', 'ChangeReviewDue', 'DecisionRecorded', 'ChangeReviewed']),
    );
  });

  it('gives the same bundle each time', async () => {
    await exported();
    const first = readFileSync(bundle);
    await exported();
    expect(readFileSync(bundle).equals(first)).toBe(true);
  });

  it('names the capsule in every later entry', async () => {
    const before = [
      'RequestReceived',
      'ScopeBound',
      'PlanMade',
      'PolicyEvaluated',
      'WaiversUsed',
      'PlanRehearsed',
    ];
    for (const requestId of ['plain-1', 'undone-1', 'less-1', 'glass-1']) {
      const entries = await readChain(play.deployment.ledger.table, changeChain(`CHG-${requestId}`));
      const bare = entries.filter(({ event, capsule }) => capsule === undefined && !before.includes(event));
      expect(
        bare.map(({ event }) => event),
        requestId,
      ).toEqual([]);
    }
  });

  it('of a time range has the chains that changed then', async () => {
    expect(await exported('--from', '2026-01-01', '--to', '2026-01-01')).toMatchObject({
      status: 0,
      changes: 8,
    });
    expect(await exported('--from', '2027-01-01')).toMatchObject({
      status: 0,
      changes: 0,
      seals: expect.any(Number),
    });
  });

  it('says what is not sealed yet', async () => {
    await play.submit('late-1', queueAndTopic('late'));
    const { findings, entries } = await exported();
    expect(findings).toEqual([]);
    expect(entries.unsealed).toBeGreaterThan(5);
    const { stdout } = await cli('audit', 'verify', bundle, '--key', key);
    expect(stdout).toContain('Not sealed yet');
    await passAnHour();
    expect((await exported()).entries.unsealed).toBe(0);
  });
});

describe('finds tampering with the tables outside of Baton', () => {
  const chain = changeChain('CHG-less-1');
  const table = () => play.deployment.ledger.table;
  const entryOf = async (event: string) => {
    const entry = (await readChain(table(), chain)).find((one) => one.event === event);
    if (entry === undefined) throw new Error(`no ${event}`);
    return { entry, key: ledgerKeys.chainEntry(chain, entry.number) };
  };

  it('altering an entry', async () => {
    const { entry, key } = await entryOf('DecisionRecorded');
    const found = await tampered([key], () => table().put({ ...key, ...entry, actor: 'user/cho' }));
    expect(found).toMatchObject({ check: 'ChainBroken', chain, entry: entry.number });
  });

  it('deleting the newest sealed entry, and resetting the head', async () => {
    const entries = await readChain(table(), chain);
    const [before, last] = entries.slice(-2);
    if (before === undefined || last === undefined) throw new Error('too short');
    const key = ledgerKeys.chainEntry(chain, last.number);
    const head = ledgerKeys.chainHead(chain);
    const found = await tampered([key, head], async () => {
      await table().transact([{ table: table(), delete: key }]);
      await table().put({ ...head, count: before.number, hash: before.hash });
    });
    expect(found).toMatchObject({ check: 'ChainTruncated', chain, entry: last.number });
  });

  it('forging an approval', async () => {
    const { capsuleHash } = await play.deployment.ledger.change('CHG-less-2');
    const speaker = { voice: 'user/dee', arn: 'arn:aws:iam::111111111111:user/dee' };
    const decision = {
      changeId: 'CHG-less-2',
      capsuleHash,
      kind: 'approve',
      speaker,
      reason: '',
      at: '2026-01-01T00:10:00.000Z',
    };
    const key = ledgerKeys.decision('CHG-less-2', capsuleHash, speaker.voice);
    const found = await tampered([key], () => table().put({ ...key, ...decision }));
    expect(found).toMatchObject({ check: 'DecisionRecord', found: expect.stringContaining('user/dee') });
  });

  it('altering the inventory', async () => {
    const [asset] = await play.assets('plain');
    const id = asset?.id ?? '';
    const inventory = play.deployment.inventory.table;
    const item = await inventory.get<Item>(inventoryKeys.asset(id));
    if (item === undefined) throw new Error('no asset');
    await inventory.put({ ...item, owner: 'mallory' });
    const { findings } = await exported();
    await inventory.put(item);
    expect(findings).toMatchObject([{ check: 'InventoryMatch', chain: assetChain(id) }]);
  });

  it('removing the newest seals, if someone noted one of them', async () => {
    const last = await seals.latest();
    const lines = (await exported()) && readBundle();
    const cut = lines.filter((line) => !line.includes(`"hash":"${last?.hash}"`));
    const file = join(folder, 'cut.jsonl');
    writeFileSync(
      file,
      [...cut.slice(0, -1), JSON.stringify({ kind: 'end', lines: cut.length - 1 })].join('\n'),
    );
    const { stdout } = await cli('audit', 'verify', file, '--key', key, '--seal', last?.hash ?? '', '--json');
    expect((JSON.parse(stdout) as Verification).findings[0]).toMatchObject({
      check: 'SealSequence',
      found: 'none',
    });
  });

  function readBundle(): string[] {
    return gunzipped(bundle).split('\n').filter(Boolean);
  }
});

function gunzipped(file: string): string {
  return gunzipSync(readFileSync(file)).toString();
}
