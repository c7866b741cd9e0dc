import { describe, expect, test } from 'vitest';
import { loadBetween, parseLoadTrace, wholeTrace } from '../../lib/model/load-trace.ts';

const read = (text: string, interval?: number) => parseLoadTrace(text, 'trace.csv', interval);

const start = Date.UTC(2027, 2, 31);

describe('a trace is refused', () => {
  test.each<[string, string, RegExp]>([
    ['without a value', 'time,load\n# nothing\n', /trace\.csv expected at least 2 lines .* got 0/],
    ['of one point', '2026-01-01T00:00:00Z,1', /expected at least 2 lines of time,load or of load, got 1/],
    ['without an interval', '1\n2', /has no times; expected lines of time,load, or an interval/],
    ['with a cell too many', '0,1\n60,2,3\n120,4', /trace\.csv:2 has 3 cells; expected time,load or a load/],
    ['with a time missing', '0,1\n2\n120,3', /trace\.csv:2 expected a time in every line or in none/],
    ['with a load that is no number', '0,1\n60,many', /trace\.csv:2 the load is "many"; expected a number/],
    ['with a negative load', '0,1\n60,-1', /trace\.csv:2 the load is "-1"/],
    ['with a time that is none', '2026-01-01,1\nJanuary 2,2', /trace\.csv:2 the time is "January 2"/],
    ['that goes back', '60,1\n0,2', /trace\.csv:2 the time is not after the one before/],
    ['with two points in an interval', '0,1\n60,2\n120,3\n130,4', /trace\.csv:4 is the second point/],
    ['of too many intervals', '0,1\n1,1\n9000000,1', /at most 2000000 intervals of 1 s, got 9000001/],
  ])('%s', (_what, text, message) => {
    expect(() => read(text)).toThrow(message);
  });

  test('with every problem at once, in the order of lines', () => {
    expect(() => read('time,load\n0,1\n60,x\n40,-2\nlater,4')).toThrow(
      [
        'trace.csv:3 the load is "x"; expected a number from 0, or nothing where it is missing',
        'trace.csv:4 the load is "-2"; expected a number from 0, or nothing where it is missing',
        'trace.csv:4 the time is not after the one before; expected ascending times',
        'trace.csv:5 the time is "later"; expected one such as 2027-03-31T18:00:00Z, or seconds',
      ].join('\n'),
    );
  });

  test('with another interval than the one that was given', () => {
    expect(() => read('0,1\n60,2', 300)).toThrow(/has a value every 60 seconds, not every 300/);
  });

  test('where every point is needed and one is missing', () => {
    expect(() => wholeTrace(read('0,1\n60,\n180,3'), 'trace.csv')).toThrow(
      'trace.csv 2 of 4 points are missing; expected a load for each interval',
    );
  });
});

test.each<[string, string, number | undefined, object]>([
  ['seconds', '0,1\n60,2.5', undefined, { intervalSeconds: 60, values: [1, 2.5] }],
  [
    'times of UTC, names, comments and empty lines',
    '\uFEFFtime,load\r\n# comment\r\n2026-01-01 00:00:00,1\r\n\r\n2026-01-01 00:05:00,2\r\n',
    undefined,
    { intervalSeconds: 300, values: [1, 2], startMillis: Date.UTC(2026, 0, 1) },
  ],
  [
    'times with a zone',
    '2026-01-01T01:00:00+01:00;1\n2026-01-01T01:00:10+01:00;2',
    undefined,
    { intervalSeconds: 10, values: [1, 2], startMillis: Date.UTC(2026, 0, 1) },
  ],
  [
    'points that are missing, and times that are a few seconds off',
    '2027-03-31T00:00:00Z,5\n2027-03-31 00:05:00,6\n2027-03-31T00:15:02Z,\n2027-03-31T02:20:00+02:00,7\n2027-03-31T00:25Z,8',
    undefined,
    { intervalSeconds: 300, values: [5, 6, null, null, 7, 8], startMillis: start },
  ],
  [
    'seconds since 1970 in quotes',
    `"${start / 1000}","1.5"\r\n${start / 1000 + 60},2\r\n`,
    undefined,
    { intervalSeconds: 60, values: [1.5, 2], startMillis: start },
  ],
  ['loads alone', 'load\n1\n2\n3', 30, { intervalSeconds: 30, values: [1, 2, 3] }],
])('reads %s', (_what, text, interval, expected) => {
  expect(read(text, interval)).toEqual(expected);
});

test('the load between two times is the mean, and there is none after the end', () => {
  const trace = { intervalSeconds: 20, values: [1, 2, 6, 10] };
  expect(loadBetween(trace, 0, 60)).toBe(3);
  expect(loadBetween(trace, 10, 30)).toBe(1.5);
  expect(loadBetween(trace, 60, 120)).toBe(10);
  expect(loadBetween(trace, 80, 140)).toBeUndefined();
  expect(loadBetween({ intervalSeconds: 300, values: [7, 8] }, 240, 300)).toBe(7);
});
