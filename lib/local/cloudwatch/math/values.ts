/** The values of metric math: numbers, time series, and lists of time series. */
import { validationError } from '../input.ts';

/** Values by time in epoch milliseconds, in ascending order. */
export type Points = ReadonlyMap<number, number>;

export interface Series {
  label: string;
  points: Points;
  periodSeconds: number;
}

export type Value = number | Series | Series[];

/** What an expression is evaluated over: all times of the range, whether or not there is data. */
export interface Grid {
  times: readonly number[];
  periodSeconds: number;
}

export function isSeries(value: Value): value is Series {
  return typeof value === 'object' && !Array.isArray(value);
}

/** Applies a function to a number or to each point of a series or of all series of a list. */
export function mapped(value: Value, change: (one: number) => number): Value {
  if (typeof value === 'number') return change(value);
  if (Array.isArray(value)) return value.map((series) => mapSeries(series, change));
  return mapSeries(value, change);
}

export function mapSeries(series: Series, change: (value: number, time: number) => number): Series {
  return {
    ...series,
    points: finite([...series.points].map(([time, value]) => [time, change(value, time)])),
  };
}

/** A point that is no number, such as a division by zero, is no point. */
export function finite(points: Iterable<readonly [number, number]>): Points {
  return new Map([...points].filter(([, value]) => Number.isFinite(value)));
}

/** Combines two values. Of two series, only times at which both have data remain. */
export function combined(left: Value, right: Value, combine: (a: number, b: number) => number): Value {
  if (typeof right === 'number') return mapped(left, (one) => combine(one, right));
  if (typeof left === 'number') return mapped(right, (one) => combine(left, one));
  if (Array.isArray(left) && Array.isArray(right)) {
    if (left.length !== right.length)
      throw validationError('Two arrays of time series in an expression must have the same number of them.');
    return left.map((series, index) => both(series, right[index] ?? series, combine));
  }
  if (Array.isArray(left)) return left.map((series) => both(series, right as Series, combine));
  if (Array.isArray(right)) return right.map((series) => both(left, series, combine));
  return both(left, right, combine);
}

function both(left: Series, right: Series, combine: (a: number, b: number) => number): Series {
  const points: [number, number][] = [];
  for (const [time, value] of left.points) {
    const other = right.points.get(time);
    if (other !== undefined) points.push([time, combine(value, other)]);
  }
  return {
    ...left,
    points: finite(points),
    periodSeconds: Math.max(left.periodSeconds, right.periodSeconds),
  };
}
