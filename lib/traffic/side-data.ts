import type { MetricQuery, MetricSeries } from '../model/metric-query.ts';
import { queryKey } from '../model/metric-query.ts';
import type { ShiftPlan } from '../model/traffic-shift.ts';
import type { Observed, Reading } from './shift/observed.ts';
import type { SideSource } from './side-metrics.ts';

/** CloudWatch has the metrics of services by the minute. */
const periodSeconds = 60;
/** History of the stable side to compare with, and for how long the last number of healthy targets counts. */
const historySeconds = 900;
const freshSeconds = 300;
/** A value that is older than this is not the latest one: later ones are missing. */
const latestSeconds = 180;

/** Where the data of both sides is, and since when the new side has its weight. */
export interface Sources {
  region: string;
  target: SideSource | undefined;
  stable: SideSource | undefined;
  sinceSeconds: number;
  nowSeconds: number;
}

type Side = 'target' | 'stable';
export type SideData = Pick<Observed, 'metrics' | 'samples' | 'targetReady' | 'stableReady'>;

function queryOf(
  sources: Sources,
  side: Side,
  asked: { metric: string; namespace?: string | undefined; statistic: string },
): MetricQuery | undefined {
  const source = sources[side];
  if (source === undefined) return undefined;
  return {
    region: sources.region,
    namespace: asked.namespace ?? source.namespace,
    ...{ metric: asked.metric, dimensions: source.dimensions, statistic: asked.statistic, periodSeconds },
    lookbackSeconds: Math.max(historySeconds, sources.nowSeconds - sources.sinceSeconds + 2 * periodSeconds),
  };
}

const requestsOf = (sources: Sources, side: Side) =>
  queryOf(sources, side, { metric: sources[side]?.requests ?? '', statistic: 'Sum' });
const healthOf = (sources: Sources, side: Side) =>
  sources[side]?.healthy === undefined
    ? undefined
    : queryOf(sources, side, { metric: sources[side]?.healthy ?? '', statistic: 'Minimum' });

/** Returns everything that is read for the analysis of a shift. */
export function sideQueries({ metrics }: ShiftPlan, sources: Sources): MetricQuery[] {
  const measured = metrics.flatMap((metric) =>
    metric.kind === 'verdict' ? [] : [queryOf(sources, 'target', metric), queryOf(sources, 'stable', metric)],
  );
  const sides = (['target', 'stable'] as const).flatMap((side) => [
    requestsOf(sources, side),
    healthOf(sources, side),
  ]);
  return [...measured, ...sides].filter((query) => query !== undefined);
}

/** Returns what the data of both sides says. What is missing stays missing. */
export function sideData(
  { metrics }: ShiftPlan,
  sources: Sources,
  series: ReadonlyMap<string, MetricSeries>,
): SideData {
  const points = (query: MetricQuery | undefined) =>
    query === undefined ? [] : (series.get(queryKey(query))?.points ?? []);
  const since = Math.floor(sources.sinceSeconds / periodSeconds) * periodSeconds;
  const valuesOf = (side: Side, asked: Parameters<typeof queryOf>[2], from: number): (number | null)[] => {
    const found = new Map(points(queryOf(sources, side, asked)));
    if (sources[side]?.sparse?.test(asked.metric) && asked.statistic === 'Sum')
      for (const [start, requests] of points(requestsOf(sources, side)))
        if (requests > 0 && !found.has(start)) found.set(start, 0);
    const known = [...found].filter(([start]) => start / 1000 >= from).sort(([one], [other]) => one - other);
    const latest = (known.at(-1)?.[0] ?? 0) / 1000 + periodSeconds;
    const values = known.map(([, value]) => value);
    return sources.nowSeconds - latest > latestSeconds ? [...values, null] : values;
  };
  const readings = metrics.map((metric): Reading => {
    if (metric.kind === 'verdict') return {};
    const target = valuesOf('target', metric, since);
    return metric.kind === 'compare'
      ? { target, stable: valuesOf('stable', metric, sources.nowSeconds - historySeconds) }
      : { target };
  });
  const served = points(requestsOf(sources, 'target')).filter(([start]) => start / 1000 >= since);
  const ready = (side: Side): boolean | null => {
    if (sources[side]?.healthy === undefined) return true;
    const [, healthy] = points(healthOf(sources, side))
      .filter(([start]) => start / 1000 >= sources.nowSeconds - freshSeconds)
      .at(-1) ?? [0, null];
    return healthy === null ? null : healthy > 0;
  };
  return {
    metrics: readings,
    samples: served.length === 0 ? null : served.reduce((sum, [, requests]) => sum + requests, 0),
    targetReady: ready('target'),
    stableReady: ready('stable'),
  };
}
