import ICAL from 'ical.js';
import { dayMillis } from '../model/time-zone.ts';
import type { Rule, WallTime } from './calendar.ts';
import type { Property, Report } from './calendar-lines.ts';
import { ruleStarts } from './calendar-rule.ts';
import { wallMillis, wallTime } from './calendar-time.ts';
import { parseTime, type TimeValue } from './calendar-values.ts';

const weekdays = ['SU', 'MO', 'TU', 'WE', 'TH', 'FR', 'SA'];
/** The parts of a rule that hold numbers, and their field names in `Rule`. */
const numberParts = {
  BYMONTH: 'byMonth',
  BYWEEKNO: 'byWeekNumber',
  BYYEARDAY: 'byYearDay',
  BYMONTHDAY: 'byMonthDay',
  BYHOUR: 'byHour',
  BYMINUTE: 'byMinute',
  BYSECOND: 'bySecond',
  BYSETPOS: 'bySetPosition',
} as const satisfies Record<string, keyof Rule>;
const timeParts = ['BYHOUR', 'BYMINUTE', 'BYSECOND'];
const otherParts = ['FREQ', 'INTERVAL', 'COUNT', 'UNTIL', 'WKST', 'BYDAY'];
const frequencies = ['DAILY', 'WEEKLY', 'MONTHLY', 'YEARLY'];
/** Recurrences are not computed beyond this year. */
const lastYear = 2200;

/** Combinations that RFC 5545, section 3.3.10, doesn't allow: the part, the condition, and the expected form. */
const misplaced: [part: string, wrong: (given: Map<string, string>) => boolean, expected: string][] = [
  ['FREQ', (given) => !frequencies.includes(given.get('FREQ') ?? ''), `one of ${frequencies.join(', ')}`],
  ['INTERVAL', (given) => !/^(?!0+$)\d{1,4}$/.test(given.get('INTERVAL') ?? '1'), 'a whole number from 1'],
  ['COUNT', (given) => !/^(?!0+$)\d{1,4}$/.test(given.get('COUNT') ?? '1'), 'a whole number from 1 to 9999'],
  ['COUNT', (given) => given.has('COUNT') && given.has('UNTIL'), 'COUNT or UNTIL, not both'],
  [
    'BYMONTHDAY',
    (given) => given.get('FREQ') === 'WEEKLY' && given.has('BYMONTHDAY'),
    'none in a WEEKLY rule',
  ],
  [
    'BYYEARDAY',
    (given) => given.get('FREQ') !== 'YEARLY' && given.has('BYYEARDAY'),
    'it in YEARLY rules only',
  ],
  ['BYWEEKNO', (given) => given.get('FREQ') !== 'YEARLY' && given.has('BYWEEKNO'), 'it in YEARLY rules only'],
  [
    'BYDAY',
    (given) =>
      /\d/.test(given.get('BYDAY') ?? '') &&
      (!/^(MONTHLY|YEARLY)$/.test(given.get('FREQ') ?? '') || given.has('BYWEEKNO')),
    'numbered weekdays in MONTHLY rules, and in YEARLY ones without BYWEEKNO',
  ],
  [
    'BYSETPOS',
    (given) => given.has('BYSETPOS') && ![...given.keys()].some((part) => /^BY(?!SETPOS)/.test(part)),
    'another BY part with it',
  ],
];

/**
 * Reads a recurrence rule. `COUNT` is converted to the start of the last occurrence.
 *
 * @param start the first occurrence, which the rule must match
 */
export function readRule(property: Property, start: TimeValue, report: Report): Rule | undefined {
  const problem = (code: string, message: string) => report(property.line, property.name, code, message);
  const given = new Map(
    property.value
      .toUpperCase()
      .split(';')
      .map((part) => part.split('=', 2) as [string, string]),
  );
  const unknown = [...given.keys()].filter((part) => !(part in numberParts || otherParts.includes(part)));
  if (unknown.length > 0) problem('UnknownPart', `"${unknown.join(', ')}" is no part of a rule`);
  const wrong = misplaced.filter(([, isWrong]) => isWrong(given));
  for (const [part, , expected] of wrong)
    problem('InvalidRule', `${part}=${given.get(part) ?? ''} can't stand here; expected ${expected}`);
  if (start.date && timeParts.some((part) => given.has(part)))
    problem('InvalidRule', 'names times of day, and DTSTART is a date; expected a date and time');
  else if (unknown.length === 0 && wrong.length === 0) return parsedRule(property, given, start, report);
  return undefined;
}

function parsedRule(
  property: Property,
  given: Map<string, string>,
  start: TimeValue,
  report: Report,
): Rule | undefined {
  const problem = (message: string) => report(property.line, property.name, 'InvalidRule', message);
  const end = given.has('UNTIL') ? untilOf(property, given.get('UNTIL') ?? '', start, report) : {};
  if (end === undefined) return undefined;
  let rule: Rule;
  try {
    rule = { ...rulePartsOf(given), ...end };
  } catch (error) {
    problem((error as Error).message);
    return undefined;
  }
  const first = wallMillis(start.at);
  if (ruleStarts(rule, first, first, first).length === 0) {
    problem(
      `does not fit DTSTART, ${start.at}, which RFC 5545 leaves undefined; expected it to be the first`,
    );
    return undefined;
  }
  const count = given.get('COUNT');
  const lastStart = count === undefined ? undefined : lastOf(rule, first, Number(count));
  return lastStart === undefined ? rule : { ...rule, lastStart };
}

/** @throws Error if the library rejects a value */
function rulePartsOf(given: Map<string, string>): Rule {
  const text = [...given]
    .filter(([part]) => !['UNTIL', 'COUNT'].includes(part))
    .map((pair) => pair.join('='));
  const { parts } = ICAL.Recur.fromString(text.join(';'));
  const rule: Rule = {
    frequency: given.get('FREQ') as Rule['frequency'],
    interval: Number(given.get('INTERVAL') ?? 1),
    weekStart: weekdays.indexOf(given.get('WKST') ?? 'MO'),
  };
  for (const [part, field] of Object.entries(numberParts)) {
    if (!given.has(part)) continue;
    const texts = (given.get(part) ?? '').split(',');
    if (!texts.every((one) => /^[+-]?\d+$/.test(one)))
      throw new Error(`${part}=${texts.join()} must be whole numbers`);
    const numbers = texts.map(Number);
    if (numbers.includes(0) && !timeParts.includes(part))
      throw new Error(`${part} counts from 1, or from -1 backwards; found 0`);
    rule[field] = numbers;
  }
  if (parts.BYDAY)
    rule.byDay = [parts.BYDAY].flat().map((day) => {
      const [, nth, weekday = ''] = /^([+-]?\d*)(\w\w)$/.exec(String(day)) ?? [];
      return { nth: Number(nth), weekday: weekdays.indexOf(weekday) };
    });
  return rule;
}

/** Reads UNTIL: a date if DTSTART is a date, floating if DTSTART floats, and UTC otherwise. */
function untilOf(
  property: Property,
  text: string,
  start: TimeValue,
  report: Report,
): Pick<Rule, 'until' | 'lastStart'> | undefined {
  const parameters: Record<string, string> = start.date ? { value: 'DATE' } : {};
  const until = parseTime({ ...property, parameters }, text, report);
  if (until === undefined) return undefined;
  if ((start.zone === undefined) === (until.zone === undefined))
    return until.zone === undefined ? { lastStart: until.at } : { until: `${until.at}Z` };
  const expected = start.zone === undefined ? 'none, as DTSTART has none' : '20261231T235959Z';
  report(
    property.line,
    property.name,
    'InvalidRule',
    `UNTIL=${text} has the wrong zone; expected ${expected}`,
  );
  return undefined;
}

/** Returns the start of the n-th occurrence, or undefined if the rule doesn't reach it before `lastYear`. */
function lastOf(rule: Rule, first: number, count: number): WallTime | undefined {
  const years = 366 * dayMillis * 10;
  let left = count;
  for (let from = first; new Date(from).getUTCFullYear() < lastYear; from += years) {
    const starts = ruleStarts(rule, first, from, from + years - 1);
    const last = starts[left - 1];
    if (last !== undefined) return wallTime(last);
    left -= starts.length;
  }
  return undefined;
}
