/**
 * What an alarm is, from the properties of `AWS::CloudWatch::Alarm` and `AWS::CloudWatch::CompositeAlarm`. The calls
 * PutMetricAlarm and PutCompositeAlarm have the same members.
 * Source: CloudWatch API Reference, "PutMetricAlarm" and "PutCompositeAlarm".
 */
import type { JsonObject } from '../../../model/json.ts';
import { percentileOf } from '../aggregate.ts';
import {
  metricOf,
  numberAt,
  objectsOf,
  optionalNumber,
  periodOf,
  textAt,
  validationError,
} from '../input.ts';
import { type Query, queriesOf, statisticNamed } from '../queries.ts';
import { parseRule, type Rule } from './composite-rule.ts';

export type Comparison = keyof typeof comparisons;

/** How a value breaches, and how a reason says so. */
export const comparisons = {
  GreaterThanThreshold: {
    breaches: (value: number, threshold: number) => value > threshold,
    words: 'greater than',
  },
  GreaterThanOrEqualToThreshold: {
    breaches: (value: number, threshold: number) => value >= threshold,
    words: 'greater than or equal to',
  },
  LessThanThreshold: {
    breaches: (value: number, threshold: number) => value < threshold,
    words: 'less than',
  },
  LessThanOrEqualToThreshold: {
    breaches: (value: number, threshold: number) => value <= threshold,
    words: 'less than or equal to',
  },
} as const;

const treatments = ['missing', 'ignore', 'breaching', 'notBreaching'] as const;
export type MissingData = (typeof treatments)[number];

export interface MetricAlarm {
  kind: 'metric';
  properties: JsonObject;
  queries: Query[];
  /** The query whose value is compared. */
  watched: Query;
  /** Only of an alarm on one metric. */
  statistic?: string;
  periodSeconds: number;
  /** N of M out of N. */
  evaluationPeriods: number;
  /** M of M out of N. */
  datapointsToAlarm: number;
  comparison: Comparison;
  threshold: number;
  missingData: MissingData;
  /** Set if the alarm keeps its state while a percentile has fewer samples. */
  samplesNeeded?: number;
}

export interface CompositeAlarm {
  kind: 'composite';
  properties: JsonObject;
  rule: Rule;
}

export type AlarmDefinition = MetricAlarm | CompositeAlarm;

export const alarmType = 'AWS::CloudWatch::Alarm';
export const compositeType = 'AWS::CloudWatch::CompositeAlarm';

/** @throws ServiceError for what CloudWatch or the local cloud refuses */
export function definitionOf(type: string, properties: JsonObject): AlarmDefinition {
  if (type !== compositeType) return metricAlarmOf(properties);
  return { kind: 'composite', properties, rule: parseRule(textAt(properties, 'AlarmRule')) };
}

function metricAlarmOf(properties: JsonObject): MetricAlarm {
  const name = String(properties.AlarmName ?? '');
  if (properties.ThresholdMetricId !== undefined || /Upper|Lower/.test(String(properties.ComparisonOperator)))
    throw validationError(
      `${name}: the local cloud has no anomaly detection: ANOMALY_DETECTION_BAND is refused.`,
    );
  if (properties.EvaluationCriteria !== undefined)
    throw validationError(`${name}: the local cloud does not know EvaluationCriteria.`);
  const comparison = oneOf(properties, 'ComparisonOperator', Object.keys(comparisons) as Comparison[]);
  const evaluationPeriods = atLeastOne(numberAt(properties, 'EvaluationPeriods'), 'EvaluationPeriods');
  const datapointsToAlarm = optionalNumber(properties, 'DatapointsToAlarm') ?? evaluationPeriods;
  if (atLeastOne(datapointsToAlarm, 'DatapointsToAlarm') > evaluationPeriods)
    throw validationError('DatapointsToAlarm must not be greater than EvaluationPeriods.');
  const common = {
    ...{ kind: 'metric' as const, properties, comparison, evaluationPeriods, datapointsToAlarm },
    threshold: numberAt(properties, 'Threshold'),
    missingData: missingDataOf(properties),
  };
  const watched = properties.Metrics === undefined ? ofOneMetric(properties) : ofQueries(properties);
  checkLength(watched.periodSeconds, evaluationPeriods);
  return { ...common, ...watched };
}

function ofOneMetric(properties: JsonObject) {
  const { Statistic, ExtendedStatistic } = properties;
  if ((Statistic === undefined) === (ExtendedStatistic === undefined))
    throw validationError('An alarm on a metric must have either Statistic or ExtendedStatistic.');
  const statistic = statisticNamed(String(Statistic ?? ExtendedStatistic));
  const periodSeconds = periodOf(properties.Period);
  const unit = properties.Unit === undefined ? {} : { unit: String(properties.Unit) };
  const stat = { metric: metricOf(properties), periodSeconds, statistic, ...unit };
  const watched: Query = { id: 'm1', returnData: true, stat };
  const percentage = percentileOf(statistic);
  const ignores = properties.EvaluateLowSampleCountPercentile === 'ignore' && percentage !== undefined;
  const samples = ignores ? { samplesNeeded: significantSamples(percentage) } : {};
  return { queries: [watched], watched, statistic, periodSeconds, ...samples };
}

/**
 * Source: CloudWatch User Guide, "Percentile-based alarms and low data samples": 10/(1-percentile) from 0.5 on, and
 * 10/percentile below.
 */
function significantSamples(percentage: number): number {
  const share = percentage / 100;
  return share >= 0.5 ? 10 / Math.max(1 - share, 1e-9) : 10 / Math.max(share, 1e-9);
}

function ofQueries(properties: JsonObject) {
  const both = ['MetricName', 'Namespace', 'Statistic', 'ExtendedStatistic', 'Period', 'Dimensions', 'Unit'];
  const given = both.filter((name) => properties[name] !== undefined);
  if (given.length > 0) throw validationError(`An alarm with Metrics must not have ${given.join(', ')}.`);
  // In an alarm, ReturnData is false unless it is given: PutMetricAlarm, "Metrics".
  const list = objectsOf(properties.Metrics);
  const queries = queriesOf(list.length === 1 ? list : list.map((one) => ({ ReturnData: false, ...one })));
  const returned = queries.filter(({ returnData }) => returnData);
  const [watched] = returned;
  if (watched === undefined || returned.length > 1)
    throw validationError('Exactly one of the Metrics of an alarm must have ReturnData true.');
  const periods = queries.flatMap(({ stat }) => (stat === undefined ? [] : [stat.periodSeconds]));
  const periodSeconds = Math.max(watched.periodSeconds ?? 0, ...periods);
  if (periods.some((one) => one !== periodSeconds))
    throw validationError('All Metrics of an alarm must have the same period.');
  const statistic = watched.stat === undefined ? {} : { statistic: watched.stat.statistic };
  return { queries, watched, periodSeconds, ...statistic };
}

/**
 * Alarms on metrics of DynamoDB ignore missing data whatever they say.
 * Source: CloudWatch User Guide, "Configuring how CloudWatch alarms treat missing data".
 */
function missingDataOf(properties: JsonObject): MissingData {
  if (properties.Namespace === 'AWS/DynamoDB') return 'ignore';
  if (properties.TreatMissingData === undefined) return 'missing';
  return oneOf(properties, 'TreatMissingData', treatments);
}

/** Source: "PutMetricAlarm", EvaluationPeriods: a day, or seven days with periods of an hour or more. */
function checkLength(periodSeconds: number, evaluationPeriods: number): void {
  const most = periodSeconds >= 3600 ? 7 * 86_400 : 86_400;
  if (periodSeconds * evaluationPeriods > most)
    throw validationError(
      `Metrics cannot be checked across more than ${most} seconds (EvaluationPeriods * Period).`,
    );
}

function atLeastOne(value: number, name: string): number {
  if (Number.isInteger(value) && value >= 1) return value;
  throw validationError(`${name} must be an integer from 1, not ${value}.`);
}

function oneOf<T extends string>(properties: JsonObject, name: string, known: readonly T[]): T {
  const found = known.find((one) => one === properties[name]);
  if (found !== undefined) return found;
  throw validationError(
    `The value ${JSON.stringify(properties[name])} for ${name} must be one of ${known.join(', ')}.`,
  );
}
