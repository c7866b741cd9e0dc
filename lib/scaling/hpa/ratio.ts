import { MetricError } from './types.ts';

/** The usage of pods against its target. */
export interface Usage {
  ratio: number;
  utilizationPercent?: number;
  averageValueMilli: number;
}

/**
 * Compares usage with requests. The utilization is an integer, truncated, as in the controller; samples of pods
 * without a request are of other pods.
 */
export function utilization(
  values: ReadonlyMap<string, number>,
  requests: ReadonlyMap<string, number>,
  targetPercent: number,
): Usage {
  const known = [...values].filter(([pod]) => requests.has(pod));
  const total = sum(known.map(([, value]) => value));
  const requested = sum(known.map(([pod]) => requests.get(pod) ?? 0));
  if (requested === 0) throw new MetricError('no sample belongs to a known pod; expected at least one');
  const percent = Math.trunc((total * 100) / requested);
  return {
    ratio: percent / targetPercent,
    utilizationPercent: percent,
    averageValueMilli: Math.trunc(total / known.length),
  };
}

/** Compares the integer average of all samples with a target value. */
export function averageUsage(values: ReadonlyMap<string, number>, targetMilli: number): Usage {
  const average = Math.trunc(sum([...values.values()]) / values.size);
  return { ratio: average / targetMilli, averageValueMilli: average };
}

export function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
