/** Metric data queries, of GetMetricData and of alarms on metric math: what they ask for and what they give. */
import type { JsonObject } from '../../model/json.ts';
import { isStatistic } from './aggregate.ts';
import { metricOf, objectsOf, periodOf, textAt, validationError } from './input.ts';
import { evaluateMath, readMath } from './math/evaluate.ts';
import type { Node } from './math/parse.ts';
import type { Grid, Series, Value } from './math/values.ts';
import type { MetricId, MetricStore } from './metric-store.ts';

export interface MetricStat {
  metric: MetricId;
  periodSeconds: number;
  statistic: string;
  unit?: string;
}

export interface Query {
  id: string;
  label?: string;
  returnData: boolean;
  stat?: MetricStat;
  expression?: string;
  /** The parsed expression. */
  math?: Node;
  /** The period of an expression. Default: that of the metrics of the call. */
  periodSeconds?: number;
}

export interface Range {
  startMillis: number;
  endMillis: number;
  nowMillis: number;
}

/**
 * Source: CloudWatch API Reference, "MetricDataQuery": an id, and either MetricStat or Expression.
 * @throws ServiceError
 */
export function queriesOf(list: readonly JsonObject[]): Query[] {
  const queries = list.map(queryOf);
  const ids = queries.map(({ id }) => id);
  const twice = ids.find((id, index) => ids.indexOf(id) !== index);
  if (twice !== undefined)
    throw validationError(`The values for parameter id in MetricDataQueries are not unique: ${twice}`);
  return queries;
}

function queryOf(input: JsonObject): Query {
  const id = textAt(input, 'Id');
  if (!/^[a-z][a-zA-Z0-9_]{0,254}$/.test(id))
    throw validationError(
      `The value ${JSON.stringify(id)} for parameter Id must begin with a lowercase letter and have only letters, digits and underscores.`,
    );
  if (input.AccountId !== undefined)
    throw validationError('The local cloud has one account: AccountId is refused.');
  const [stat] = objectsOf([input.MetricStat ?? null]);
  const expression = input.Expression;
  if ((stat === undefined) === (expression === undefined))
    throw validationError(`The query ${id} must have either MetricStat or Expression.`);
  const common = {
    ...{ id, returnData: input.ReturnData !== false && input.ReturnData !== 'false' },
    ...(input.Label === undefined ? {} : { label: String(input.Label) }),
  };
  if (stat !== undefined) return { ...common, stat: metricStatOf(stat) };
  const period = input.Period === undefined ? {} : { periodSeconds: periodOf(input.Period) };
  const text = String(expression);
  return { ...common, expression: text, math: readMath(text), ...period };
}

function metricStatOf(stat: JsonObject): MetricStat {
  const [metric = {}] = objectsOf([stat.Metric ?? null]);
  return {
    metric: metricOf(metric),
    periodSeconds: periodOf(stat.Period),
    statistic: statisticNamed(textAt(stat, 'Stat')),
    ...(stat.Unit === undefined ? {} : { unit: String(stat.Unit) }),
  };
}

/** @throws ServiceError for a statistic that the local cloud does not know */
export function statisticNamed(statistic: string): string {
  if (isStatistic(statistic)) return statistic;
  throw validationError(
    `The local cloud does not know the statistic ${statistic}; it knows Average, Sum, Minimum, Maximum, SampleCount and percentiles such as p99.9.`,
  );
}

const minute = 60_000;
const day = 1440 * minute;

/** Source: CloudWatch API Reference, "GetMetricData", StartTime: how CloudWatch rounds it. */
export function roundedStart(startMillis: number, periodSeconds: number, nowMillis: number): number {
  const age = nowMillis - startMillis;
  const fine = periodSeconds < 60 ? periodSeconds * 1000 : minute;
  const step = age > 63 * day ? 60 * minute : age > 15 * day ? 5 * minute : fine;
  return Math.floor(startMillis / step) * step;
}

function gridOf(periodSeconds: number, { startMillis, endMillis, nowMillis }: Range): Grid {
  const times: number[] = [];
  const start = roundedStart(startMillis, periodSeconds, nowMillis);
  for (let time = start; time < endMillis; time += periodSeconds * 1000) times.push(time);
  return { times, periodSeconds };
}

/** Returns the data of one metric. Times without data have no point. */
export function seriesOf(stat: MetricStat, range: Range, store: MetricStore): Series {
  const { metric, periodSeconds, statistic, unit } = stat;
  const points = new Map<number, number>();
  for (const startMillis of gridOf(periodSeconds, range).times) {
    const endMillis = startMillis + periodSeconds * 1000;
    const value = store.statistic(metric, statistic, {
      startMillis,
      endMillis,
      nowMillis: range.nowMillis,
      unit,
    });
    if (value !== undefined) points.set(startMillis, value);
  }
  return { label: metric.name, points, periodSeconds };
}

/** Returns the values of all queries by id. Expressions may refer to each other. @throws ServiceError */
export function evaluateQueries(
  queries: readonly Query[],
  range: Range,
  store: MetricStore,
): Map<string, Value> {
  const metrics = new Map<string, Series>();
  for (const { id, stat } of queries) if (stat !== undefined) metrics.set(id, seriesOf(stat, range, store));
  const commonPeriod = Math.max(1, ...[...metrics.values()].map(({ periodSeconds }) => periodSeconds));
  const values = new Map<string, Value>(metrics);
  const entered = new Set<string>();
  const evaluated = (id: string): Value | undefined => {
    const query = queries.find((one) => one.id === id);
    if (values.has(id) || query?.math === undefined) return values.get(id);
    if (entered.has(id)) throw validationError(`The expression ${id} refers to itself.`);
    entered.add(id);
    const grid = gridOf(query.periodSeconds ?? commonPeriod, range);
    const value = evaluateMath(query.math, { grid, metrics, expression: evaluated });
    values.set(id, value);
    return value;
  };
  for (const { id } of queries) evaluated(id);
  return values;
}

/** Returns the time series of a query that is returned. @throws ServiceError for a mere number */
export function seriesIn(value: Value | undefined, { id }: Query): Series[] {
  if (typeof value === 'number')
    throw validationError(`The expression ${id} gives a number; TIME_SERIES(...) makes a time series of it.`);
  return value === undefined ? [] : [value].flat();
}
