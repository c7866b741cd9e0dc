import { expect, test } from 'vitest';
import { parseSchedule, ScheduleError } from '../../../lib/local/events/schedule.ts';

const wrong = [
  'every day',
  'rate(0 minutes)',
  'rate(1 minutes)',
  'rate(5 minute)',
  'rate(5 weeks)',
  'cron(0 12 * * ?)',
  'cron(0 12 * * * *)',
  'cron(0 12 ? * ? *)',
  'cron(60 12 * * ? *)',
  'cron(0 25 * * ? *)',
  'cron(0 12 32 * ? *)',
  'cron(0 12 ? * MUN *)',
  'cron(0/0 12 * * ? *)',
];
test.each(wrong)('rejects %s', (expression) => {
  expect(() => parseSchedule(expression, 0)).toThrow(ScheduleError);
});

/** Expression, a time, and the next times. 2026-01-01 is a Thursday. */
const rows: [string, string, string[]][] = [
  ['rate(5 minutes)', '2026-01-01T00:00:00Z', ['2026-01-01T00:05:00Z', '2026-01-01T00:10:00Z']],
  ['rate(1 hour)', '2026-01-01T00:00:00Z', ['2026-01-01T01:00:00Z']],
  ['rate(7 days)', '2026-01-01T00:00:00Z', ['2026-01-08T00:00:00Z']],
  ['cron(0 10 * * ? *)', '2026-01-01T10:00:00Z', ['2026-01-02T10:00:00Z']],
  ['cron(15 12 * * ? *)', '2026-01-01T00:00:00Z', ['2026-01-01T12:15:00Z']],
  ['cron(0 18 ? * MON-FRI *)', '2026-01-02T18:00:00Z', ['2026-01-05T18:00:00Z']],
  ['cron(0 8 1 * ? *)', '2026-01-01T08:00:00Z', ['2026-02-01T08:00:00Z']],
  ['cron(0/15 * * * ? *)', '2026-01-01T00:00:00Z', ['2026-01-01T00:15:00Z', '2026-01-01T00:30:00Z']],
  ['cron(0/5 8-17 ? * MON-FRI *)', '2026-01-02T17:55:00Z', ['2026-01-05T08:00:00Z']],
  ['cron(0/30 20-23,0-2 ? * MON-FRI *)', '2026-01-02T02:30:00Z', ['2026-01-02T20:00:00Z']],
  ['cron(0 9 ? * 2#1 *)', '2026-01-01T00:00:00Z', ['2026-01-05T09:00:00Z', '2026-02-02T09:00:00Z']],
  ['cron(0 9 ? * TUE#5 *)', '2026-01-01T00:00:00Z', ['2026-03-31T09:00:00Z']],
  ['cron(0 0 L * ? *)', '2026-02-01T00:00:00Z', ['2026-02-28T00:00:00Z', '2026-03-31T00:00:00Z']],
  ['cron(0 0 L-2 * ? *)', '2026-02-01T00:00:00Z', ['2026-02-26T00:00:00Z']],
  ['cron(0 0 LW * ? *)', '2026-01-01T00:00:00Z', ['2026-01-30T00:00:00Z', '2026-02-27T00:00:00Z']],
  ['cron(0 0 15W * ? *)', '2026-02-01T00:00:00Z', ['2026-02-16T00:00:00Z']],
  ['cron(0 0 1W * ? *)', '2026-08-01T00:00:00Z', ['2026-08-03T00:00:00Z']],
  ['cron(0 0 ? * 6L *)', '2026-01-01T00:00:00Z', ['2026-01-30T00:00:00Z']],
  ['cron(0 0 ? * L *)', '2026-01-01T00:00:00Z', ['2026-01-03T00:00:00Z']],
  ['cron(0 0 ? * FRI-MON *)', '2026-01-05T00:00:00Z', ['2026-01-09T00:00:00Z', '2026-01-10T00:00:00Z']],
  ['cron(0 0 29 2 ? *)', '2026-01-01T00:00:00Z', ['2028-02-29T00:00:00Z']],
  ['cron(0 0 1 JAN ? 2030/2)', '2026-01-01T00:00:00Z', ['2030-01-01T00:00:00Z', '2032-01-01T00:00:00Z']],
];
test.each(rows)('%s after %s', (expression, after, expected) => {
  const schedule = parseSchedule(expression, Date.parse(after));
  let millis = Date.parse(after);
  for (const next of expected) {
    millis = schedule.next(millis) ?? 0;
    expect(new Date(millis).toISOString()).toBe(next.replace('Z', '.000Z'));
  }
});

test('a schedule in the past has no next time', () => {
  expect(parseSchedule('cron(0 0 1 1 ? 2020)', 0).next(Date.parse('2026-01-01T00:00:00Z'))).toBeUndefined();
});
