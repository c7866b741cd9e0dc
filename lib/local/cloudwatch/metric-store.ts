/** The metrics of a region: aggregates by metric, unit and time. */
import {
  type Accumulated,
  type Aggregate,
  accumulate,
  accumulated,
  merged,
  percentileOf,
  statisticOf,
} from './aggregate.ts';

export interface MetricId {
  namespace: string;
  name: string;
  dimensions: Readonly<Record<string, string>>;
}

export interface Sample {
  timestampMillis: number;
  unit: string;
  /** 1 for high resolution, otherwise 60. */
  resolutionSeconds: number;
  aggregate: Aggregate;
}

interface Bucket {
  startMillis: number;
  resolutionSeconds: number;
  aggregate: Accumulated;
}

const hour = 3_600_000;
const day = 24 * hour;

/**
 * How long data is kept, by the period that it can be read with.
 * Source: CloudWatch User Guide, "Metrics retention".
 */
const retention: readonly { periodSeconds: number; keptMillis: number }[] = [
  { periodSeconds: 1, keptMillis: 3 * hour },
  { periodSeconds: 60, keptMillis: 15 * day },
  { periodSeconds: 300, keptMillis: 63 * day },
  { periodSeconds: 3600, keptMillis: 455 * day },
];

/** Returns the least period that data of this age can be read with, or undefined if it is gone. */
export function leastPeriodSeconds(ageMillis: number): number | undefined {
  return retention.find(({ keptMillis }) => ageMillis <= keptMillis)?.periodSeconds;
}

/** Alarms read the same metrics each minute. */
const knownKeys = new WeakMap<MetricId, string>();

/** The same text for the same metric, in any order of dimensions. */
export function metricKey(id: MetricId): string {
  const known = knownKeys.get(id);
  if (known !== undefined) return known;
  const pairs = Object.entries(id.dimensions).sort(([a], [b]) => (a < b ? -1 : 1));
  const key = JSON.stringify([id.namespace, id.name, ...pairs.flat()]);
  knownKeys.set(id, key);
  return key;
}

export interface Metric {
  id: MetricId;
  /** By unit, each ordered by time. */
  byUnit: Map<string, Bucket[]>;
  lastMillis: number;
}

export class MetricStore {
  private readonly metrics = new Map<string, Metric>();
  /** Called with the key of each metric that gets data. */
  onData: (key: string) => void = () => {};

  put(id: MetricId, sample: Sample): void {
    const key = metricKey(id);
    const metric = this.metrics.get(key) ?? { id, byUnit: new Map(), lastMillis: 0 };
    this.metrics.set(key, metric);
    const buckets = metric.byUnit.get(sample.unit) ?? [];
    metric.byUnit.set(sample.unit, buckets);
    metric.lastMillis = Math.max(metric.lastMillis, sample.timestampMillis);
    add(buckets, sample);
    this.onData(key);
  }

  /** Returns the metrics that had data since a time. */
  list(sinceMillis: number): MetricId[] {
    return [...this.metrics.values()].filter((one) => one.lastMillis >= sinceMillis).map(({ id }) => id);
  }

  /** Tells whether a metric has data since a time, of whatever unit. */
  hasDataSince(id: MetricId, sinceMillis: number): boolean {
    return (this.metrics.get(metricKey(id))?.lastMillis ?? Number.NEGATIVE_INFINITY) >= sinceMillis;
  }

  /** Returns the unit that a metric was first reported with. */
  unitOf(id: MetricId): string {
    return this.metrics.get(metricKey(id))?.byUnit.keys().next().value ?? 'None';
  }

  /** Returns what was reported in [start, end), or undefined if nothing was or if it is no longer kept. */
  read(id: MetricId, window: Window): Aggregate | undefined {
    const least = leastPeriodSeconds(window.nowMillis - window.startMillis);
    const period = (window.endMillis - window.startMillis) / 1000;
    const metric = this.metrics.get(metricKey(id));
    if (metric === undefined || least === undefined || period < least) return undefined;
    const series = window.unit === undefined ? [...metric.byUnit.values()] : [metric.byUnit.get(window.unit)];
    const parts: Aggregate[] = [];
    for (const buckets of series) {
      if (buckets === undefined) continue;
      for (let index = lowerBound(buckets, window.startMillis); index < buckets.length; index += 1) {
        const bucket = buckets[index];
        if (bucket === undefined || bucket.startMillis >= window.endMillis) break;
        // Data of standard resolution has no points within a minute.
        if (bucket.resolutionSeconds <= period) parts.push(bucket.aggregate);
      }
    }
    return merged(parts, window.withValues === true);
  }

  /** Returns a statistic in [start, end). */
  statistic(id: MetricId, statistic: string, window: Window): number | undefined {
    const withValues = percentileOf(statistic) !== undefined;
    const found = this.read(id, { ...window, withValues });
    return found === undefined ? undefined : statisticOf(found, statistic);
  }
}

export interface Window {
  startMillis: number;
  endMillis: number;
  nowMillis: number;
  /** Only data with this unit. */
  unit?: string | undefined;
  withValues?: boolean;
}

function add(buckets: Bucket[], { timestampMillis, resolutionSeconds, aggregate }: Sample): void {
  const length = resolutionSeconds * 1000;
  const startMillis = Math.floor(timestampMillis / length) * length;
  let index = lowerBound(buckets, startMillis);
  while (buckets[index]?.startMillis === startMillis) {
    const bucket = buckets[index];
    if (bucket?.resolutionSeconds === resolutionSeconds) {
      accumulate(bucket.aggregate, aggregate);
      return;
    }
    index += 1;
  }
  buckets.splice(index, 0, { startMillis, resolutionSeconds, aggregate: accumulated(aggregate) });
}

/** Returns the index of the first bucket that starts at or after a time. Most data comes in order of time. */
function lowerBound(buckets: readonly Bucket[], startMillis: number): number {
  if ((buckets.at(-1)?.startMillis ?? Number.NEGATIVE_INFINITY) < startMillis) return buckets.length;
  let [low, high] = [0, buckets.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((buckets[middle]?.startMillis ?? 0) < startMillis) low = middle + 1;
    else high = middle;
  }
  return low;
}
