import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { type Calendars, calendarsHash, noCalendars } from '../../lib/change/calendar.ts';
import { changeWindow, stillOpen, windowAt, windowOf } from '../../lib/change/windows.ts';
import { runs } from '../sample.ts';
import { instantOf, shown } from './calendar-oracle.ts';
import { calendar, event } from './calendars.ts';

const minute = 60_000;
const day = 86_400_000;
const iso = (at: number) => new Date(at).toISOString();
const maintenance = (...lines: string[]): Calendars => ({ maintenance: [calendar(...lines)], freezes: [] });
const at = (zone: string, wall: string) => iso(instantOf(zone, wall));

/** A window every night from 02:30 for an hour. */
const nightly = (zone: string, start = '20260101T023000', length = 'DURATION:PT1H') =>
  maintenance(...event('SUMMARY:Nightly', `DTSTART;TZID=${zone}:${start}`, length, 'RRULE:FREQ=DAILY'));
const january = [
  'X-WR-TIMEZONE:Europe/Berlin',
  ...event('SUMMARY:January freeze', 'DTSTART;VALUE=DATE:20260110', 'DURATION:P10D'),
];

describe('a change', () => {
  it('runs at any time without calendars', () => {
    expect(windowAt(noCalendars, '2026-01-01T00:00:00Z', { durationSeconds: 1e9 })).toEqual({ open: true });
  });

  it('runs within a window, until it closes', () => {
    const calendars = nightly('Europe/Berlin');
    const closesAt = '2026-01-05T02:30:00.000Z';
    expect(windowAt(calendars, '2026-01-05T01:29:59.999Z')).toMatchObject({ open: false });
    expect(windowAt(calendars, '2026-01-05T01:30:00Z')).toEqual({ open: true, closesAt });
    expect(windowAt(calendars, '2026-01-05T02:29:59.999Z')).toEqual({ open: true, closesAt });
    expect(windowAt(calendars, '2026-01-05T02:30:00Z')).toEqual({
      open: false,
      opensAt: '2026-01-06T01:30:00.000Z',
      reason: 'It is outside the maintenance windows of team.ics',
    });
  });

  it('does not start if the window closes before its plan is done', () => {
    const calendars = nightly('Europe/Berlin');
    expect(windowAt(calendars, '2026-01-05T02:00:00Z', { durationSeconds: 1800 })).toMatchObject({
      open: true,
    });
    expect(windowAt(calendars, '2026-01-05T02:00:00Z', { durationSeconds: 1801 })).toEqual({
      open: false,
      opensAt: '2026-01-06T01:30:00.000Z',
      reason: 'The plan takes about 30 min, and the window closes at 2026-01-05T02:30:00.000Z',
    });
    expect(stillOpen(calendars, '2026-01-05T02:00:00Z', 1801)).toBe(false);
  });

  it('never runs if every window is too short for its plan', () => {
    const reason =
      'The plan takes about 2 h, and the window closes at 2026-01-05T02:30:00.000Z; ' +
      'the longest window of the next 400 days has 1 h, and the plan takes about 2 h';
    const state = windowAt(nightly('Europe/Berlin'), '2026-01-05T02:00:00Z', { durationSeconds: 7200 });
    expect(state).toEqual({ open: false, reason });
  });

  it('never runs if no more windows come', () => {
    const past = maintenance(...event('DTSTART:20250101T000000Z', 'DURATION:PT1H'));
    const reason = 'It is outside the maintenance windows of team.ics; no window opens within 400 days';
    expect(windowAt(past, '2026-01-01T00:00:00Z')).toEqual({ open: false, reason });
  });

  it('treats adjacent windows as one', () => {
    const half = (start: string) => event(`DTSTART:${start}`, 'DURATION:PT1H', 'RRULE:FREQ=DAILY');
    const calendars = {
      maintenance: [calendar(...half('20260101T020000Z')), calendar(...half('20260101T030000Z'))],
      freezes: [],
    };
    expect(windowAt(calendars, '2026-01-05T02:00:00Z', { durationSeconds: 7200 })).toEqual({
      open: true,
      closesAt: '2026-01-05T04:00:00.000Z',
    });
  });

  it('waits for a freeze to end, and for the window after it', () => {
    const freezes = [calendar(...january)];
    const [now, ends] = ['2026-01-15T12:00:00Z', '2026-01-19T23:00:00.000Z'];
    const reason = `There is the freeze "January freeze" (team.ics) until ${ends}`;
    expect(windowAt({ maintenance: [], freezes }, now)).toEqual({ open: false, opensAt: ends, reason });
    expect(windowAt({ ...nightly('Europe/Berlin'), freezes }, now)).toEqual({
      open: false,
      opensAt: '2026-01-20T01:30:00.000Z',
      reason,
    });
  });

  it('does not start if a freeze starts before its plan is done', () => {
    const calendars = { maintenance: [], freezes: [calendar(...january)] };
    expect(windowAt(calendars, '2026-01-09T22:00:00Z', { durationSeconds: 7200 })).toEqual({
      open: false,
      opensAt: '2026-01-19T23:00:00.000Z',
      reason:
        'The plan takes about 2 h, and the freeze "January freeze" (team.ics) begins at 2026-01-09T23:00:00.000Z',
    });
  });

  it('runs at once if its capsule bypasses the window, as for an emergency', () => {
    const calendars = { maintenance: [], freezes: [calendar(...january)] };
    const predicted = { doSeconds: 60, undoSeconds: 0 };
    const open = (bypass?: string) =>
      windowOf(calendars, { predicted, window: { calendars: [], bypass } }, '2026-01-15T12:00:00Z').open;
    expect([open(), open('an emergency')]).toEqual([false, true]);
  });

  test('shows in its capsule when it may run', () => {
    expect(changeWindow(nightly('Europe/Berlin'), '2026-01-05T12:00:00Z', 60)).toEqual({
      calendars: ['team.ics'],
      opensAt: '2026-01-06T01:30:00.000Z',
      reason: 'It is outside the maintenance windows of team.ics',
    });
  });
});

describe('on the night of a clock change', () => {
  const next = (calendars: Calendars, from: string) => windowAt(calendars, from);
  /** The window that follows a night: when it opens, and how long it lasts. */
  const cases: Record<string, [zone: string, night: string, opens: string, minutes: number]> = {
    'a window at 02:30 that is skipped opens with the offset before': [
      'Europe/Berlin',
      '2026-03-29',
      '2026-03-29T03:30',
      60,
    ],
    'a window at 02:30 that is repeated opens the first time': [
      'Europe/Berlin',
      '2026-10-25',
      '2026-10-25T02:30',
      60,
    ],
    'New York skips it too': ['America/New_York', '2026-03-08', '2026-03-08T03:30', 60],
    'New York repeats it': ['America/New_York', '2026-11-01', '2026-11-01T01:30', 60],
    'Lord Howe skips half an hour': ['Australia/Lord_Howe', '2026-10-04', '2026-10-04T02:30', 60],
    'Lord Howe repeats half an hour': ['Australia/Lord_Howe', '2026-04-05', '2026-04-05T01:45', 60],
  };
  for (const [name, [zone, night, opens, minutes]] of Object.entries(cases))
    test(name, () => {
      // Each zone changes its clocks at a different hour. The window starts within the hour that is skipped or
      // repeated.
      const time = {
        'America/New_York': { '2026-11-01': '013000' },
        'Australia/Lord_Howe': { '2026-04-05': '014500', '2026-10-04': '020000' },
      };
      const start = (time as Record<string, Record<string, string>>)[zone]?.[night] ?? '023000';
      const calendars = nightly(zone, `20260101T${start}`);
      const state = next(calendars, iso(Date.parse(at(zone, `${night}T00:10`))));
      expect(state).toMatchObject({ open: false, opensAt: at(zone, opens) });
      const opensAt = state.open ? '' : (state.opensAt ?? '');
      const closesAt = iso(Date.parse(opensAt) + minutes * minute);
      expect(windowAt(calendars, opensAt)).toEqual({ open: true, closesAt });
    });

  test('a window keeps its usual duration', () => {
    const calendars = nightly('Europe/Berlin', '20260101T220000', 'DURATION:PT8H');
    const length = (date: string) => {
      const opensAt = at('Europe/Berlin', `${date}T22:00`);
      const state = windowAt(calendars, opensAt);
      return state.open ? (Date.parse(state.closesAt ?? '') - Date.parse(opensAt)) / minute : 0;
    };
    expect([length('2026-03-27'), length('2026-03-28'), length('2026-10-24')]).toEqual([480, 480, 480]);
  });
});

/** Tells by brute force whether each minute from `from` is open, from the minutes of windows and freezes. */
function openMinutes(plans: Plan[], from: number, minutes: number): boolean[] {
  const covered = (kind: Plan['kind']) => {
    const minutesOf = Array.from({ length: minutes }, () => false);
    for (const { zone, hour, half, lengthMinutes, weekday, ...plan } of plans.filter(
      (one) => one.kind === kind,
    ))
      for (let midnight = from - 6 * day; midnight < from + minutes * minute + 2 * day; midnight += day) {
        const date = iso(midnight).slice(0, 10);
        if (plan.weekly && new Date(`${date}T00:00:00Z`).getUTCDay() !== weekday) continue;
        const start = instantOf(zone, `${date}T${String(hour).padStart(2, '0')}:${half ? '30' : '00'}`);
        for (let step = 0; step < lengthMinutes; step += 1) {
          const index = (start - from) / minute + step;
          if (index >= 0 && index < minutes) minutesOf[index] = true;
        }
      }
    return minutesOf;
  };
  const [open, frozen] = [covered('maintenance'), covered('freezes')];
  const any = plans.some(({ kind }) => kind === 'maintenance');
  return open.map((isOpen, index) => (!any || isOpen) && !frozen[index]);
}

interface Plan {
  kind: 'maintenance' | 'freezes';
  zone: string;
  hour: number;
  half: boolean;
  lengthMinutes: number;
  weekly: boolean;
  weekday: number;
}
const plan: fc.Arbitrary<Plan> = fc.record({
  kind: fc.constantFrom('maintenance', 'maintenance', 'freezes'),
  zone: fc.constantFrom('Europe/Berlin', 'America/New_York', 'Australia/Lord_Howe', 'UTC'),
  hour: fc.constantFrom(0, 1, 2, 2, 3, 22),
  half: fc.boolean(),
  lengthMinutes: fc.constantFrom(30, 60, 90, 480, 1440),
  weekly: fc.boolean(),
  weekday: fc.integer({ min: 0, max: 6 }),
});

function calendarsOf(plans: Plan[]): Calendars {
  const of = (kind: Plan['kind']) =>
    plans
      .filter((one) => one.kind === kind)
      .map(({ zone, hour, half, lengthMinutes, weekly, weekday }) => {
        // 2026-01-04 was a Sunday.
        const date = `202601${String(4 + weekday).padStart(2, '0')}`;
        const start = `${date}T${String(hour).padStart(2, '0')}${half ? '30' : '00'}00`;
        const rule = `RRULE:FREQ=${weekly ? 'WEEKLY' : 'DAILY'}`;
        return calendar(...event(`DTSTART;TZID=${zone}:${start}`, `DURATION:PT${lengthMinutes}M`, rule));
      });
  return { maintenance: of('maintenance'), freezes: of('freezes') };
}

describe('compared with checking every minute of ten days', () => {
  // Days before each clock change, and one ordinary week.
  const weeks = [
    '2026-03-06',
    '2026-03-27',
    '2026-04-03',
    '2026-10-02',
    '2026-10-23',
    '2026-10-30',
    '2026-07-01',
  ];
  const days = 10;
  test('windows open and close at the right time for plans of any length', () => {
    fc.assert(
      fc.property(
        fc.array(plan, { minLength: 1, maxLength: 4 }),
        fc.constantFrom(...weeks),
        fc.integer({ min: 0, max: 2 * 1440 }),
        fc.constantFrom(1, 30, 45, 60, 240, 1000),
        (plans, week, offset, needed) => {
          const from = Date.parse(`${week}T00:00:00Z`) + offset * minute;
          const open = openMinutes(plans, from, days * 1440);
          const state = windowAt(calendarsOf(plans), iso(from), { durationSeconds: needed * 60 });
          const closed = open.indexOf(false);
          const end = open.length;
          if (open[0] && (closed === -1 || closed >= needed)) {
            expect(state.open).toBe(true);
            if (closed !== -1 && state.open) expect(state.closesAt).toBe(iso(from + closed * minute));
            return;
          }
          expect(state.open).toBe(false);
          let opening = -1;
          for (let index = open[0] ? closed : 0; index + needed <= end && opening < 0; index += 1)
            if (open[index] && !open[index - 1] && open.slice(index, index + needed).every(Boolean))
              opening = index;
          if (opening >= 0 && !state.open) expect(state.opensAt).toBe(iso(from + opening * minute));
          if (opening < 0 && !state.open && state.opensAt)
            expect(Date.parse(state.opensAt)).toBeGreaterThan(from + (end - needed - 1) * minute);
        },
      ),
      runs(60, 3),
    );
  });

  test('the oracle handles clock changes', () => {
    expect(shown('Europe/Berlin', Date.parse('2026-03-29T01:00:00Z'))).toBe('2026-03-29T03:00');
    expect(at('Europe/Berlin', '2026-03-29T02:30')).toBe('2026-03-29T01:30:00.000Z');
    expect(at('Europe/Berlin', '2026-10-25T02:30')).toBe('2026-10-25T00:30:00.000Z');
  });
});

test('calendars are identified by a hash of their content', () => {
  const hashes = [nightly('Europe/Berlin'), nightly('Europe/Paris'), noCalendars].map(calendarsHash);
  expect(new Set(hashes).size).toBe(3);
  expect(calendarsHash(nightly('Europe/Berlin'))).toBe(hashes[0]);
});

test('finds a window in milliseconds, even far from the first and among many', () => {
  const many = Array.from({ length: 20 }, (_, hour) =>
    calendar(
      ...event(
        `DTSTART;TZID=Europe/Berlin:20150101T${String(hour).padStart(2, '0')}0000`,
        'DURATION:PT10M',
        'RRULE:FREQ=DAILY',
      ),
    ),
  );
  const calendars = { maintenance: many, freezes: [calendar(...january)] };
  windowAt(calendars, '2026-03-01T00:00:00Z', { durationSeconds: 7200 });
  const started = process.hrtime.bigint();
  for (let run = 0; run < 20; run += 1)
    windowAt(calendars, iso(Date.UTC(2026, 2, 1, run)), { durationSeconds: 60 });
  expect(Number(process.hrtime.bigint() - started) / 1e6 / 20).toBeLessThan(5);
});
