/** Metric math. The functions are those of the CloudWatch User Guide, "Functions supported for metric math". */
import { describe, expect, test } from 'vitest';
import { evaluateMath, readMath } from '../../../lib/local/cloudwatch/math/evaluate.ts';
import type { Series, Value } from '../../../lib/local/cloudwatch/math/values.ts';

const minute = 60_000;
const times = [0, 1, 2, 3].map((index) => index * minute);

/** A series with a value for each minute from 0 on; undefined where there is no data. */
function series(...values: (number | undefined)[]): Series {
  const points = values.flatMap((value, index) =>
    value === undefined ? [] : [[index * minute, value] as const],
  );
  return { label: 'm', points: new Map(points), periodSeconds: 60 };
}

const metrics = new Map<string, Series>([
  ['m1', series(1, 2, undefined, 4)],
  ['m2', series(10, undefined, 30, 40)],
  ['errors3', series(5, 5, 5, 5)],
  ['none', series()],
]);

/** The value: a number, or values by minute with gaps as undefined; a list of these of an array. */
function evaluated(expression: string): unknown {
  const show = (value: Value): unknown => {
    if (typeof value === 'number') return value;
    return Array.isArray(value) ? value.map(show) : times.map((time) => value.points.get(time));
  };
  const grid = { times, periodSeconds: 60 };
  return show(evaluateMath(readMath(expression), { grid, metrics, expression: () => undefined }));
}

describe('refuses by name', () => {
  test.each([
    ['ANOMALY_DETECTION_BAND(m1, 2)', /anomaly detection models: ANOMALY_DETECTION_BAND is refused/],
    ["SEARCH('{AWS/EC2} CPUUtilization', 'Average')", /searches: SEARCH is refused/],
    ['SELECT AVG(CPUUtilization) FROM "AWS/EC2"', /does not know Metrics Insights/],
    ['NO_SUCH(m1)', /does not know the function NO_SUCH/],
    ['m1 +', /it ends too early/],
    ['(m1', /closing parenthesis/],
    ['m1 ? 2', /unexpected "\?"/],
    ['m1 m2', /unexpected "m2"/],
    ['SUM([m1, m2)', /"\]" is missing/],
  ])('%s', (expression, message) => {
    expect(() => readMath(expression)).toThrow(message);
  });

  test.each([
    ['m9 + 1', /refers to the id m9/],
    ['FIRST(m1)', /needs an array/],
    ['[1, 2]', /holds time series only/],
    ['"text"', /it is a text/],
  ])('%s when it is evaluated', (expression, message) => {
    expect(() => evaluated(expression)).toThrow(message);
  });
});

const gap = undefined;
test.each<[string, unknown]>([
  // Arithmetic: of two series, only times at which both have data remain.
  ['m1 + m2', [11, gap, gap, 44]],
  ['2 + 3 * 4 - 6 / 3', 12],
  ['2 ^ 3 ^ 2', 512],
  ['-2 ^ 2', -4],
  ['(2 + 3) * 4', 20],
  ['m2 / 10', [1, gap, 3, 4]],
  ['m1 / 0', [gap, gap, gap, gap]],
  ['m1 >= 2', [0, 1, gap, 1]],
  ['m1 > 1 AND m1 < 4', [0, 1, gap, 0]],
  ['m1 == 1 || m1 == 4', [1, 0, gap, 1]],
  // Of a list, a summary has those with data at a time; of a series, it is one number.
  ['SUM([m1, m2])', [11, 2, 30, 44]],
  ['AVG([m1, m2])', [5.5, 2, 30, 22]],
  ['MAX(METRICS())', [10, 5, 30, 40]],
  ['MIN(METRICS("m"))', [1, 2, 30, 4]],
  ['SUM(METRICS("errors"))', [5, 5, 5, 5]],
  ['SUM(m1)', 7],
  ['m2 - MIN(m2)', [0, gap, 20, 30]],
  ['METRIC_COUNT(METRICS())', 4],
  ['STDDEV([m1, m2])', [4.5, 0, 0, 18]],
  // Gaps.
  ['FILL(m1, 0)', [1, 2, 0, 4]],
  ['FILL(m1, REPEAT)', [1, 2, 2, 4]],
  ['FILL(m2, LINEAR)', [10, 20, 30, 40]],
  ['FILL(m1, m2)', [1, 2, 30, 4]],
  ['FILL(none, 7)', [7, 7, 7, 7]],
  ['FILL(none, REPEAT)', [gap, gap, gap, gap]],
  [
    'FILL(METRICS("m"), 0)',
    [
      [1, 2, 0, 4],
      [10, 0, 30, 40],
    ],
  ],
  ['IF(m1 > 1, m1, 0)', [0, 2, gap, 4]],
  ['IF(1, m1, m2)', [1, 2, gap, 4]],
  ['if(m1 > 1, m2, m1)', [1, gap, gap, 40]],
  // Neighbors and time.
  ['RATE(m2)', [gap, gap, 20 / 120, 10 / 60]],
  ['DIFF(m1)', [gap, 1, gap, 2]],
  ['DIFF_TIME(m1)', [gap, 60, gap, 120]],
  ['RUNNING_SUM(m1)', [1, 3, gap, 7]],
  ['m1 * PERIOD(m1)', [60, 120, gap, 240]],
  ['TIME_SERIES(3)', [3, 3, 3, 3]],
  ['MINUTE(m1)', [0, 1, gap, 3]],
  ['EPOCH(m1)', [0, 60, gap, 180]],
  ['DAY(m1)', [4, 4, gap, 4]],
  ['ABS(0 - m1)', [1, 2, gap, 4]],
  ['CEIL(m1 / 2)', [1, 1, gap, 2]],
  ['FLOOR(m1 / 2)', [0, 1, gap, 2]],
  ['LOG10(m2)', [1, gap, Math.log10(30), Math.log10(40)]],
  ['FIRST([m1, m2])', [1, 2, gap, 4]],
  ['LAST(METRICS())', [gap, gap, gap, gap]],
  [
    '[m1, m2] * 2',
    [
      [2, 4, gap, 8],
      [20, gap, 60, 80],
    ],
  ],
])('%s', (expression, expected) => {
  expect(evaluated(expression)).toEqual(expected);
});
