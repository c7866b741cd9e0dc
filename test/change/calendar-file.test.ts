import { describe, expect, it, test } from 'vitest';
import { readCalendar } from '../../lib/change/calendar-file.ts';
import { occurrences } from '../../lib/change/calendar-occurrences.ts';
import { calendar, event, file, problemsOf } from './calendars.ts';

const berlin = 'X-WR-TIMEZONE:Europe/Berlin';
const once = ['DTSTART:20260301T220000Z', 'DURATION:PT2H'];
const nightly = ['DTSTART;TZID=Europe/Berlin:20260301T220000', 'DURATION:PT2H', 'RRULE:FREQ=DAILY'];

describe('rejects an invalid file', () => {
  /** The lines of an event, which start at line 4 of the file, and its problems as `line path code`. */
  const events: Record<string, [lines: string[], problems: string[]]> = {
    'has an event without a start': [['DURATION:PT2H'], ['3 DTSTART MissingProperty']],
    'has an event without an end': [['DTSTART:20260301T220000Z'], ['3 DTEND InvalidLength']],
    'has an event that ends when it starts': [
      ['DTSTART:20260301T220000Z', 'DTEND:20260301T220000Z'],
      ['5 DTEND InvalidLength'],
    ],
    'has an event with two ends': [[...once, 'DTEND:20260302T000000Z'], ['5 DURATION InvalidLength']],
    'has a negative duration': [
      ['DTSTART:20260301T220000Z', 'DURATION:-PT2H'],
      ['5 DURATION InvalidDuration'],
    ],
    'has an unreadable duration': [
      ['DTSTART:20260301T220000Z', 'DURATION:2h'],
      ['5 DURATION InvalidDuration'],
    ],
    'starts on a day that does not exist': [
      ['DTSTART:20260230T220000Z', 'DURATION:PT2H'],
      ['4 DTSTART InvalidTime'],
    ],
    'starts at an hour that does not exist': [
      ['DTSTART:20260301T250000Z', 'DURATION:PT2H'],
      ['4 DTSTART InvalidTime'],
    ],
    'starts on a date without VALUE=DATE': [['DTSTART:20260301'], ['4 DTSTART InvalidTime']],
    'starts in UTC and in a zone': [
      ['DTSTART;TZID=Europe/Berlin:20260301T220000Z', 'DURATION:PT2H'],
      ['4 DTSTART InvalidTime'],
    ],
    'starts in an unknown zone': [
      ['DTSTART;TZID=W. Europe Standard Time:20260301T220000', 'DURATION:PT2H'],
      ['4 DTSTART UnknownZone'],
    ],
    'starts without a zone in a calendar without a zone': [
      ['DTSTART:20260301T220000', 'DURATION:PT2H'],
      ['4 DTSTART MissingZone'],
    ],
    'has dates in a calendar without a zone': [['DTSTART;VALUE=DATE:20260301'], ['4 DTSTART MissingZone']],
    'recurs every minute': [[...once, 'RRULE:FREQ=MINUTELY'], ['6 RRULE InvalidRule']],
    'recurs by unknown parts': [[...once, 'RRULE:FREQ=DAILY;ONLY=MO'], ['6 RRULE UnknownPart']],
    'recurs on an unknown day': [[...once, 'RRULE:FREQ=DAILY;BYDAY=XX'], ['6 RRULE InvalidRule']],
    'never recurs': [[...once, 'RRULE:FREQ=DAILY;INTERVAL=0'], ['6 RRULE InvalidRule']],
    'recurs on the 0th': [[...once, 'RRULE:FREQ=MONTHLY;BYMONTHDAY=0'], ['6 RRULE InvalidRule']],
    'has COUNT and UNTIL': [
      [...once, 'RRULE:FREQ=DAILY;COUNT=3;UNTIL=20270101T000000Z'],
      ['6 RRULE InvalidRule'],
    ],
    'has numbered days in a weekly rule': [[...once, 'RRULE:FREQ=WEEKLY;BYDAY=2MO'], ['6 RRULE InvalidRule']],
    'starts on a day that is not in its rule': [
      [...once, 'RRULE:FREQ=WEEKLY;BYDAY=MO'],
      ['6 RRULE InvalidRule'],
    ],
    'ends before it starts': [[...once, 'RRULE:FREQ=DAILY;UNTIL=20200101T000000Z'], ['6 RRULE NoOccurrence']],
    'ends at a time without a zone': [
      [...once, 'RRULE:FREQ=DAILY;UNTIL=20270101T000000'],
      ['6 RRULE InvalidRule'],
    ],
    'has two rules': [[...once, 'RRULE:FREQ=DAILY', 'RRULE:FREQ=WEEKLY'], ['7 RRULE Repeated']],
    'excludes an occurrence that does not exist': [
      [...nightly, 'EXDATE;TZID=Europe/Berlin:20260301T210000'],
      ['7 EXDATE NoOccurrence'],
    ],
    'excludes a date of an event with times': [
      [...nightly, 'EXDATE;VALUE=DATE:20260302'],
      ['7 EXDATE InvalidTime'],
    ],
    'has a property that RFC 5545 removed': [[...nightly, 'EXRULE:FREQ=WEEKLY'], ['7 EXRULE NotSupported']],
  };
  for (const [name, [lines, problems]] of Object.entries(events))
    it(name, () => expect(problemsOf(file(...event(...lines)))).toEqual(problems));

  const texts: Record<string, [text: string, problems: string[]]> = {
    'is empty': ['', ['1  NoCalendar']],
    'is something else': ['maintenance: nightly\n', ['1 MAINTENANCE OutsideCalendar', '1  NoCalendar']],
    'has invalid lines': [file('hello', ...event(...once)), ['3  NotALine']],
    'is cut off': [
      'BEGIN:VCALENDAR\nBEGIN:VEVENT\nDTSTART:20260301T220000Z\nDURATION:PT1H',
      ['1 VCALENDAR MissingEnd', '2 VEVENT MissingEnd'],
    ],
    'ends a component that is not open': [file(...event(...once), 'END:VTODO'), ['7 END UnexpectedEnd']],
    'has no event that counts': [file(...event(...once, 'TRANSP:TRANSPARENT')), ['1  NoEvent']],
    cancels: [file('METHOD:CANCEL', ...event(...once)), ['3 METHOD NotSupported']],
    'uses one UID for two events': [
      file(...event('UID:a', ...once), ...event('UID:a', ...once)),
      ['8 UID Repeated'],
    ],
    'replaces an occurrence that does not exist': [
      file(...event('UID:a', ...nightly), ...event('UID:a', 'RECURRENCE-ID:20260301T000000Z', ...once)),
      ['11 RECURRENCE-ID NoOccurrence'],
    ],
    'has a zone without times': [
      file(
        'BEGIN:VTIMEZONE',
        'TZID:Ours',
        'END:VTIMEZONE',
        ...event('DTSTART;TZID=Ours:20260301T220000', 'DURATION:PT1H'),
      ),
      ['3 VTIMEZONE MissingProperty'],
    ],
  };
  for (const [name, [text, problems]] of Object.entries(texts))
    it(name, () => expect(problemsOf(text)).toEqual(problems));

  it('with all problems at once, each with file, line, found value and expected value', () => {
    const text = file(...event('DTSTART:20260230T220000Z'), ...event(...once, 'RRULE:FREQ=HOURLY'));
    const { problems } = readCalendar('ops/windows.ics', text);
    expect(problems.map(({ file: name, line }) => `${name}:${line}`)).toEqual([
      'ops/windows.ics:4',
      'ops/windows.ics:9',
    ]);
    expect(problems[0]?.message).toBe(
      '"20260230T220000Z" is no such time; expected a date and time, 20260301T220000',
    );
    expect(problems[1]?.message).toContain('FREQ=HOURLY');
  });
});

/** Returns the occurrences in a month as `START/END` in UTC. */
function inMonth(month: string, ...lines: string[]): string[] {
  const from = Date.parse(`${month}-01T00:00:00Z`);
  return occurrences(calendar(...lines), from, from + 31 * 86_400_000)
    .sort((a, b) => a.start - b.start)
    .map(({ start, end }) => [start, end].map((at) => new Date(at).toISOString().slice(5, 16)).join('/'));
}

describe('an event', () => {
  test("with dates lasts from midnight to midnight in the calendar's zone", () => {
    const lines = ['DTSTART;VALUE=DATE:20260328', 'DTEND;VALUE=DATE:20260330'];
    expect(inMonth('2026-03', berlin, ...event(...lines))).toEqual(['03-27T23:00/03-29T22:00']);
  });

  test('of one day needs no end', () => {
    expect(inMonth('2026-03', berlin, ...event('DTSTART;VALUE=DATE:20260302'))).toEqual([
      '03-01T23:00/03-02T23:00',
    ]);
  });

  test('has a nominal duration with DURATION in days, and an exact one with DTEND', () => {
    const start = 'DTSTART;TZID=Europe/Berlin:20260321T120000';
    const rule = 'RRULE:FREQ=WEEKLY;COUNT=2';
    expect(inMonth('2026-03', ...event(start, 'DURATION:P1D', rule))).toEqual([
      '03-21T11:00/03-22T11:00',
      '03-28T11:00/03-29T10:00',
    ]);
    expect(inMonth('2026-03', ...event(start, 'DTEND;TZID=Europe/Berlin:20260322T120000', rule))).toEqual([
      '03-21T11:00/03-22T11:00',
      '03-28T11:00/03-29T11:00',
    ]);
  });

  test('may end in another zone', () => {
    const lines = [
      'DTSTART;TZID=Europe/Berlin:20260302T220000',
      'DTEND;TZID=America/New_York:20260302T200000',
    ];
    expect(inMonth('2026-03', ...event(...lines))).toEqual(['03-02T21:00/03-03T01:00']);
  });

  test('takes no time if it is canceled or transparent', () => {
    const others = [...event(...once, 'STATUS:CANCELLED'), ...event(...once, 'TRANSP:TRANSPARENT')];
    const day = event('DTSTART;VALUE=DATE:20260302');
    expect(inMonth('2026-03', berlin, ...others, ...day)).toHaveLength(1);
  });

  test('is added by RDATE, also as a period, and excluded by EXDATE in any zone', () => {
    const lines = [
      'DTSTART;TZID=Europe/Berlin:20260301T220000',
      'DURATION:PT2H',
      'RRULE:FREQ=DAILY;COUNT=3',
      'EXDATE:20260302T210000Z',
      'RDATE;TZID=Europe/Berlin:20260310T220000,20260311T220000',
      'RDATE;VALUE=PERIOD:20260312T000000Z/PT30M,20260313T000000Z/20260313T010000Z',
      'EXDATE;TZID=Europe/Berlin:20260311T220000',
    ];
    expect(inMonth('2026-03', ...event(...lines))).toEqual([
      '03-01T21:00/03-01T23:00',
      '03-03T21:00/03-03T23:00',
      '03-10T21:00/03-10T23:00',
      '03-12T00:00/03-12T00:30',
      '03-13T00:00/03-13T01:00',
    ]);
  });

  test('is moved or canceled by an event with its RECURRENCE-ID', () => {
    const series = event('UID:a', ...nightly, 'RRULE:FREQ=DAILY;COUNT=3').filter(
      (line) => line !== 'RRULE:FREQ=DAILY',
    );
    const moved = event(
      'UID:a',
      'RECURRENCE-ID;TZID=Europe/Berlin:20260302T220000',
      'DTSTART:20260305T000000Z',
      'DURATION:PT1H',
    );
    const gone = event(
      'UID:a',
      'RECURRENCE-ID:20260303T210000Z',
      'DTSTART:20260303T210000Z',
      'DURATION:PT2H',
      'STATUS:CANCELLED',
    );
    expect(inMonth('2026-03', ...series, ...moved, ...gone)).toEqual([
      '03-01T21:00/03-01T23:00',
      '03-05T00:00/03-05T01:00',
    ]);
  });

  test('ends with UNTIL in UTC even if its own time is in a zone', () => {
    const until = (text: string) =>
      inMonth('2026-03', ...event(...nightly.slice(0, 2), `RRULE:FREQ=DAILY;UNTIL=${text}`)).length;
    expect([until('20260302T205959Z'), until('20260302T210000Z')]).toEqual([1, 2]);
  });

  test('is read from folded lines, in any case, after a byte order mark', () => {
    const text = `\uFEFF${file(...event('dtstart;tzid="Europe/Berlin":2026', ' 0301T220000', 'duration:PT', '\t2H'))}`;
    const read = readCalendar('team.ics', text);
    expect(read).toMatchObject({
      problems: [],
      calendar: { events: [{ zone: 'Europe/Berlin', seconds: 7200 }] },
    });
  });
});

describe('a zone', () => {
  const observance = (name: string, month: number, from: string, to: string) => [
    `BEGIN:${name}`,
    `DTSTART:1970${String(month).padStart(2, '0')}01T020000`
      .replace('0301T', '0329T')
      .replace('1001T', '1025T'),
    `RRULE:FREQ=YEARLY;BYMONTH=${month};BYDAY=-1SU`,
    `TZOFFSETFROM:${from}`,
    `TZOFFSETTO:${to}`,
    `END:${name}`,
  ];
  const zone = (id: string, ...more: string[]) => [
    'BEGIN:VTIMEZONE',
    `TZID:${id}`,
    ...more,
    ...observance('DAYLIGHT', 3, '+0100', '+0200'),
    ...observance('STANDARD', 10, '+0200', '+0100'),
    'END:VTIMEZONE',
  ];
  const noon = (id: string) =>
    event(`DTSTART;TZID=${id}:20260328T120000`, 'DURATION:PT1H', 'RRULE:FREQ=DAILY;COUNT=2');
  const berlinNoons = ['03-28T11:00/03-28T12:00', '03-29T10:00/03-29T11:00'];

  test('is resolved in the IANA database, with or without a VTIMEZONE', () => {
    expect(inMonth('2026-03', ...noon('Europe/Berlin'))).toEqual(berlinNoons);
    expect(inMonth('2026-03', ...zone('Europe/Berlin'), ...noon('Europe/Berlin'))).toEqual(berlinNoons);
  });

  test("is resolved from a vendor's id, or from X-LIC-LOCATION", () => {
    expect(inMonth('2026-03', ...noon('/example.org/20240101_1/Europe/Berlin'))).toEqual(berlinNoons);
    const located = zone('W. Europe Standard Time', 'X-LIC-LOCATION:Europe/Berlin');
    const whole = calendar(...located, ...noon('W. Europe Standard Time'));
    expect([whole.events[0]?.zone, whole.zones]).toEqual(['Europe/Berlin', {}]);
  });

  test('can be any other that the file defines', () => {
    expect(
      inMonth('2026-03', ...zone('W. Europe Standard Time'), ...noon('W. Europe Standard Time')),
    ).toEqual(berlinNoons);
  });

  test('of floating times is the only one that the file defines', () => {
    const floating = event('DTSTART:20260328T120000', 'DURATION:PT1H', 'RRULE:FREQ=DAILY;COUNT=2');
    expect(inMonth('2026-03', ...zone('Ours'), ...floating)).toEqual(berlinNoons);
  });
});
