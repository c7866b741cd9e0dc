/** What CloudWatch keeps of the values of a metric in a second or a minute, and the statistics of it. */
export interface Aggregate {
  count: number;
  sum: number;
  minimum: number;
  maximum: number;
  /** How often each value was reported. Absent if only a statistic set was: percentiles are then unknown. */
  values?: ReadonlyMap<number, number>;
}

export function aggregateOf(values: readonly number[], counts: readonly number[]): Aggregate {
  const byValue = new Map<number, number>();
  let [count, sum] = [0, 0];
  for (const [index, value] of values.entries()) {
    const times = counts[index] ?? 1;
    count += times;
    sum += value * times;
    byValue.set(value, (byValue.get(value) ?? 0) + times);
  }
  const known = [...byValue.keys()];
  return { count, sum, minimum: Math.min(...known), maximum: Math.max(...known), values: byValue };
}

/**
 * Percentiles of a statistic set are known if it holds one sample or equal ones.
 * Source: CloudWatch User Guide, "CloudWatch statistics definitions", percentiles.
 */
export function aggregateOfSet(set: Omit<Aggregate, 'values'>): Aggregate {
  const known = set.count === 1 || set.minimum === set.maximum;
  return known ? { ...set, values: new Map([[set.minimum, set.count]]) } : set;
}

/** An aggregate that is added to. */
export interface Accumulated {
  count: number;
  sum: number;
  minimum: number;
  maximum: number;
  values?: Map<number, number>;
}

export function accumulated(aggregate: Aggregate): Accumulated {
  const { values, ...rest } = aggregate;
  return values === undefined ? rest : { ...rest, values: new Map(values) };
}

/** Adds in place: a minute of simulated time may see thousands of values. */
export function accumulate(to: Accumulated, { count, sum, minimum, maximum, values }: Aggregate): void {
  to.count += count;
  to.sum += sum;
  to.minimum = Math.min(to.minimum, minimum);
  to.maximum = Math.max(to.maximum, maximum);
  if (values === undefined) delete to.values;
  for (const [value, times] of values ?? []) to.values?.set(value, (to.values.get(value) ?? 0) + times);
}

/** Returns one aggregate of several, or undefined of none. `withValues`: for percentiles only, because it costs. */
export function merged(parts: readonly Aggregate[], withValues: boolean): Aggregate | undefined {
  const [first] = parts;
  if (first === undefined || parts.length === 1) return first;
  const whole = { count: 0, sum: 0, minimum: first.minimum, maximum: first.maximum };
  for (const { count, sum, minimum, maximum } of parts) {
    whole.count += count;
    whole.sum += sum;
    whole.minimum = Math.min(whole.minimum, minimum);
    whole.maximum = Math.max(whole.maximum, maximum);
  }
  const known = withValues && parts.every(({ values }) => values !== undefined);
  return known ? { ...whole, values: mergedValues(parts) } : whole;
}

function mergedValues(parts: readonly Aggregate[]): Map<number, number> {
  const values = new Map<number, number>();
  for (const part of parts) {
    for (const [value, times] of part.values ?? []) values.set(value, (values.get(value) ?? 0) + times);
  }
  return values;
}

const statistics: Record<string, (aggregate: Aggregate) => number> = {
  Average: ({ sum, count }) => sum / count,
  Sum: ({ sum }) => sum,
  Minimum: ({ minimum }) => minimum,
  Maximum: ({ maximum }) => maximum,
  SampleCount: ({ count }) => count,
};

/** Returns the percentage of `p99.9`, or undefined if it isn't a percentile. */
export function percentileOf(statistic: string): number | undefined {
  const text = /^p(\d{1,2}(?:\.\d{1,10})?|100)$/.exec(statistic)?.[1];
  return text === undefined ? undefined : Number(text);
}

/** Statistics that the local cloud knows. Trimmed means and their relatives are not among them. */
export function isStatistic(statistic: string): boolean {
  return Object.hasOwn(statistics, statistic) || percentileOf(statistic) !== undefined;
}

/** Returns a statistic, or undefined if it can't be computed from what was reported. */
export function statisticOf(aggregate: Aggregate, statistic: string): number | undefined {
  const percentage = percentileOf(statistic);
  if (percentage === undefined) return statistics[statistic]?.(aggregate);
  return aggregate.values === undefined ? undefined : percentile(aggregate.values, percentage);
}

/** The least value that is at least as large as so many percent of the values. AWS interpolates in large sets. */
function percentile(values: ReadonlyMap<number, number>, percentage: number): number | undefined {
  // Percentiles are not available for metrics with negative values ("CloudWatch statistics definitions").
  const sorted = [...values].sort(([a], [b]) => a - b);
  if ((sorted[0]?.[0] ?? 0) < 0) return undefined;
  const total = sorted.reduce((sum, [, times]) => sum + times, 0);
  let below = 0;
  for (const [value, times] of sorted) {
    below += times;
    if (below >= (total * percentage) / 100 - 1e-9) return value;
  }
  return sorted.at(-1)?.[0];
}
