import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { eventOccurrences } from '../../lib/change/calendar-occurrences.ts';
import { wallTime } from '../../lib/change/calendar-time.ts';
import { daysOf, instantOf, type OracleRule, ruleText } from './calendar-oracle.ts';
import { calendar, event } from './calendars.ts';

const day = 86_400_000;
const dates = (starts: number[]) => starts.map((at) => wallTime(at).slice(0, 10));

/** Returns the starts of the event's occurrences within this many days after its first. */
function starts(days: number, ...lines: string[]): string[] {
  const { events, ...rest } = calendar('X-WR-TIMEZONE:UTC', ...event(...lines, 'DURATION:PT1H'));
  const [only] = events;
  if (only === undefined) throw new Error('no event');
  const first = Date.parse(`${only.start}Z`);
  const found = eventOccurrences({ ...rest, events }, only, first, first + days * day);
  return found.map(({ start }) => new Date(start).toISOString().slice(0, 16));
}

describe('a rule', () => {
  const cases: Record<string, [start: string, rule: string, days: number, expected: string[]]> = {
    'counts occurrences': [
      '20260101T220000',
      'FREQ=DAILY;COUNT=2',
      99,
      ['2026-01-01T22:00', '2026-01-02T22:00'],
    ],
    'counts across years without an occurrence': [
      '20240229T000000',
      'FREQ=YEARLY;COUNT=2',
      4000,
      ['2024-02-29T00:00', '2028-02-29T00:00'],
    ],
    'ends at UNTIL, inclusive': [
      '20260101T220000',
      'FREQ=DAILY;UNTIL=20260102T220000',
      99,
      ['2026-01-01T22:00', '2026-01-02T22:00'],
    ],
    'names hours and minutes of its days': [
      '20260101T080000',
      'FREQ=DAILY;BYHOUR=8,20;BYMINUTE=0,30;COUNT=5',
      9,
      ['2026-01-01T08:00', '2026-01-01T08:30', '2026-01-01T20:00', '2026-01-01T20:30', '2026-01-02T08:00'],
    ],
    'names the last working day of the month': [
      '20260130T180000',
      'FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1',
      62,
      ['2026-01-30T18:00', '2026-02-27T18:00', '2026-03-31T18:00'],
    ],
    'names the weekend after the second Tuesday': [
      '20260117T000000',
      'FREQ=MONTHLY;BYDAY=SA;BYMONTHDAY=12,13,14,15,16,17,18',
      62,
      ['2026-01-17T00:00', '2026-02-14T00:00', '2026-03-14T00:00'],
    ],
    'names weeks of the year, of which the first may start in the old year': [
      '20251229T000000',
      'FREQ=YEARLY;BYWEEKNO=1,53;BYDAY=MO',
      740,
      ['2025-12-29T00:00', '2026-12-28T00:00', '2027-01-04T00:00', '2028-01-03T00:00'],
    ],
    'names days of the year': [
      '20260101T000000',
      'FREQ=YEARLY;BYYEARDAY=1,-1',
      365,
      ['2026-01-01T00:00', '2026-12-31T00:00'],
    ],
    'uses every other week from the week start': [
      '20260106T000000',
      'FREQ=WEEKLY;INTERVAL=2;BYDAY=TU,SU;WKST=SU',
      28,
      ['2026-01-06T00:00', '2026-01-18T00:00', '2026-01-20T00:00', '2026-02-01T00:00'],
    ],
  };
  for (const [name, [start, rule, days, expected]] of Object.entries(cases))
    it(name, () => expect(starts(days, `DTSTART:${start}`, `RRULE:${rule}`)).toEqual(expected));
});

const weekday = fc.integer({ min: 0, max: 6 });
const list = (values: number[], maxLength: number) =>
  fc.uniqueArray(fc.constantFrom(...values), { minLength: 1, maxLength });
const rules: fc.Arbitrary<OracleRule> = fc
  .record({
    freq: fc.constantFrom<OracleRule['freq'][]>('DAILY', 'WEEKLY', 'MONTHLY', 'YEARLY'),
    interval: fc.constantFrom(1, 1, 1, 2, 3, 5),
    wkst: weekday,
    bymonth: fc.option(list([1, 2, 3, 6, 10, 12], 3), { nil: undefined, freq: 3 }),
    bymonthday: fc.option(list([1, 2, 13, 28, 29, 30, 31, -1, -2, -7, -31], 3), { nil: undefined, freq: 3 }),
    byday: fc.option(
      fc.uniqueArray(fc.tuple(fc.constantFrom(0, 0, 0, 1, 2, 5, -1, -2), weekday), {
        minLength: 1,
        maxLength: 3,
      }),
      { nil: undefined },
    ),
    bysetpos: fc.option(list([1, 2, -1], 2), { nil: undefined, freq: 4 }),
  })
  .map((rule) => {
    const numbered = rule.freq === 'MONTHLY' || rule.freq === 'YEARLY';
    return {
      ...rule,
      bymonthday: rule.freq === 'WEEKLY' ? undefined : rule.bymonthday,
      byday: rule.byday?.map(([nth, name]): [number, number] => [numbered ? nth : 0, name]),
      bysetpos: rule.byday || (rule.bymonthday && rule.freq !== 'WEEKLY') ? rule.bysetpos : undefined,
    };
  });
const startDays = fc.integer({ min: 0, max: 1500 }).map((days) => Date.UTC(2023, 0, 1) + days * day);

it('any rule yields the days that an oracle finds by testing each day', () => {
  fc.assert(
    fc.property(rules, startDays, fc.integer({ min: 0, max: 700 }), (rule, near, skip) => {
      const [start] = daysOf(rule, near, near + 800 * day);
      fc.pre(start !== undefined);
      // From its own first occurrence, a rule may count differently. Only rules that include it are valid.
      fc.pre(daysOf(rule, start ?? 0, start ?? 0).length === 1);
      const begun = start ?? 0;
      const dtstart = `DTSTART;VALUE=DATE:${wallTime(begun).slice(0, 10).replaceAll('-', '')}`;
      const whole = calendar('X-WR-TIMEZONE:UTC', ...event(dtstart, `RRULE:${ruleText(rule)}`));
      const [only] = whole.events;
      if (only === undefined) throw new Error('no event');
      const from = begun + skip * day;
      const to = from + 400 * day;
      const found = eventOccurrences(whole, only, from, to).map(({ start: at }) => at);
      expect(dates(found)).toEqual(dates(daysOf(rule, begun, to - 1).filter((at) => at >= from)));
    }),
    { numRuns: 400 },
  );
});

describe('clocks', () => {
  const zones = [
    'Europe/Berlin',
    'America/New_York',
    'Australia/Lord_Howe',
    'America/St_Johns',
    'Asia/Kolkata',
  ];
  for (const zone of zones)
    it(`of ${zone} match an oracle that checks every minute`, () => {
      fc.assert(
        fc.property(fc.integer({ min: 0, max: 364 * 24 * 4 }), (quarters) => {
          const wall = wallTime(Date.UTC(2026, 0, 1) + quarters * 15 * 60_000);
          const stamp = wall.replace(/[-:]/g, '');
          const [only] = calendar(...event(`DTSTART;TZID=${zone}:${stamp}`, 'DURATION:PT1H')).events;
          if (only === undefined) throw new Error('no event');
          const at = Date.parse(`${wall}Z`);
          const around = eventOccurrences(
            { name: '', events: [], zones: {} },
            only,
            at - 2 * day,
            at + 2 * day,
          );
          expect(around.map(({ start }) => wallTime(start))).toEqual([
            wallTime(instantOf(zone, wall.slice(0, 16))),
          ]);
        }),
        { numRuns: 25, examples: [[Math.floor((87 * 24 + 2.5) * 4)], [Math.floor((297 * 24 + 2.5) * 4)]] },
      );
    });
});
