import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  builtInGovernance,
  type GovernanceBundle,
  loadGovernance,
} from '../../../lib/change/governance-bundle.ts';
import { ScalingIndex } from '../../../lib/inventory/scaling-index.ts';
import { type MetricQuery, type MetricSeries, queryKey } from '../../../lib/model/metric-query.ts';
import { governanceSchema } from '../../../lib/model/settings.ts';
import { type EvaluateServices, evaluateScaling } from '../../../lib/tasks/scaling/evaluate-scaling.ts';
import { type MemoryTable, openMemoryTable } from '../../dynamodb/memory-table.ts';

// What an evaluation of all policies costs, what it starts, and in which order.

const noon = '2026-01-01T12:00:00.000Z';
const account = '111111111111';
const running = `arn:aws:states:us-east-1:${account}:execution:baton-scale-asset:one`;

/** Governance without policies, and with the pack `scaling` and people who approve. */
const rules = (governance: object, owners: string[] = []): GovernanceBundle =>
  loadGovernance({ groups: { owners }, people: {} }, { governance: governanceSchema.parse(governance) }, [
    builtInGovernance,
  ]);
const free = rules({});
const governed = rules({ packs: ['scaling'], levels: { 'service-owner': { groups: ['owners'] } } }, [
  'user/ana',
  'user/ben',
]);

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

const hash = '0'.repeat(64);
const inFlightOf = (executionArn: string) => ({
  ...{ property: 'DesiredCount', from: 4, to: 8, since: noon, requestId: 'r', executionArn },
});

interface Given {
  requests?: Record<string, string>;
  governance?: GovernanceBundle;
  scaledToday?: number;
  at?: string;
  alarm?: string;
  environment?: object;
}

/** Evaluates with a steady value for each asset. */
async function evaluated(
  metric: (assetId: string) => number,
  { requests = {}, governance = free, scaledToday = 0, at: now = noon, alarm, environment = {} }: Given = {},
) {
  const sent: string[] = [];
  const wanted: number[] = [];
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
    settings: {
      ...{
        environments: { dev: environment },
        callsPerSecond: { create: 5, update: 5, delete: 5 },
        scaleEveryMinutes: 1,
      },
    },
    subnets: { free: async () => ({ free: new Map([['subnet-full', 0]]) }) },
    governance: () => governance,
    tallies: { lastDay: async () => scaledToday },
    calendars: () => ({ maintenance: [], freezes: [] }),
    ledger: {
      findRequest: async (id: string) =>
        requests[id] === undefined ? undefined : { requestId: id, status: requests[id] },
    },
    executions: { status: async (arn: string) => (arn === running ? 'RUNNING' : 'FAILED') },
    publisher: {
      publish: async (...events: { detail: { assetId: string; desired: number } }[]) => {
        sent.push(...events.map(({ detail }) => detail.assetId));
        wanted.push(...events.map(({ detail }) => detail.desired));
      },
    },
  } as unknown as EvaluateServices;
  memory.called.length = 0;
  const answer = await evaluateScaling(services, { now, account, ...(alarm !== undefined && { alarm }) });
  return { answer, sent, wanted, asked, called: [...memory.called] };
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
  it('holds while its execution runs, or its request is open', async () => {
    await put('busy');
    expect(await index.claim('busy', inFlightOf(running), hash)).toBe(true);
    expect((await evaluated(() => 100)).sent).toEqual([]);
    const dead = `${running}-dead`;
    await index.settle('busy', 'r', {});
    expect(await index.claim('busy', inFlightOf(dead), hash)).toBe(true);
    expect((await evaluated(() => 100, { requests: { r: 'Planned' } })).sent).toEqual([]);
    expect((await index.find('busy'))?.state.inFlight).toMatchObject({ executionArn: dead });
  });

  it('continues if it completed, and waits after a failure', async () => {
    await put('done');
    await index.claim('done', inFlightOf('dead'), hash);
    expect((await evaluated(() => 100, { requests: { r: 'Completed' } })).sent).toEqual(['done']);
    await index.claim('done', inFlightOf('dead'), hash);
    expect((await evaluated(() => 100, { requests: { r: 'Rejected' } })).sent).toEqual([]);
    expect((await index.find('done'))?.state).toMatchObject({
      last: { DesiredCount: { outcome: 'Rejected', failures: 1, retryAt: '2026-01-01T12:02:00.000Z' } },
    });
    expect((await evaluated(() => 100)).sent).toEqual([]);
  });
});

describe('300 assets that are to be scaled at once', () => {
  it('are all due, the most urgent first', async () => {
    for (let at = 0; at < 300; at += 1) await put(`a${at}`, { capacities: { DesiredCount: 10 } });
    const { sent, wanted, answer } = await evaluated((id) => 60 + (Number(id.slice(1)) % 50));
    expect([answer.due, new Set(sent).size]).toEqual([300, 300]);
    expect(wanted).toEqual(wanted.toSorted((a, b) => b - a));
    expect([wanted[0], wanted.at(-1)]).toEqual([20, 12]);
  }, 60_000);

  it('are as many as the rate budget has calls for in a minute; the others follow in the next one', async () => {
    for (let at = 0; at < 310; at += 1)
      await put(`a${at}`, { capacities: { DesiredCount: at < 10 ? 4 : 2 } });
    const { sent, answer } = await evaluated((id) => (Number(id.slice(1)) < 10 ? 60 : 500));
    expect(answer.due).toBe(310);
    expect(sent).toHaveLength(300);
    for (let at = 0; at < 10; at += 1) expect(sent).not.toContain(`a${at}`);
  }, 60_000);
});

describe('beyond the policy', () => {
  const full = { capacities: { DesiredCount: 40 } };
  const waits = { ...inFlightOf(running), from: 40, to: 80 };

  it('no request is made where no one could approve it', async () => {
    await put('full', full);
    expect((await evaluated(() => 100)).sent).toEqual([]);
  });

  it('people are asked once: not while a request is open, and not for an hour after it was refused', async () => {
    await put('full', full);
    const { sent, wanted } = await evaluated(() => 100, { governance: governed });
    expect([sent, wanted]).toEqual([['full'], [80]]);
    await index.claim('full', waits, hash, 'waiting');
    expect((await evaluated(() => 100, { governance: governed })).sent).toEqual([]);
    await index.settle('full', 'r', {}, 'waiting');
    await index.claim('full', { ...waits, executionArn: 'dead' }, hash, 'waiting');
    const refused = { governance: governed, requests: { r: 'Rejected' } };
    expect((await evaluated(() => 100, refused)).sent).toEqual([]);
    expect((await index.find('full'))?.state).toMatchObject({
      asked: { DesiredCount: { outcome: 'Rejected', retryAt: '2026-01-01T13:00:00.000Z' } },
    });
    expect((await evaluated(() => 100, { ...refused, at: '2026-01-01T12:59:00.000Z' })).sent).toEqual([]);
    expect((await evaluated(() => 100, { ...refused, at: '2026-01-01T13:00:00.000Z' })).sent).toEqual([
      'full',
    ]);
  });

  it('what is allowed is done meanwhile, until the approved change runs', async () => {
    await put('full', full);
    await index.claim('full', waits, hash, 'waiting');
    const idle = (status: string) => evaluated(() => 40, { governance: governed, requests: { r: status } });
    expect((await idle('Planned')).wanted).toEqual([32]);
    for (const status of ['Approved', 'Applying', 'Undoing']) expect((await idle(status)).sent).toEqual([]);
  });
});

describe('by the hours and the rate of governance', () => {
  it('the part of a scale-in that is a standard change at night is made, by day all of it', async () => {
    await put('idle', { capacities: { DesiredCount: 20 } });
    const at = (time: string) =>
      evaluated(() => 25, { governance: governed, at: `2026-01-01T${time}:00.000Z` });
    expect((await at('12:00')).wanted).toEqual([10]);
    expect((await at('23:00')).wanted).toEqual([16]);
  });

  it('people decide if not even a part of it is one', async () => {
    await put('idle');
    const often = await evaluated(() => 25, { governance: governed, scaledToday: 100 });
    expect([often.sent, often.wanted]).toEqual([['idle'], [2]]);
  });
});

describe('when an alarm changes its state', () => {
  const metrics = [{ kind: 'step', alarm: 'queue-depth', steps: [{ lower: 0, adjustment: 2 }] }];

  it.each([
    ['that no policy names, nothing is read but the index', 'other', { policies: 0, blind: 0, due: 0 }],
    ['only policies that name it are evaluated', 'queue-depth', { policies: 1, blind: 1, due: 0 }],
  ])('%s', async (_what, alarm, expected) => {
    await put('steady');
    await put('alarmed', { declared: { min: 2, max: 40, metrics } });
    const { answer, called } = await evaluated(() => 100, { alarm });
    expect(answer).toEqual(expected);
    expect(new Set(called)).toEqual(new Set(['Query']));
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
  const limited = { environment: { scaling: { quotas: [quota], budgets: [] } } };
  expect((await evaluated(() => 100, limited)).sent).toEqual(['unknown']);
  await put('other', { capacities: { DesiredCount: 1 } });
  expect((await evaluated((id) => (id === 'unknown' ? 100 : 50), limited)).sent).toEqual([]);
  expect((await evaluated((id) => (id === 'unknown' ? 5 : 50), limited)).sent).toEqual(['unknown']);
});
