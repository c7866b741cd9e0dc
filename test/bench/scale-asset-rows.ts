import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { startLocalCloud } from '../../lib/cli/local-cloud.ts';
import { submitRequest } from '../../lib/client/requests/submit-request.ts';
import { ScalingIndex } from '../../lib/inventory/scaling-index.ts';
import type { World } from '../../lib/local/world.ts';
import { type MetricQuery, type MetricSeries, queryKey } from '../../lib/model/metric-query.ts';
import { type EvaluateServices, evaluateScaling } from '../../lib/tasks/scaling/evaluate-scaling.ts';
import { openMemoryTable } from '../dynamodb/memory-table.ts';
import { assemblyWith } from '../machines/assembly-with.ts';
import type { Row } from './figures.ts';

const root = join(import.meta.dirname, '..', '..');
const minute = 60_000;

/** Measures what an evaluation of policies costs, and how long a change of capacity takes. */
export async function scaleAssetRows(policies: number): Promise<Row[]> {
  return [await evaluationRow(policies), await reactionRow()];
}

/** Evaluates policies of which none is to change anything, with a day of metrics for each. */
export async function evaluationRow(policies: number): Promise<Row> {
  const now = '2026-01-01T12:00:00.000Z';
  const account = '111111111111';
  const memory = await openMemoryTable();
  try {
    for (let at = 0; at < policies; at += 1) await memory.table.put(itemOf(`asset-${at}`, account));
    const asked: number[] = [];
    const sent: unknown[] = [];
    const services = {
      scaling: new ScalingIndex(memory.table),
      metrics: {
        alarms: async () => [],
        series: async (queries: readonly MetricQuery[]) => {
          asked.push(queries.length);
          return new Map(queries.map((query) => [queryKey(query), steady(query, Date.parse(now))]));
        },
      },
      settings: { environments: { dev: {} }, scaleEveryMinutes: 1, callsPerSecond: { update: 5 } },
      calendars: () => ({ maintenance: [], freezes: [] }),
      ledger: { findRequest: async () => undefined },
      executions: { status: async () => 'FAILED' },
      publisher: { publish: async (...events: unknown[]) => void sent.push(...events) },
    } as unknown as EvaluateServices;
    memory.called.length = 0;
    // Processor time, which a busy machine affects little.
    const started = process.cpuUsage();
    const evaluated = await evaluateScaling(services, { now, account });
    const { user, system } = process.cpuUsage(started);
    const seconds = (user + system) / 1e6;
    const queries = asked.reduce((sum, count) => sum + count, 0);
    return {
      section: 'scale-asset',
      name: `evaluate ${evaluated.policies} policies, nothing to do`,
      figures: {
        'cpu s': seconds,
        'calls beside metrics': memory.called.length,
        'metric calls': Math.ceil(queries / 500),
        started: sent.length,
      },
      target: '≤ 5 s, ≤ 10 calls, 0 executions',
      met: seconds <= 5 && memory.called.length <= 10 && sent.length === 0 && evaluated.policies === policies,
    };
  } finally {
    await memory.close();
  }
}

function itemOf(assetId: string, account: string) {
  const metrics = [{ kind: 'limit', metric: 'RequestCount', statistic: 'Sum', limit: 6000 }];
  return {
    ...{ pk: 'SCALING#assets', sk: `ASSET#${assetId}`, assetId, type: 'AWS::ECS::Service' },
    ...{ identifier: assetId, logicalId: assetId, scope: 'dev/bench', environment: 'dev', service: 'bench' },
    ...{ account, region: 'us-east-1', declared: { min: 2, max: 40, metrics } },
    capacities: { DesiredCount: 5 },
    sources: [{ namespace: 'AWS/ApplicationELB', dimensions: { TargetGroup: assetId } }],
  };
}

/** As many points as a query looks back, all of the same load: what four and a half units serve. */
function steady({ periodSeconds, lookbackSeconds }: MetricQuery, nowMillis: number): MetricSeries {
  const count = Math.floor(lookbackSeconds / periodSeconds);
  const points = Array.from({ length: count }, (_, at): [number, number] => [
    nowMillis - (count - at) * periodSeconds * 1000,
    4.5 * 100 * periodSeconds,
  ]);
  return { periodSeconds, points, complete: true };
}

/**
 * Doubles the load of a service on the local cloud, and measures from the sample that shows it to the call that writes
 * the capacity. State transitions are those of the whole executions, which end after it.
 */
async function reactionRow(): Promise<Row> {
  const { context } = JSON.parse(readFileSync(join(root, 'cdk.json'), 'utf8'));
  let written: { millis: number; calls: number } | undefined;
  let callsBefore = 0;
  let sampleMillis = Number.POSITIVE_INFINITY;
  const cloud = await startLocalCloud({
    assemblyDirectory: await assemblyWith({ ...context.baton, scaleEveryMinutes: 1 }),
    onOperation: ({ phase, operation: { type, kind, startedMillis: millis } }) => {
      if (phase !== 'started' || type !== 'AWS::ECS::Service' || kind !== 'UPDATE') return;
      if (millis >= sampleMillis) written ??= { millis, calls: functionCalls(cloud.world) - callsBefore };
    },
  });
  const { world, deployment } = cloud;
  try {
    const file = 'examples/scaling/service.yaml';
    const text = readFileSync(join(root, file), 'utf8');
    await submitRequest(deployment, {
      ...{ requestId: 'req-bench-scaling', file, text, header: {}, parameters: {}, imports: {} },
    });
    await world.clock.quiet();
    await world.clock.pass(minute - (world.clock.now() % minute));
    const steadyMinutes = 6;
    const values = Array.from({ length: 20 }, (_, at) => (at < steadyMinutes ? 300 : 600));
    const [service] = world.services.cloudControl.store.list('AWS::ECS::Service');
    world.services.loads.start({
      ...{ resource: service?.identifier ?? '', scale: 1, perUnit: 100 },
      trace: { intervalSeconds: 60, values },
    });
    // The first minute of the higher load ends one minute after the steady ones, and its sample is there then.
    sampleMillis = world.clock.now() + (steadyMinutes + 1) * minute;
    await world.clock.pass(sampleMillis - world.clock.now() - 1);
    cloud.takeCounts();
    callsBefore = functionCalls(world);
    for (let left = 5; left > 0 && written === undefined; left -= 1) await world.clock.pass(minute);
    await world.clock.quiet();
    const { stateTransitions } = cloud.takeCounts();
    const { millis = Number.NaN, calls = Number.NaN } = written ?? {};
    const seconds = (millis - sampleMillis) / 1000;
    return {
      section: 'scale-asset',
      name: 'from the sample to the capacity written',
      figures: {
        'simulated s': seconds,
        'function calls': calls,
        'calls to the end': functionCalls(world) - callsBefore,
        'transitions to the end': stateTransitions,
      },
      target: '≤ 65 s, ≤ 16 calls, ≤ 30 transitions',
      met: seconds <= 65 && calls <= 16 && stateTransitions <= 30,
    };
  } finally {
    await world.stop();
  }
}

/** Calls of all functions of the account so far. */
function functionCalls({ services, clock }: World): number {
  const id = { namespace: 'AWS/Lambda', name: 'Invocations', dimensions: {} };
  const nowMillis = clock.now();
  const window = { startMillis: nowMillis - 3 * 3_600_000, endMillis: nowMillis + 1, nowMillis };
  return services.cloudwatch.home.metrics.statistic(id, 'Sum', window) ?? 0;
}
