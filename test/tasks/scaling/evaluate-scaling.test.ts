import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ScalingIndex } from '../../../lib/inventory/scaling-index.ts';
import { type MetricQuery, type MetricSeries, queryKey } from '../../../lib/model/metric-query.ts';
import { type EvaluateServices, evaluateScaling } from '../../../lib/tasks/scaling/evaluate-scaling.ts';
import { type MemoryTable, openMemoryTable } from '../../dynamodb/memory-table.ts';

// What an evaluation of all policies costs, what it starts, and in which order.

const now = '2026-01-01T12:00:00.000Z';
const account = '111111111111';
const running = `arn:aws:states:us-east-1:${account}:execution:baton-scale-asset:one`;

let memory: MemoryTable;
let index: ScalingIndex;
beforeEach(async () => {
  memory = await openMemoryTable();
  index = new ScalingIndex(memory.table);
});
afterEach(() => memory.close());

async function put(assetId: string, more: object = {}): Promise<void> {
  const metrics = [{ kind: 'target', metric: 'CPUUtilization', target: 50 }];
  await memory.table.put({
    ...{ pk: 'SCALING#assets', sk: `ASSET#${assetId}`, assetId, type: 'AWS::ECS::Service' },
    identifier: assetId,
    ...{ logicalId: assetId, scope: 'dev/a', environment: 'dev', service: 'a', account, region: 'us-east-1' },
    ...{ declared: { min: 2, max: 40, metrics }, capacities: { DesiredCount: 4 } },
    sources: [{ namespace: 'AWS/ECS', dimensions: { ServiceName: assetId } }],
    ...more,
  });
}

/** Evaluates with a steady value for each asset. */
async function evaluated(
  metric: (assetId: string) => number,
  requests: Record<string, string> = {},
  settings: object = { environments: { dev: {} } },
) {
  const sent: string[] = [];
  const asked: number[] = [];
  const series = async (queries: readonly MetricQuery[]) => {
    asked.push(queries.length);
    return new Map(
      queries.map((query): [string, MetricSeries] => {
        const value = metric(query.dimensions.ServiceName ?? '');
        const points = Array.from({ length: 20 }, (_, at): [number, number] => [
          Date.parse(now) - (20 - at) * 60_000,
          value,
        ]);
        return [queryKey(query), { periodSeconds: 60, points, complete: true }];
      }),
    );
  };
  const services = {
    scaling: index,
    metrics: { series, alarms: async () => [] },
    settings,
    subnets: { free: async () => ({ free: new Map([['subnet-full', 0]]) }) },
    calendars: () => ({ maintenance: [], freezes: [] }),
    ledger: {
      findRequest: async (id: string) =>
        requests[id] === undefined ? undefined : { requestId: id, status: requests[id] },
    },
    executions: { status: async (arn: string) => (arn === running ? 'RUNNING' : 'FAILED') },
    publisher: {
      publish: async (...events: { detail: { assetId: string } }[]) =>
        void sent.push(...events.map(({ detail }) => detail.assetId)),
    },
  } as unknown as EvaluateServices;
  memory.called.length = 0;
  const answer = await evaluateScaling(services, { now, account });
  return { answer, sent, asked, called: [...memory.called] };
}

it('reads 1,000 policies with a few calls, and starts and writes nothing if nothing is to change', async () => {
  for (let at = 0; at < 1000; at += 1) await put(`a${at}`);
  const started = performance.now();
  const { answer, sent, asked, called } = await evaluated(() => 50);
  expect({ answer, sent, asked }).toEqual({
    ...{ answer: { policies: 1000, blind: 0, due: 0 }, sent: [], asked: [1000] },
  });
  expect(new Set(called)).toEqual(new Set(['Query']));
  expect(called.length).toBeLessThanOrEqual(4);
  expect(performance.now() - started).toBeLessThan(5000);
}, 60_000);

it('says what is due, the most urgent first', async () => {
  for (const id of ['calm', 'hot', 'hotter', 'idle']) await put(id);
  const values: Record<string, number> = { calm: 50, hot: 80, hotter: 100, idle: 5 };
  const { sent } = await evaluated((id) => values[id] ?? 0);
  expect(sent).toEqual(['hotter', 'hot', 'idle']);
});

describe('with a change in flight', () => {
  const inFlight = (executionArn: string) => ({
    ...{ property: 'DesiredCount', from: 4, to: 8, since: now, requestId: 'r', executionArn },
  });
  const hash = '0'.repeat(64);

  it('holds while its execution runs, or its request is open', async () => {
    await put('busy');
    expect(await index.claim('busy', inFlight(running), hash)).toBe(true);
    expect((await evaluated(() => 100)).sent).toEqual([]);
    const dead = `${running}-dead`;
    await index.settle('busy', 'r', {});
    expect(await index.claim('busy', inFlight(dead), hash)).toBe(true);
    expect((await evaluated(() => 100, { r: 'AwaitingApproval' })).sent).toEqual([]);
    expect((await index.find('busy'))?.state.inFlight).toMatchObject({ executionArn: dead });
  });

  it('continues if it completed, and waits after a failure', async () => {
    await put('done');
    await index.claim('done', inFlight('dead'), hash);
    expect((await evaluated(() => 100, { r: 'Completed' })).sent).toEqual(['done']);
    await index.claim('done', inFlight('dead'), hash);
    expect((await evaluated(() => 100, { r: 'Rejected' })).sent).toEqual([]);
    expect((await index.find('done'))?.state).toMatchObject({
      last: { DesiredCount: { outcome: 'Rejected', failures: 1, retryAt: '2026-01-01T12:02:00.000Z' } },
    });
    expect((await evaluated(() => 100)).sent).toEqual([]);
  });
});

it('counts policies without complete data, and scales none of them in', async () => {
  await put('elsewhere', { account: '222222222222' });
  const { answer, sent } = await evaluated(() => 1);
  expect([answer, sent]).toEqual([{ policies: 1, blind: 1, due: 0 }, []]);
});

it('starts nothing that can not grow: no free address, no quota that others have left', async () => {
  await put('placed', { subnets: ['subnet-full'] });
  await put('unknown', { subnets: ['subnet-elsewhere'] });
  expect((await evaluated(() => 100)).sent).toEqual(['unknown']);
  const quota = { name: 'tasks', type: 'AWS::ECS::Service', max: 9, perUnit: 1, each: false };
  const settings = { environments: { dev: { scaling: { quotas: [quota], budgets: [] } } } };
  expect((await evaluated(() => 100, {}, settings)).sent).toEqual(['unknown']);
  await put('other', { capacities: { DesiredCount: 1 } });
  expect((await evaluated((id) => (id === 'unknown' ? 100 : 50), {}, settings)).sent).toEqual([]);
  expect((await evaluated((id) => (id === 'unknown' ? 5 : 50), {}, settings)).sent).toEqual(['unknown']);
});
