import { dayMillis } from '../model/time-zone.ts';
import type { Rule } from './calendar.ts';

/** The properties of a day that the filters of a rule use. */
interface Day {
  /** Days since 1970-01-01. */
  number: number;
  year: number;
  month: number;
  day: number;
  weekday: number;
}

/** A time of day in milliseconds. */
type Time = number;

/**
 * Returns the starts of a rule's occurrences between two wall times, inclusive, in order. No occurrence precedes the
 * first.
 *
 * An occurrence is a day that passes every filter, in a period (days, weeks, months or years) that is a multiple of the
 * interval away from the first occurrence, at every time that the rule lists. The cost doesn't depend on the distance
 * from the first occurrence. RFC 5545, section 3.3.10. The caller applies UNTIL and COUNT.
 *
 * @param first the first occurrence; wall times are in milliseconds, as if they were UTC
 */
export function ruleStarts(rule: Rule, first: number, from: number, to: number): number[] {
  const start = dayOf(Math.floor(first / dayMillis));
  const filter = filterOf(rule, start);
  const times = timesOf(rule, first);
  const { periodOf, daysOf } = periods[rule.frequency](rule);
  const origin = periodOf(start);
  const since = periodOf(dayOf(Math.floor(Math.max(first, from) / dayMillis)));
  const until = periodOf(dayOf(Math.floor(to / dayMillis)));
  const found: number[] = [];
  const stride = rule.interval;
  for (
    let period = origin + Math.ceil((since - origin) / stride) * stride;
    period <= until;
    period += stride
  ) {
    const days = daysOf(period).map(dayOf).filter(filter);
    const starts = days.flatMap(({ number }) => times.map((time) => number * dayMillis + time));
    found.push(...chosen(starts, rule.bySetPosition));
  }
  return found.filter((at) => at >= first && at >= from && at <= to);
}

/** Applies BYSETPOS: selects the n-th occurrences of a period, counted from the end if n is negative. */
function chosen(starts: number[], positions: number[] | undefined): number[] {
  if (positions === undefined) return starts;
  return starts.filter(
    (_, index) => positions.includes(index + 1) || positions.includes(index - starts.length),
  );
}

interface Periods {
  /** Returns the number of the period that contains a day. */
  periodOf(day: Day): number;
  /** Returns the days of a period, as day numbers. */
  daysOf(period: number): number[];
}

const periods: Record<Rule['frequency'], (rule: Rule) => Periods> = {
  DAILY: () => ({ periodOf: ({ number }) => number, daysOf: (period) => [period] }),
  WEEKLY: ({ weekStart }) => ({
    periodOf: ({ number }) => Math.floor((number - firstWeekday(weekStart)) / 7),
    daysOf: (period) => range(period * 7 + firstWeekday(weekStart), 7),
  }),
  MONTHLY: () => ({
    periodOf: ({ year, month }) => year * 12 + month - 1,
    daysOf: (period) => {
      const [year, month] = [Math.floor(period / 12), (period % 12) + 1];
      return range(dayNumber(year, month, 1), daysInMonth(year, month));
    },
  }),
  YEARLY: () => ({
    periodOf: ({ year }) => year,
    daysOf: (year) => range(dayNumber(year, 1, 1), daysInYear(year)),
  }),
};

/** Returns the day number of a day with this weekday. 1970-01-01 was a Thursday. */
const firstWeekday = (weekday: number) => weekday - 4;

/**
 * Returns a filter that tells whether a day matches every part of the rule. Parts that the rule omits come from the
 * first day.
 */
function filterOf(rule: Rule, start: Day): (day: Day) => boolean {
  const { frequency, byMonth, byWeekNumber, byYearDay, byMonthDay, byDay, weekStart } = rule;
  const named = byDay ?? byMonthDay ?? byYearDay ?? byWeekNumber;
  const weekdays =
    byDay ??
    (frequency === 'WEEKLY' || (byWeekNumber && !byMonthDay && !byYearDay)
      ? [{ nth: 0, weekday: start.weekday }]
      : undefined);
  const monthly = frequency === 'MONTHLY' || frequency === 'YEARLY';
  const monthDays = byMonthDay ?? (monthly && named === undefined ? [start.day] : undefined);
  const months = byMonth ?? (frequency === 'YEARLY' && named === undefined ? [start.month] : undefined);
  // A numbered weekday counts within the year in a yearly rule without BYMONTH, and within the month otherwise.
  const ofYear = frequency === 'YEARLY' && byMonth === undefined;
  const filters: ((day: Day) => boolean)[] = [];
  if (months) filters.push(({ month }) => months.includes(month));
  if (monthDays) filters.push((day) => counted(monthDays, day.day, daysInMonth(day.year, day.month)));
  if (byYearDay) filters.push((day) => counted(byYearDay, dayOfYear(day), daysInYear(day.year)));
  if (byWeekNumber)
    filters.push((day) => {
      const { week, weeks } = weekOf(day, weekStart);
      return counted(byWeekNumber, week, weeks);
    });
  if (weekdays)
    filters.push((day) => {
      const [place, length] = ofYear
        ? [dayOfYear(day), daysInYear(day.year)]
        : [day.day, daysInMonth(day.year, day.month)];
      const [nth, nthLast] = [Math.ceil(place / 7), -Math.ceil((length - place + 1) / 7)];
      return weekdays.some(
        (wanted) => wanted.weekday === day.weekday && [0, nth, nthLast].includes(wanted.nth),
      );
    });
  return (day) => filters.every((passes) => passes(day));
}

/** Tells whether a list contains a position. Negative numbers count from the end. */
function counted(numbers: number[], place: number, length: number): boolean {
  return numbers.includes(place) || numbers.includes(place - length - 1);
}

/**
 * Returns the week of a day, and the number of weeks in its week-based year. Week 1 is the first with at least four
 * days in the year.
 */
function weekOf(day: Day, weekStart: number): { week: number; weeks: number } {
  const firstOf = (year: number): number => {
    const fourth = dayNumber(year, 1, 4);
    return fourth - ((((fourth - firstWeekday(weekStart)) % 7) + 7) % 7);
  };
  const year = [day.year + 1, day.year].find((candidate) => day.number >= firstOf(candidate)) ?? day.year - 1;
  const weeks = (firstOf(year + 1) - firstOf(year)) / 7;
  return { week: Math.floor((day.number - firstOf(year)) / 7) + 1, weeks };
}

/** Returns every time of day that the rule lists, in order. */
function timesOf({ byHour, byMinute, bySecond }: Rule, first: number): Time[] {
  const start = new Date(first);
  const hours = sorted(byHour ?? [start.getUTCHours()]);
  const minutes = sorted(byMinute ?? [start.getUTCMinutes()]);
  const seconds = sorted(bySecond ?? [start.getUTCSeconds()]);
  return hours.flatMap((hour) =>
    minutes.flatMap((minute) => seconds.map((second) => ((hour * 60 + minute) * 60 + second) * 1000)),
  );
}

function dayOf(number: number): Day {
  const date = new Date(number * dayMillis);
  const weekday = date.getUTCDay();
  return {
    number,
    weekday,
    year: date.getUTCFullYear(),
    month: date.getUTCMonth() + 1,
    day: date.getUTCDate(),
  };
}

const dayNumber = (year: number, month: number, day: number) => Date.UTC(year, month - 1, day) / dayMillis;
const daysInMonth = (year: number, month: number) => new Date(Date.UTC(year, month, 0)).getUTCDate();
const daysInYear = (year: number) => dayNumber(year + 1, 1, 1) - dayNumber(year, 1, 1);
const dayOfYear = ({ number, year }: Day) => number - dayNumber(year, 1, 1) + 1;
const range = (start: number, length: number) => Array.from({ length }, (_, index) => start + index);
const sorted = (numbers: number[]) => [...new Set(numbers)].sort((a, b) => a - b);
