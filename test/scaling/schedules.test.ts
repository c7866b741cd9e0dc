import { describe, expect, it } from 'vitest';
import { namedZone } from '../../lib/model/time-zone.ts';
import { previousTime, readAwsCron, readUnixCron } from '../../lib/scaling/aws/cron.ts';
import { isInWindow, windowProblem } from '../../lib/scaling/aws/cron-window.ts';
import {
  isSchedule,
  nextFiring,
  readSchedule,
  type ScheduleService,
} from '../../lib/scaling/aws/schedule-expression.ts';

/** The next firings after an instant. */
function firings(
  text: string,
  zone: string,
  after: string,
  count: number,
  service: ScheduleService = 'scheduler',
) {
  const schedule = readSchedule(text, service);
  const times: string[] = [];
  let at: number | undefined = Date.parse(after);
  while (times.length < count && at !== undefined) {
    at = nextFiring(schedule, zone, at);
    if (at !== undefined) times.push(new Date(at).toISOString().slice(0, 16));
  }
  return times;
}

describe('where the clock changes in Berlin', () => {
  // On 2026-03-29, 02:00 becomes 03:00 (01:00 UTC); on 2026-10-25, 03:00 becomes 02:00 (01:00 UTC).
  const spring = '2026-03-28T12:00:00Z';
  const fall = '2026-10-24T12:00:00Z';
  const rows: [what: string, text: string, service: ScheduleService, after: string, times: string[]][] = [
    [
      'cron follows the local hour in spring',
      'cron(0 7 * * ? *)',
      'scheduler',
      spring,
      ['2026-03-29T05:00', '2026-03-30T05:00'],
    ],
    ['and in fall', 'cron(0 7 * * ? *)', 'scheduler', fall, ['2026-10-25T06:00', '2026-10-26T06:00']],
    ['a skipped time does not fire', 'cron(30 2 * * ? *)', 'scheduler', spring, ['2026-03-30T00:30']],
    [
      'a doubled time fires once, the first time',
      'cron(30 2 * * ? *)',
      'scheduler',
      fall,
      ['2026-10-25T00:30', '2026-10-26T01:30'],
    ],
    ['five fields do the same in spring', '30 2 * * *', 'autoscaling', spring, ['2026-03-30T00:30']],
    ['and in fall', '30 2 * * *', 'autoscaling', fall, ['2026-10-25T00:30', '2026-10-26T01:30']],
    ['at follows the local time', 'at(2026-03-29T04:00:00)', 'scheduler', spring, ['2026-03-29T02:00']],
    ['at of a doubled time is the first', 'at(2026-10-25T02:30:00)', 'scheduler', fall, ['2026-10-25T00:30']],
    [
      'at of a skipped time is an hour later',
      'at(2026-03-29T02:30:00)',
      'scheduler',
      spring,
      ['2026-03-29T01:30'],
    ],
    [
      'rate knows no clock in spring',
      'rate(12 hours)',
      'scheduler',
      spring,
      ['2026-03-29T00:00', '2026-03-29T12:00'],
    ],
    ['nor in fall', 'rate(12 hours)', 'scheduler', fall, ['2026-10-25T00:00', '2026-10-25T12:00']],
  ];
  it.each(rows)('%s: %s', (_what, text, service, after, times) => {
    expect(firings(text, 'Europe/Berlin', after, times.length, service)).toEqual(times);
  });
});

describe('days of AWS cron', () => {
  const rows: [fields: string, after: string, first: string][] = [
    ['0 0 L 2 ? *', '2027-12-01', '2028-02-29'],
    ['0 0 L-2 * ? *', '2026-05-01', '2026-05-29'],
    ['0 0 LW * ? *', '2026-05-01', '2026-05-29'],
    ['0 0 1W * ? *', '2026-07-31', '2026-08-03'],
    ['0 0 31W * ? *', '2026-04-01', '2026-05-29'],
    ['0 0 ? * FRI#5 *', '2026-02-01', '2026-05-29'],
    ['0 0 ? * 6L *', '2026-02-01', '2026-02-27'],
    ['0 0 ? * L *', '2026-02-01', '2026-02-07'],
    ['0 0 ? * FRI-SUN *', '2026-02-02', '2026-02-06'],
    ['0 0 29 FEB ? 2027-2029', '2026-01-01', '2028-02-29'],
  ];
  it.each(rows)('%s after %s is %s', (fields, after, first) => {
    expect(firings(`cron(${fields})`, 'UTC', `${after}T00:00:00Z`, 1)).toEqual([`${first}T00:00`]);
  });

  it('never comes where no day fits', () => {
    expect(firings('cron(0 0 30 FEB ? *)', 'UTC', '2026-01-01T00:00:00Z', 1)).toEqual([]);
    expect(firings('cron(0 0 1 1 ? 2020)', 'UTC', '2026-01-01T00:00:00Z', 1)).toEqual([]);
  });

  it('finds the last firing as well, no farther back than asked', () => {
    const cron = readAwsCron('0 7 ? * MON-FRI *');
    const sunday = Date.parse('2026-11-29T12:00:00Z');
    const last = previousTime(cron, namedZone('Europe/Berlin'), sunday, Date.parse('2026-11-01'));
    expect(new Date(last ?? 0).toISOString()).toBe('2026-11-27T06:00:00.000Z');
    expect(previousTime(cron, namedZone('Europe/Berlin'), sunday, Date.parse('2026-11-28'))).toBeUndefined();
  });
});

describe('a Unix cron', () => {
  it('fires on either day if both are given', () => {
    expect(firings('0 0 13 * FRI', 'UTC', '2026-11-07T00:00:00Z', 3, 'autoscaling')).toEqual([
      '2026-11-13T00:00',
      '2026-11-20T00:00',
      '2026-11-27T00:00',
    ]);
    expect(firings('0 0 1 * 7', 'UTC', '2026-11-02T00:00:00Z', 1, 'autoscaling')).toEqual([
      '2026-11-08T00:00',
    ]);
  });

  it.each(['* * * *', '60 * * * *', '-5 * * * *', '5-1 * * * *', '*/0 * * * *', '* * 0 * *', '* * * * FUN'])(
    'is not %s',
    (text) => expect(() => readUnixCron(text)).toThrow(/expected/),
  );
});

describe('what a service takes', () => {
  const rows: [text: string, events: boolean, scheduler: boolean][] = [
    ['rate(1 minute)', true, true],
    ['rate(1 minutes)', false, true],
    ['rate(2 hours)', true, true],
    ['rate(2 hour)', false, true],
    ['rate(0 days)', false, false],
    ['at(2026-02-28T23:59:59)', false, true],
    ['at(2026-02-30T23:59:59)', false, false],
    ['cron(0 12 * * ? *)', true, true],
    ['cron(0 12 * * * *)', false, false],
    ['cron(0 12 ? * ? *)', false, false],
    ['cron(0 12 * * ?)', false, false],
    ['cron( 0 12 * * ? *)', false, false],
    ['every(5 minutes)', false, false],
  ];
  it.each(rows)('%s', (text, events, scheduler) => {
    expect([isSchedule(text, 'events'), isSchedule(text, 'scheduler')]).toEqual([events, scheduler]);
  });
});

describe('a cron window', () => {
  const night = { timezone: 'Europe/Berlin', start: '0 22 * * *', end: '0 6 * * *', desiredReplicas: '0' };
  it('goes over midnight, in its time zone', () => {
    const inside = (at: string) => isInWindow(night, Date.parse(at));
    expect(
      ['2026-01-10T20:59:00Z', '2026-01-10T21:00:00Z', '2026-01-11T04:59:00Z', '2026-01-11T05:00:00Z'].map(
        inside,
      ),
    ).toEqual([false, true, true, false]);
  });

  it('says what is wrong with it', () => {
    expect(windowProblem(night)).toBeUndefined();
    expect(windowProblem({ ...night, timezone: 'Europe/Bern' })).toMatch(/IANA/);
    expect(windowProblem({ ...night, end: night.start })).toMatch(/two times/);
    expect(windowProblem({ ...night, desiredReplicas: 'many' })).toMatch(/whole number/);
    expect(windowProblem({ ...night, start: '0 25 * * *' })).toMatch(/start: hour "25"/);
  });
});
