import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { append, chainHead, firstBreak, readChain } from '../../lib/ledger/audit-chain.ts';
import { changeChain } from '../../lib/ledger/keys.ts';
import { Ledger, RecordMissing, RunFenced } from '../../lib/ledger/ledger.ts';
import { Locks } from '../../lib/ledger/lock.ts';
import type { RunRecord } from '../../lib/ledger/records.ts';
import { type MemoryTable, openMemoryTable } from '../dynamodb/memory-table.ts';

let memory: MemoryTable;
let ledger: Ledger;
beforeAll(async () => {
  memory = await openMemoryTable();
  ledger = new Ledger(memory.table);
  await ledger.admit({ ...request('r', 'e') });
});
afterAll(() => memory.close());

const at = '2026-01-01T00:00:00.000Z';
const request = (requestId: string, executionArn: string) =>
  ({
    requestId,
    executionArn,
    status: 'Admitted',
    requester: 't',
    attempt: 0,
    createdAt: at,
    updatedAt: at,
  }) as const;
const run = (runId: string): RunRecord =>
  ({
    ...{ runId, requestId: 'r', changeId: 'c', planHash: 'p', executionArn: 'e', startedAt: at },
    ...{ direction: 'forward', status: 'Running', fence: 1, stepCount: 1, ticks: 0 },
  }) as const;

describe('concurrent writes', () => {
  it('give a lock to one of many requests and queue the others, each of which gets it once', async () => {
    const locks = new Locks(memory.table);
    const names = ['a', 'b', 'c', 'd', 'e'];
    const entered = await Promise.all(
      names.map((requestId) => locks.enter('scope', { requestId, planHash: 'p', token: `t-${requestId}` })),
    );
    expect(entered.filter(({ held }) => held).length).toBe(1);
    const holders: string[] = [];
    for (let turn = 0; turn < names.length; turn += 1) {
      const [holder] = (await locks.read('scope')).holders;
      holders.push(holder?.requestId ?? '');
      await locks.leave('scope', holder?.requestId ?? '');
    }
    expect(holders.toSorted()).toEqual(names);
    expect(await locks.read('scope')).toMatchObject({ queue: [] });
  });

  it('append all entries to one chain in an unbroken order', async () => {
    const entries = Array.from({ length: 12 }, (_, n) => ({
      key: `k${n}`,
      event: 'CapsuleStale' as const,
      actor: 'a',
      at,
      detail: { moved: `${n}` },
    }));
    const many = changeChain('many');
    await Promise.all(entries.map((entry) => append(memory.table, many, entry)));
    await append(memory.table, many, {
      key: 'k3',
      event: 'CapsuleStale',
      actor: 'a',
      at,
      detail: { moved: 'again' },
    });
    const chain = await readChain(memory.table, many);
    expect(chain.map(({ key }) => key).toSorted()).toEqual(entries.map(({ key }) => key).toSorted());
    expect(firstBreak(chain, await chainHead(memory.table, many))).toBeUndefined();
  });

  it('admit a request with one execution; it may ask again, another may not', async () => {
    const arns = ['x', 'y', 'z'];
    const admitted = await Promise.all(arns.map((arn) => ledger.admit({ ...request('one', arn) })));
    expect(admitted.filter(Boolean).length).toBe(1);
    const winner = arns[admitted.indexOf(true)] ?? '';
    expect(await ledger.admit({ ...request('one', winner) })).toBe(true);
    expect((await ledger.request('one')).executionArn).toBe(winner);
  });
});

describe('a settled run', () => {
  it('lets no tick begin and no provider call be made', async () => {
    await ledger.beginRun({ ...run('settled') });
    const claimed = await ledger.claimTick('settled');
    expect(claimed).toMatchObject({ fence: 2, ticks: 1 });
    await memory.table.transact([ledger.fenceCheck(claimed)]);
    await ledger.endRun('settled', 'Settling', at);
    await expect(memory.table.transact([ledger.fenceCheck(claimed)])).rejects.toMatchObject({ failed: [0] });
    await expect(ledger.claimTick('settled')).rejects.toThrow(RunFenced);
  });

  it('is not restarted by a second begin', async () => {
    await ledger.beginRun({ ...run('settled') });
    expect((await ledger.run('settled')).status).toBe('Settling');
  });

  it('keeps the first reason for its stop, and the first end', async () => {
    await ledger.beginRun({ ...run('stopped') });
    await ledger.stopRun('stopped', 'first');
    await ledger.stopRun('stopped', 'second');
    await ledger.endRun('stopped', 'Failed', at);
    const ended = await ledger.endRun('stopped', 'Failed', 'later');
    expect(ended).toMatchObject({ stopping: 'first', endedAt: at });
  });
});

describe('a missing record', () => {
  it('is undefined in a lookup, and an error if it is required', async () => {
    expect(await ledger.findRequest('none')).toBeUndefined();
    expect(await ledger.findRun('none')).toBeUndefined();
    expect(await ledger.requestOfExecution('none')).toBeUndefined();
    await expect(ledger.request('none')).rejects.toThrow(RecordMissing);
    await expect(ledger.run('none')).rejects.toThrow('run none');
    await expect(ledger.stopRun('none', 'why')).rejects.toThrow(RunFenced);
  });
});

describe('a request that ends', () => {
  it('leaves the open requests, and keeps its end', async () => {
    await ledger.admit({ ...request('ends', 'e1') });
    expect((await ledger.openRequests()).map(({ requestId }) => requestId)).toContain('ends');
    await ledger.closeRequest('ends', { status: 'Completed', closedAt: at });
    await ledger.closeRequest('ends', { status: 'Failed' });
    expect((await ledger.request('ends')).status).toBe('Completed');
    expect((await ledger.openRequests()).map(({ requestId }) => requestId)).not.toContain('ends');
    expect((await ledger.endedRequests(10)).map(({ requestId }) => requestId)).toContain('ends');
  });
});
