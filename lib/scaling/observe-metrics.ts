import { type MetricSeries, type ObservedAlarm, queryKey } from '../model/metric-query.ts';
import type { CapacityChange, Proposal } from '../model/scaling-decision.ts';
import type { ScalingMetric } from '../model/scaling-policy.ts';
import { LimitPolicy, type LimitProposal } from './limit/limit-policy.ts';
import { limitParameters } from './limit/parameters.ts';
import { learnedQueryOf, type MeasuredMetric, queryOf, type ScalingSubject } from './metric-queries.ts';
import { capacitiesBetween, capacityAt } from './past-capacity.ts';
import { stepProposal } from './step-proposal.ts';

/** The data that proposals are made from. */
export interface MetricData {
  series: ReadonlyMap<string, MetricSeries>;
  /** By name. An alarm that is not there has no data. */
  alarms: ReadonlyMap<string, ObservedAlarm>;
}

/** The capacity at the instant of the proposals, and the changes before. */
export interface SizeThen {
  current: number;
  ready: number;
  changes: readonly CapacityChange[];
}

type Newest = Pick<Proposal, 'status' | 'value'> & { measuredMillis?: number };
const missing: Newest = { status: 'missing', value: null };

/**
 * Returns what each metric of kind `target` proposes at an instant, now or in the past. A value is the mean of the units
 * that served when it was measured. If the capacity changed since, and in the warm-up before, their number lies between
 * the least and the most of that time: then the load counts that is nearest to what the capacity is for, so that no
 * change is made twice and none is taken back before its effect is measured.
 */
export function targetProposals(
  subject: ScalingSubject,
  data: MetricData,
  atMillis: number,
  { current, changes }: Pick<SizeThen, 'current' | 'changes'>,
): Proposal[] {
  const warmUp = subject.trait.warmUpSeconds * 1000;
  return subject.policy.metrics.flatMap((metric): Proposal[] => {
    if (metric.kind !== 'target') return [];
    const { metric: source, target, tolerance, periodSeconds } = metric;
    const tolerated = { target, ...(tolerance === undefined ? {} : { tolerance }) };
    const { measuredMillis, ...newest } = newestOf(subject, metric, data, atMillis);
    const since = (measuredMillis ?? atMillis - periodSeconds * 1000) - warmUp;
    const { least, most } = capacitiesBetween(changes, [since, atMillis], current);
    if (least === most || newest.value === null)
      return [{ source, kind: 'average', ...tolerated, ...newest }];
    const value = Math.min(Math.max(current * target, newest.value * least), newest.value * most);
    const name = `${source} (${newest.value}, of ${least} to ${most} units)`;
    return [{ source: name, kind: 'total', ...tolerated, status: newest.status, value }];
  });
}

/** Returns what the other metrics propose now, and the floor of the forecast. */
export function otherProposals(
  subject: ScalingSubject,
  data: MetricData,
  atMillis: number,
  size: SizeThen,
): { proposals: Proposal[]; floor: number } {
  const found = subject.policy.metrics.map((metric) => {
    if (metric.kind === 'target') return { proposals: [], floor: 0 };
    if (metric.kind === 'step') return { proposals: steps(metric, data, atMillis, size), floor: 0 };
    const learned = learnedOf(subject, metric, data, atMillis, size);
    const { metric: source, limit } = metric;
    const capacity = learned?.capacity ?? null;
    const status = capacity === null ? ('missing' as const) : ('ok' as const);
    // The last period counts as it is: what is learned from longer ones comes some minutes later.
    const { status: statusNow, value } = newestOf(subject, metric, data, atMillis);
    const recent = peakOf(subject, metric, data, atMillis);
    const total = { kind: 'total', target: limit, tolerance: 0, status: statusNow } as const;
    const proposals: Proposal[] = [
      { source, kind: 'capacity', status, value: capacity },
      { source: `${source} (now)`, ...total, value },
      // Each period of the memory counts, as it does for what is learned, but none that is over adds capacity.
      { source: `${source} (recent)`, ...total, value: value && Math.min(recent, size.current * limit) },
    ];
    return { proposals, floor: learned?.floor ?? 0 };
  });
  return {
    proposals: found.flatMap(({ proposals }) => proposals),
    floor: Math.max(0, ...found.map(({ floor }) => floor)),
  };
}

function steps(
  metric: Extract<ScalingMetric, { kind: 'step' }>,
  { series, alarms }: MetricData,
  atMillis: number,
  { current, ready }: SizeThen,
): Proposal[] {
  const { alarm: name, adjustmentType, minAdjustmentMagnitude } = metric;
  const alarm = alarms.get(name);
  const of = alarm?.query === undefined ? undefined : series.get(queryKey(alarm.query));
  const proposal = stepProposal(
    {
      ...{ alarm: name, adjustmentType, minAdjustmentMagnitude },
      state: alarm?.state ?? 'INSUFFICIENT_DATA',
      threshold: alarm?.threshold ?? 0,
      value: newestIn(of, atMillis).value,
      steps: metric.steps.map(({ lower = null, upper = null, adjustment }) => ({ lower, upper, adjustment })),
    },
    { current, warming: current - ready },
  );
  return proposal === undefined ? [] : [proposal];
}

/** The default policy on the history of a metric: what it says after its last period. */
function learnedOf(
  subject: ScalingSubject,
  metric: Extract<MeasuredMetric, { kind: 'limit' }>,
  { series }: MetricData,
  atMillis: number,
  { current, changes }: SizeThen,
): LimitProposal | undefined {
  const query = learnedQueryOf(subject, metric);
  const found = query && series.get(queryKey(query));
  const newest = newestIn(found, atMillis);
  if (found === undefined || newest.value === null) return undefined;
  const { periodSeconds } = found;
  const learner = new LimitPolicy({
    intervalSeconds: periodSeconds,
    startUpSeconds: subject.trait.warmUpSeconds,
    seasons: subject.policy.forecast.seasons,
  });
  // Sums grow with the period. The limit is for a period of the metric.
  const sums = metric.statistic === 'Sum' || metric.statistic === 'SampleCount';
  const unit = metric.limit * (sums ? periodSeconds / metric.periodSeconds : 1);
  const values = new Map(found.points);
  const period = periodSeconds * 1000;
  const last = found.points.findLast(([start]) => start + period <= atMillis)?.[0] ?? 0;
  let proposal: LimitProposal | undefined;
  for (let start = found.points[0]?.[0] ?? last; start <= last; start += period) {
    const value = values.get(start);
    const load = value === undefined || !Number.isFinite(value) || value < 0 ? null : value / unit;
    proposal = learner.observe(load, capacityAt(changes, start + period, current));
  }
  return proposal;
}

/** Returns the largest value in the memory of the default policy; 0 without any. */
function peakOf(
  subject: ScalingSubject,
  metric: MeasuredMetric,
  { series }: MetricData,
  atMillis: number,
): number {
  const query = queryOf(subject, metric);
  const points = (query && series.get(queryKey(query))?.points) ?? [];
  const since = atMillis - limitParameters.memorySeconds * 1000;
  const recent = points.filter(
    ([start, value]) => start >= since && start < atMillis && Number.isFinite(value),
  );
  return Math.max(0, ...recent.map(([, value]) => value));
}

function newestOf(
  subject: ScalingSubject,
  metric: MeasuredMetric,
  { series }: MetricData,
  atMillis: number,
): Newest {
  const query = queryOf(subject, metric);
  return newestIn(query && series.get(queryKey(query)), atMillis);
}

/** Returns the value of the newest whole period. Data that ended three periods ago, and three minutes, is stale. */
function newestIn(series: MetricSeries | undefined, atMillis: number): Newest {
  if (series === undefined) return missing;
  const period = series.periodSeconds * 1000;
  const point = series.points.findLast(([start]) => start + period <= atMillis);
  if (point === undefined) return missing;
  const [start, value] = point;
  if (atMillis - (start + period) > Math.max(3 * period, 180_000)) return { status: 'stale', value: null };
  if (!Number.isFinite(value)) return { status: 'nan', value: null };
  return { status: series.complete ? 'ok' : 'partial', value, measuredMillis: start };
}
