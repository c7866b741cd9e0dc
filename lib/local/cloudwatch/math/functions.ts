/**
 * The functions of metric math that the local cloud knows.
 * Source: CloudWatch User Guide, "Functions supported for metric math".
 */
import { validationError } from '../input.ts';
import {
  finite,
  type Grid,
  isSeries,
  mapped,
  mapSeries,
  type Points,
  type Series,
  type Value,
} from './values.ts';

/** Values, and the words REPEAT and LINEAR as texts. */
export type Argument = Value | string;
type MathFunction = (args: readonly Argument[], grid: Grid) => Value;

const mean = (values: readonly number[]) => values.reduce((sum, one) => sum + one, 0) / values.length;

function deviation(values: readonly number[]): number {
  const middle = mean(values);
  return Math.sqrt(mean(values.map((one) => (one - middle) ** 2)));
}

/** These give a number of one series, and a series of a list, of those that have data at a time. */
const summaries: Record<string, (values: readonly number[]) => number> = {
  AVG: mean,
  SUM: (values) => values.reduce((sum, one) => sum + one, 0),
  MAX: (values) => Math.max(...values),
  MIN: (values) => Math.min(...values),
  STDDEV: deviation,
};

const eachValue: Record<string, (value: number) => number> = {
  ABS: Math.abs,
  CEIL: Math.ceil,
  FLOOR: Math.floor,
  LOG: Math.log,
  LOG10: Math.log10,
};

const ofTime: Record<string, (date: Date) => number> = {
  EPOCH: (date) => date.getTime() / 1000,
  MINUTE: (date) => date.getUTCMinutes(),
  HOUR: (date) => date.getUTCHours(),
  DAY: (date) => date.getUTCDay() || 7,
  DATE: (date) => date.getUTCDate(),
  MONTH: (date) => date.getUTCMonth() + 1,
  YEAR: (date) => date.getUTCFullYear(),
};

/** These compare each point with the one before it; the first has none. */
const ofNeighbors: Record<string, (change: number, seconds: number) => number> = {
  DIFF: (change) => change,
  DIFF_TIME: (_change, seconds) => seconds,
  RATE: (change, seconds) => change / seconds,
};

export const mathFunctions: Readonly<Record<string, MathFunction>> = {
  ...tableOf(
    summaries,
    (summary) =>
      ([value]) =>
        summarized(valueIn(value), summary),
  ),
  ...tableOf(
    eachValue,
    (change) =>
      ([value]) =>
        mapped(valueIn(value), change),
  ),
  ...tableOf(
    ofTime,
    (part) =>
      ([value]) =>
        eachSeries(value, (one) => mapSeries(one, (_v, time) => part(new Date(time)))),
  ),
  ...tableOf(
    ofNeighbors,
    (change) =>
      ([value]) =>
        eachSeries(value, (one) => neighbors(one, change)),
  ),
  FILL: ([value, filler], grid) =>
    eachSeries(value, (one) => ({ ...one, points: filled(one, filler, grid) })),
  FIRST: ([value]) => atEnd(listOf(value), 0),
  LAST: ([value]) => atEnd(listOf(value), -1),
  IF: ([condition, yes, no]) => choice(valueIn(condition), valueIn(yes), valueIn(no)),
  METRIC_COUNT: ([value]) => listOf(value).length,
  PERIOD: ([value]) => seriesOf(value).periodSeconds,
  RUNNING_SUM: ([value]) => eachSeries(value, runningSum),
  TIME_SERIES: ([value], { times, periodSeconds }) => {
    const number = valueIn(value);
    if (typeof number !== 'number') throw validationError('TIME_SERIES takes a number.');
    return { label: 'TIME_SERIES', points: new Map(times.map((time) => [time, number])), periodSeconds };
  },
};

function tableOf<T>(table: Record<string, T>, make: (one: T) => MathFunction): Record<string, MathFunction> {
  return Object.fromEntries(Object.entries(table).map(([name, one]) => [name, make(one)]));
}

function valueIn(argument: Argument | undefined): Value {
  if (argument !== undefined && typeof argument !== 'string') return argument;
  throw validationError(
    `A function of an expression has the argument ${JSON.stringify(argument)}, not a value.`,
  );
}

function seriesOf(argument: Argument | undefined): Series {
  const value = valueIn(argument);
  if (isSeries(value)) return value;
  throw validationError('A function of an expression needs one time series.');
}

function listOf(argument: Argument | undefined): Series[] {
  const value = valueIn(argument);
  if (Array.isArray(value)) return value;
  throw validationError('A function of an expression needs an array of time series.');
}

function eachSeries(argument: Argument | undefined, change: (series: Series) => Series): Value {
  const value = valueIn(argument);
  return Array.isArray(value) ? value.map(change) : change(seriesOf(value));
}

function summarized(value: Value, summary: (values: readonly number[]) => number): Value {
  if (typeof value === 'number') return value;
  if (isSeries(value)) return value.points.size === 0 ? Number.NaN : summary([...value.points.values()]);
  const byTime = new Map<number, number[]>();
  for (const { points } of value) {
    for (const [time, one] of points) byTime.set(time, [...(byTime.get(time) ?? []), one]);
  }
  const points = [...byTime]
    .sort(([a], [b]) => a - b)
    .map(([time, values]) => [time, summary(values)] as const);
  return {
    label: '',
    points: finite(points),
    periodSeconds: Math.max(1, ...value.map((one) => one.periodSeconds)),
  };
}

function atEnd(list: readonly Series[], index: 0 | -1): Series {
  const found = list.at(index);
  if (found === undefined) throw validationError('FIRST and LAST need an array with a time series.');
  return found;
}

/** A condition other than 0 is true. A point without a condition, or without the chosen value, is no point. */
function choice(condition: Value, yes: Value, no: Value): Value {
  if (typeof condition === 'number') return condition === 0 ? no : yes;
  if (Array.isArray(condition)) throw validationError('The condition of IF is a number or one time series.');
  const at = (value: Value, time: number) =>
    typeof value === 'number' ? value : isSeries(value) ? value.points.get(time) : undefined;
  const points: [number, number][] = [];
  for (const [time, value] of condition.points) {
    const chosen = at(value === 0 ? no : yes, time);
    if (chosen !== undefined) points.push([time, chosen]);
  }
  return { ...condition, points: finite(points) };
}

function neighbors(
  { points, ...series }: Series,
  change: (change: number, seconds: number) => number,
): Series {
  const entries = [...points];
  const changes = entries.slice(1).map(([time, value], index): [number, number] => {
    const [beforeTime, before] = entries[index] ?? [time, value];
    return [time, change(value - before, (time - beforeTime) / 1000)];
  });
  return { ...series, points: finite(changes) };
}

function runningSum(series: Series): Series {
  let sum = 0;
  return mapSeries(series, (value) => {
    sum += value;
    return sum;
  });
}

/** REPEAT takes the value before a gap, LINEAR the line between those around it; a number or series fills all. */
function filled({ points }: Series, filler: Argument | undefined, { times }: Grid): Points {
  if (filler === undefined) throw validationError('FILL takes a time series and a number, REPEAT or LINEAR.');
  const known = [...points.keys()];
  const entries = times.map((time): [number, number | undefined] => {
    const value = points.get(time);
    if (value !== undefined) return [time, value];
    if (typeof filler === 'number') return [time, filler];
    if (typeof filler === 'object') return [time, isSeries(filler) ? filler.points.get(time) : undefined];
    const before = known.findLast((one) => one < time);
    const after = known.find((one) => one > time);
    if (before === undefined) return [time, undefined];
    if (filler === 'REPEAT') return [time, points.get(before)];
    if (after === undefined) return [time, undefined];
    const share = (time - before) / (after - before);
    return [time, (points.get(before) ?? 0) * (1 - share) + (points.get(after) ?? 0) * share];
  });
  return finite(entries.map(([time, value]) => [time, value ?? Number.NaN]));
}
