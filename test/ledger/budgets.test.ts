import { describe, expect, it } from 'vitest';
import { type Condition, ConditionFailed, type Item, type Write } from '../../lib/dynamodb/table.ts';
import { Budgets, bucketOf, type Cell } from '../../lib/ledger/budgets.ts';
import type { Budget } from '../../lib/model/run.ts';

const rates = { create: 5, update: 3, delete: 2 };
const east: Cell = { provider: 'p', account: '1', region: 'east' };
const others: [string, Cell][] = [
  ['another region', { ...east, region: 'west' }],
  ['another account', { ...east, account: '2' }],
  ['another provider', { ...east, provider: 'q' }],
];

/** Budgets on a table that stores items by key and supports only the condition of budgets. */
function onTable(items = new Map<string, Item>(), perSecond = rates) {
  const allowed = ({ put, condition }: { put: Item; condition: Condition }) =>
    (items.get(put.pk)?.version ?? 0) === (condition.values?.[':version'] ?? 0);
  const transact = async (writes: { put: Item; condition: Condition }[]) => {
    const failed = writes.flatMap((write, index) => (allowed(write) ? [] : [index]));
    if (failed.length > 0) throw new ConditionFailed('changed meanwhile', failed);
    for (const { put } of writes) items.set(put.pk, put);
  };
  const table = {
    get: async ({ pk }: { pk: string }) => items.get(pk),
    put: (put: Item, condition: Condition) => transact([{ put, condition }]),
    transact: (writes: Write[]) => transact(writes as never),
  };
  return new Budgets(table as never, () => perSecond);
}

/** Returns the budget with one create less in a cell. */
function less(budget: Budget, cell: Cell): Budget {
  const name = bucketOf(cell, 'create');
  const bucket = budget[name];
  return bucket === undefined ? budget : { ...budget, [name]: { ...bucket, tokens: bucket.tokens - 1 } };
}
const createsLeft = async (budgets: Budgets, cell: Cell) =>
  (await budgets.read([cell], 0)).budget[bucketOf(cell, 'create')]?.tokens;

describe('call budgets', () => {
  it('are not written if another run used one of them in the meantime', async () => {
    const budgets = onTable();
    const both = await budgets.read([east, { ...east, region: 'west' }], 0);
    const one = await budgets.read([east], 0);
    expect(await budgets.write(one, less(one.budget, east))).toBe(true);
    expect(await budgets.write(both, less(both.budget, { ...east, region: 'west' }))).toBe(false);
    expect(await createsLeft(budgets, { ...east, region: 'west' })).toBe(5);
  });
  for (const [what, cell] of others)
    it(`for ${what} are separate`, async () => {
      const budgets = onTable();
      const read = await budgets.read([east, cell], 0);
      expect(await budgets.write(read, less(read.budget, cell))).toBe(true);
      expect([await createsLeft(budgets, east), await createsLeft(budgets, cell)]).toEqual([5, 4]);
    });
  it('have the rates of the settings of now, and what was used stays used', async () => {
    const items = new Map<string, Item>();
    const read = await onTable(items).read([east], 0);
    await onTable(items).write(read, less(read.budget, east));
    const bucket = async (create: number) =>
      (await onTable(items, { ...rates, create }).read([east], 0)).budget[bucketOf(east, 'create')];
    expect(await bucket(9)).toMatchObject({ tokens: 4, capacity: 9, refillPerSecond: 9 });
    expect(await bucket(1)).toMatchObject({ tokens: 1, capacity: 1, refillPerSecond: 1 });
  });
});
