import { describe, expect, test } from 'vitest';
import { readTrace } from '../../lib/scaling/replay/read-trace.ts';

const start = Date.parse('2027-03-31T00:00:00Z');

describe('a trace', () => {
  test('with times has an interval, and points that are missing', () => {
    const text =
      'time,load\n2027-03-31T00:00:00Z,5\n2027-03-31 00:05:00,6\n2027-03-31T00:15:02Z,\n2027-03-31T02:20:00+02:00,7\n2027-03-31T00:25Z,8\n';
    expect(readTrace(text)).toEqual({
      trace: { intervalSeconds: 300, start, values: [5, 6, null, null, 7, 8] },
    });
  });

  test('with seconds since 1970, quotes, and Windows line ends', () => {
    const seconds = start / 1000;
    expect(readTrace(`"${seconds}","1.5"\r\n${seconds + 60},2\r\n`)).toEqual({
      trace: { intervalSeconds: 60, start, values: [1.5, 2] },
    });
  });

  test('without times needs the interval', () => {
    expect(readTrace('load\n1\n2\n', 60)).toEqual({ trace: { intervalSeconds: 60, values: [1, 2] } });
    expect(readTrace('1\n2\n')).toEqual({
      problems: [{ line: 1, message: expect.stringContaining('--interval SECONDS') }],
    });
  });
});

test('all problems come at once, each with its line', () => {
  const text =
    'time,load\n1,2,3\nyesterday,4\n2027-03-31T00:00:00Z,-1\n2027-03-31T00:05:00Z,2\n2027-03-31T00:05:00Z,3\n7\n';
  expect(readTrace(text)).toEqual({
    problems: [
      { line: 2, message: 'expected "time,load" or a load, got 3 columns' },
      { line: 3, message: expect.stringMatching(/^expected a time such as .*got "yesterday"$/) },
      { line: 4, message: expect.stringMatching(/^expected a load from 0.*got "-1"$/) },
      { line: 6, message: 'expected a later time than in the line before' },
      { line: 7, message: 'expected a time in every line or in none' },
    ],
  });
});

test.each([
  ['an empty file', ''],
  ['one point', '2027-03-31T00:00:00Z,5'],
  ['a header alone', 'time,load\n'],
])('%s is refused', (_, text) => {
  expect(readTrace(text)).toEqual({
    problems: [{ line: 1, message: expect.stringMatching(/^expected at least 2/) }],
  });
});

test('a distance that makes millions of intervals is refused', () => {
  const text =
    '2000-01-01T00:00:00Z,1\n2000-01-01T00:00:01Z,1\n2026-01-01T00:00:00Z,1\n2026-01-01T00:00:01Z,1\n';
  expect(readTrace(text)).toEqual({
    problems: [{ line: 1, message: expect.stringContaining('at most 2000000') }],
  });
});
