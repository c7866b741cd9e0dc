import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { absent, ConditionFailed } from '../../lib/dynamodb/table.ts';
import { openIndex } from '../../lib/ledger/keys.ts';
import { type MemoryTable, openMemoryTable } from './memory-table.ts';

let memory: MemoryTable;
beforeAll(async () => {
  memory = await openMemoryTable();
});
afterAll(() => memory.close());

const key = (pk: string, sk = 'X') => ({ pk, sk });
const canceled = (...codes: string[]) =>
  Object.assign(new Error('canceled'), {
    name: 'TransactionCanceledException',
    CancellationReasons: codes.map((Code) => ({ Code })),
  });

describe('a write whose condition fails', () => {
  it('throws ConditionFailed and changes nothing', async () => {
    const { table } = memory;
    await table.put({ ...key('put'), value: 1 });
    await expect(table.put({ ...key('put'), value: 2 }, absent)).rejects.toThrow(ConditionFailed);
    const update = { key: key('put'), set: { value: 3 }, condition: absent };
    await expect(table.update(update)).rejects.toThrow(ConditionFailed);
    expect(await table.get(key('put'))).toMatchObject({ value: 1 });
  });

  it('undoes its whole transaction, and says which write failed', async () => {
    const { table } = memory;
    await table.put({ ...key('there'), value: 1 });
    const failed = table.transact([
      { table, put: { ...key('new'), value: 1 } },
      { table, check: key('there'), condition: absent },
      { table, update: { key: key('other'), set: { value: 1 } } },
      { table, put: { ...key('put'), value: 2 }, condition: absent },
    ]);
    await expect(failed).rejects.toMatchObject({ name: 'ConditionFailed', failed: [1, 3] });
    expect(await table.get(key('new'))).toBeUndefined();
    expect(await table.get(key('other'))).toBeUndefined();
  });
});

describe('a transaction that conflicts with another', () => {
  it('is retried', async () => {
    const { table } = memory;
    memory.failNext('TransactWriteItems', canceled('None', 'TransactionConflict'));
    await table.transact([{ table, put: { ...key('conflict'), value: 1 } }]);
    expect(await table.get(key('conflict'))).toMatchObject({ value: 1 });
  });

  it('fails after the last retry', async () => {
    const { table } = memory;
    const tries = () => memory.called.filter((name) => name === 'TransactWriteItems').length;
    const before = tries();
    for (let time = 0; time < 20; time += 1)
      memory.failNext('TransactWriteItems', canceled('TransactionConflict'));
    await expect(table.transact([{ table, put: key('never') }])).rejects.toThrow('canceled');
    expect(tries() - before).toBeGreaterThan(3);
    memory.failNone();
    expect(await table.get(key('never'))).toBeUndefined();
  });
});

describe('an update', () => {
  it('sets, sets once, adds and removes, and returns the new item', async () => {
    const { table } = memory;
    const change = { key: key('update'), set: { a: 1, gone: 'x' }, setOnce: { first: 1 }, add: { count: 2 } };
    expect(await table.update(change)).toEqual({ ...key('update'), a: 1, gone: 'x', first: 1, count: 2 });
    const next = {
      key: key('update'),
      set: { a: 2 },
      setOnce: { first: 2 },
      add: { count: 1 },
      remove: ['gone'],
    };
    expect(await table.update(next)).toEqual({ ...key('update'), a: 2, first: 1, count: 3 });
  });

  it('leaves attributes without a value unchanged', async () => {
    const { table } = memory;
    await table.put({ ...key('undefined'), a: 1 });
    expect(await table.update({ key: key('undefined'), set: { a: undefined, b: 2 } })).toMatchObject({
      a: 1,
      b: 2,
    });
  });

  it('accepts reserved words as names, and conditions with them', async () => {
    const { table } = memory;
    await table.put({ ...key('words'), status: 'Open', count: 1 });
    const condition = { expression: '#s = :s', names: { '#s': 'status' }, values: { ':s': 'Open' } };
    const change = { key: key('words'), set: { status: 'Closed', size: 1 }, condition };
    expect(await table.update(change)).toMatchObject({ status: 'Closed', size: 1 });
  });
});

describe('several items', () => {
  it('are read a hundred at a time; missing ones are omitted', async () => {
    const { table } = memory;
    for (let start = 0; start < 250; start += 50)
      await table.transact(
        Array.from({ length: 50 }, (_, n) => ({
          table,
          put: { ...key('many', `I#${String(start + n).padStart(3, '0')}`), n: start + n },
        })),
      );
    const keys = Array.from({ length: 251 }, (_, n) => key('many', `I#${String(n).padStart(3, '0')}`));
    const calls = memory.called.length;
    expect((await table.getAll(keys)).length).toBe(250);
    expect(memory.called.length - calls).toBe(3);
    expect(await table.getAll([])).toEqual([]);
  });

  it('come from a query page by page: by prefix, newest first, up to a limit', async () => {
    const { table } = memory;
    // Two megabytes: DynamoDB returns one in each page.
    for (let n = 0; n < 8; n += 1)
      await table.put({ ...key('large', `L#${n}`), n, text: 'x'.repeat(250_000) });
    const calls = memory.called.length;
    expect((await table.query<{ n: number }>('large')).map(({ n }) => n)).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
    expect(memory.called.length - calls).toBeGreaterThan(1);
    const newest = await table.query<{ n: number }>('large', { newestFirst: true, limit: 3, prefix: 'L#' });
    expect(newest.map(({ n }) => n)).toEqual([7, 6, 5]);
    expect(await table.query('large', { prefix: 'M#' })).toEqual([]);
  });

  it('are found by a sparse index', async () => {
    const { table } = memory;
    await table.put({ ...key('open-1'), openPk: 'OPEN', openSk: '2' });
    await table.put({ ...key('open-2'), openPk: 'OPEN', openSk: '1' });
    await table.put({ ...key('closed') });
    const found = await table.query<{ pk: string }>('OPEN', { index: openIndex });
    expect(found.map(({ pk }) => pk)).toEqual(['open-2', 'open-1']);
    const first = await table.query<{ pk: string }>('OPEN', { index: openIndex, limit: 1 });
    expect(first.map(({ pk }) => pk)).toEqual(['open-2']);
  });
});
