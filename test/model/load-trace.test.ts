import { describe, expect, test } from 'vitest';
import { loadBetween, parseLoadTrace } from '../../lib/model/load-trace.ts';

const read = (text: string, interval?: number) => parseLoadTrace(text, 'trace.csv', interval);

describe('a trace is refused', () => {
  test.each<[string, string, RegExp]>([
    [
      'without a value',
      'time,load\n# nothing\n',
      /trace\.csv has no value; expected lines of time,load or of load/,
    ],
    ['without an interval', '1\n2', /says no interval/],
    ['of a single time', '2026-01-01T00:00:00Z,1', /says no interval/],
    [
      'with a cell too many',
      '0,1\n60,2,3',
      /trace\.csv:2 has 3 cells; expected time,load as in the first line/,
    ],
    ['with a time missing', '0,1\n2\n120,3', /trace\.csv:2 has 1 cells/],
    [
      'with a load that is no number',
      '0,1\n60,many',
      /trace\.csv:2 the load is "many"; expected a number from 0/,
    ],
    ['with a gap', '0,1\n60,\n120,3', /trace\.csv:2 the load is ""/],
    ['with a negative load', '0,1\n60,-1', /trace\.csv:2 the load is "-1"/],
    ['with a time that is none', '2026-01-01,1\nJanuary 2,2', /trace\.csv:2 the time is "January 2"/],
    ['that goes back', '60,1\n0,2', /trace\.csv:2 the time is not after the one before/],
    ['with a hole', '0,1\n60,2\n180,3', /trace\.csv:3 is 120 seconds after the line before; expected 60/],
  ])('%s', (_what, text, message) => {
    expect(() => read(text)).toThrow(message);
  });

  test('with every problem at once', () => {
    expect(() => read('time,load\n0,1\n60,x\n120,-2\n300,4')).toThrow(
      [
        'trace.csv:3 the load is "x"; expected a number from 0',
        'trace.csv:4 the load is "-2"; expected a number from 0',
        'trace.csv:5 is 180 seconds after the line before; expected 60 as between the first two',
      ].join('\n'),
    );
  });

  test('with another interval than the one that was given', () => {
    expect(() => read('0,1\n60,2', 300)).toThrow(/has a value every 60 seconds, not every 300/);
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
