import { canonicalJson } from './json.ts';

/** A namespace and the dimensions of an asset in it. With `metrics`, only for those. */
export interface MetricSource {
  namespace: string;
  dimensions: Record<string, string>;
  metrics?: string[];
}

/** One metric to read, and how far back. */
export interface MetricQuery {
  region: string;
  namespace: string;
  metric: string;
  dimensions: Record<string, string>;
  statistic: string;
  periodSeconds: number;
  lookbackSeconds: number;
}

/** The data of a query: the start of each period in epoch milliseconds and its value, the oldest first. */
export interface MetricSeries {
  periodSeconds: number;
  points: [startMillis: number, value: number][];
  /** Whether CloudWatch returned all data of the range. */
  complete: boolean;
}

/** An alarm as it is now. */
export interface ObservedAlarm {
  name: string;
  state: 'OK' | 'ALARM' | 'INSUFFICIENT_DATA';
  threshold: number;
  /** Its metric; absent for alarms on metric math and for composite alarms. */
  query?: MetricQuery;
}

/** Equal for queries with the same data. How far back they go does not matter. */
export function queryKey({ lookbackSeconds: _, ...query }: MetricQuery): string {
  return canonicalJson(query);
}
