import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Inventory } from '../../../lib/inventory/inventory.ts';
import type { StepRecord } from '../../../lib/ledger/records.ts';
import type { HashedPlan, Step } from '../../../lib/model/plan.ts';
import { expectedDuration } from '../../../lib/providers/durations.ts';
import { expectedDurations, noteDurations } from '../../../lib/tasks/duration-history.ts';
import { predictedTimes } from '../../../lib/tasks/govern/predicted-times.ts';
import { type MemoryTable, openMemoryTable } from '../../dynamodb/memory-table.ts';

let memory: MemoryTable;
let inventory: Inventory;
beforeEach(async () => {
  memory = await openMemoryTable();
  inventory = { table: memory.table } as Inventory;
});
afterEach(() => memory.close());

const create = { type: 'AWS::RDS::DBInstance', operation: 'create' } as const;
const plan = (environment: string): HashedPlan => {
  const step = { ...create, id: 'create:Db', resource: 'Db', dependsOn: [] as string[], relationships: [] };
  return { environment, steps: [step as unknown as Step] } as HashedPlan;
};
const took = (seconds: number, more: Partial<StepRecord> = {}): StepRecord[] => [
  { index: 0, status: 'Succeeded', startedAtSeconds: 1_000, finishedAtSeconds: 1_000 + seconds, ...more },
];

describe('the durations of earlier runs', () => {
  it('are a default without runs', async () => {
    const { told, predicted } = await expectedDurations(inventory, 'dev');
    expect(told(create)).toEqual(expectedDuration(create));
    expect(predicted(create)).toEqual(expectedDuration(create));
  });

  it('count by environment, type and operation, and only for successful steps', async () => {
    await noteDurations(inventory, plan('dev'), took(1_000));
    await noteDurations(inventory, plan('dev'), took(1, { status: 'Failed' }));
    const { predicted: dev } = await expectedDurations(inventory, 'dev');
    const { predicted: prod } = await expectedDurations(inventory, 'prod');
    expect(dev(create).medianSeconds).toBeGreaterThan(expectedDuration(create).medianSeconds);
    expect(dev({ ...create, operation: 'delete' })).toEqual(
      expectedDuration({ ...create, operation: 'delete' }),
    );
    expect(prod(create)).toEqual(expectedDuration(create));
  });

  it('tell the pump when to poll only if the provider reported them, because the pump sees no end before it polls', async () => {
    await noteDurations(inventory, plan('dev'), took(1_000));
    const noticed = await expectedDurations(inventory, 'dev');
    expect(noticed.told(create)).toEqual(expectedDuration(create));
    await noteDurations(inventory, plan('dev'), took(1_000, { tookSeconds: 200 }));
    const { told, predicted } = await expectedDurations(inventory, 'dev');
    expect(told(create).medianSeconds).toBeLessThan(expectedDuration(create).medianSeconds);
    expect(predicted(create)).toEqual(told(create));
  });

  it('accumulate from run to run, and determine the predicted duration of the next', async () => {
    for (let run = 0; run < 40; run += 1) await noteDurations(inventory, plan('dev'), took(1_000));
    const services = { inventory, callsPerSecond: { create: 5, update: 5, delete: 5 } };
    const { doSeconds, undoSeconds } = await predictedTimes(services, plan('dev'), undefined);
    expect(doSeconds).toBeGreaterThan(900);
    expect(doSeconds).toBeLessThan(1_100);
    expect(undoSeconds).toBe(0);
  });
});
