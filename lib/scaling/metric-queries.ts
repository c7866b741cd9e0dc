import { sourceOfMetric } from '../model/capacity/metric-sources.ts';
import type { CapacityTrait } from '../model/capacity/trait.ts';
import type { MetricQuery, MetricSource } from '../model/metric-query.ts';
import type { ScalingMetric, ScalingPolicy } from '../model/scaling-policy.ts';
import { behaviorOf } from './behavior-of.ts';

/** A policy for one capacity of an asset, and where the metrics of the asset come from. */
export interface ScalingSubject {
  policy: ScalingPolicy;
  trait: CapacityTrait;
  region: string;
  sources: readonly MetricSource[];
}

/** Metrics may be late by some minutes. */
const marginSeconds = 900;
/** A day, of whose every hour the default policy takes the headroom, and some more. */
const learnedSeconds = 90_000;
/** A history of a day in longer periods costs a fifth of the data. */
const learnedPeriodSeconds = 300;

export type MeasuredMetric = Exclude<ScalingMetric, { kind: 'step' }>;

/** Returns the query of a metric, or undefined if the policy and the type don't say where it comes from. */
export function queryOf(subject: ScalingSubject, metric: MeasuredMetric): MetricQuery | undefined {
  const { region, sources, policy } = subject;
  const source = sourceOfMetric(sources, metric);
  const namespace = metric.namespace ?? source?.namespace;
  const dimensions = metric.dimensions ?? source?.dimensions;
  if (namespace === undefined || dimensions === undefined) return undefined;
  return {
    ...{ region, namespace, metric: metric.metric, dimensions },
    ...{ statistic: metric.statistic, periodSeconds: metric.periodSeconds },
    lookbackSeconds: windowSeconds(policy) + marginSeconds + 3 * metric.periodSeconds,
  };
}

/** Returns the query of the history from which the default policy learns. */
export function learnedQueryOf(subject: ScalingSubject, metric: MeasuredMetric): MetricQuery | undefined {
  const query = queryOf(subject, metric);
  if (query === undefined) return undefined;
  const periodSeconds = Math.max(learnedPeriodSeconds, metric.periodSeconds);
  return { ...query, periodSeconds, lookbackSeconds: learnedSeconds };
}

/** Returns everything that a policy reads, except the metrics of its alarms. */
export function queriesOf(subject: ScalingSubject): MetricQuery[] {
  return subject.policy.metrics.flatMap((metric) => {
    if (metric.kind === 'step') return [];
    const learned = metric.kind === 'limit' ? [learnedQueryOf(subject, metric)] : [];
    return [queryOf(subject, metric), ...learned].filter((one) => one !== undefined);
  });
}

/** Returns the names of the alarms that a policy has steps for. */
export function alarmsOf({ metrics }: ScalingPolicy): string[] {
  return metrics.flatMap((metric) => (metric.kind === 'step' ? [metric.alarm] : []));
}

/** The longest stabilization window of a policy. */
export function windowSeconds(policy: ScalingPolicy): number {
  const { scaleUp, scaleDown } = behaviorOf(policy) ?? {};
  return Math.max(scaleUp?.stabilizationWindowSeconds ?? 0, scaleDown?.stabilizationWindowSeconds ?? 0);
}
