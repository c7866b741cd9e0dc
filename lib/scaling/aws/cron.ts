import { dayMillis, type Zone } from '../../model/time-zone.ts';
import {
  type CalendarDay,
  CronError,
  type DayRule,
  ranges,
  readAwsDay,
  readAwsWeekday,
  readNumbers,
} from './cron-fields.ts';

/** When a cron expression fires: minutes and hours of the days that fit. */
export interface Cron {
  minutes: readonly number[];
  hours: readonly number[];
  months: ReadonlySet<number>;
  years: readonly number[];
  fits: DayRule;
}

/** The last year in which an expression without years is searched for a day. */
const years = Array.from({ length: 230 }, (_, index) => ranges.year.min + index);

/**
 * Reads the six fields of EventBridge and Application Auto Scaling: minute, hour, day of the month, month, day of the
 * week, year. One of the two day fields is `?`.
 * @throws CronError if it is none
 */
export function readAwsCron(text: string): Cron {
  const fields = text.split(/ +/);
  const [minute = '', hour = '', day = '', month = '', weekday = '', year = ''] = fields;
  if (fields.length !== 6 || text !== text.trim())
    throw new CronError(
      `"${text}" has ${fields.length} fields; expected minute, hour, day, month, weekday, year`,
    );
  if ((day === '?') === (weekday === '?'))
    throw new CronError(`"${text}" gives both days or none; expected ? in one of day and day of the week`);
  return {
    minutes: readNumbers(minute, ranges.minute),
    hours: readNumbers(hour, ranges.hour),
    months: new Set(readNumbers(month, ranges.month)),
    years: readNumbers(year, ranges.year),
    fits: day === '?' ? readAwsWeekday(weekday) : readAwsDay(day),
  };
}

/**
 * Reads the five fields of Unix, as EC2 Auto Scaling and KEDA use: minute, hour, day of the month, month, day of the
 * week. If both days are restricted, either is enough.
 * @throws CronError if it is none
 */
export function readUnixCron(text: string): Cron {
  const fields = text.trim().split(/\s+/);
  const [minute = '', hour = '', day = '', month = '', weekday = ''] = fields;
  if (fields.length !== 5)
    throw new CronError(`"${text}" has ${fields.length} fields; expected minute, hour, day, month, weekday`);
  const isOpen = (field: string) => field === '*' || field === '?';
  const days = new Set(readNumbers(isOpen(day) ? '*' : day, ranges.day));
  const weekdays = new Set(
    readNumbers(isOpen(weekday) ? '*' : weekday.replaceAll(/\b7\b/g, '0'), ranges.unixWeekday),
  );
  const either = !isOpen(day) && !isOpen(weekday);
  return {
    minutes: readNumbers(minute, ranges.minute),
    hours: readNumbers(hour, ranges.hour),
    months: new Set(readNumbers(month, ranges.month)),
    years,
    fits: (on) =>
      either ? days.has(on.day) || weekdays.has(on.weekday) : days.has(on.day) && weekdays.has(on.weekday),
  };
}

/**
 * Returns the first instant after another at which a cron expression fires, or undefined if there is none.
 * A local time that the clock skips does not fire that day; one that it shows twice fires once, the first time
 * (EventBridge Scheduler User Guide, "Daylight saving time").
 */
export function nextTime(cron: Cron, zone: Zone, after: number): number | undefined {
  const startDay = Math.floor((after + zone.offset(after)) / dayMillis);
  for (const midnight of daysOf(cron, startDay * dayMillis, 1))
    for (const wall of timesOf(cron, midnight)) {
      const instant = firing(zone, wall);
      if (instant !== undefined && instant > after) return instant;
    }
  return undefined;
}

/** Returns the last instant at or before another at which a cron expression fires, not looking back before `since`. */
export function previousTime(cron: Cron, zone: Zone, until: number, since: number): number | undefined {
  const startDay = Math.floor((until + zone.offset(until)) / dayMillis);
  for (const midnight of daysOf(cron, startDay * dayMillis, -1)) {
    if (midnight + 2 * dayMillis < since) return undefined;
    for (const wall of [...timesOf(cron, midnight)].reverse()) {
      const instant = firing(zone, wall);
      if (instant !== undefined && instant <= until) return instant >= since ? instant : undefined;
    }
  }
  return undefined;
}

/** Returns when a local time is, unless the clock skips it. */
function firing(zone: Zone, wall: number): number | undefined {
  const instant = zone.instant(wall);
  return instant + zone.offset(instant) === wall ? instant : undefined;
}

/** Yields the days that fit, from one on, as their midnights in local time. */
function* daysOf(cron: Cron, start: number, direction: 1 | -1): Generator<number> {
  const from = new Date(start);
  const ordered = direction === 1 ? cron.years : [...cron.years].reverse();
  for (const year of ordered) {
    if ((year - from.getUTCFullYear()) * direction < 0) continue;
    for (let at = 0; at < 12; at += 1) {
      const month = direction === 1 ? at + 1 : 12 - at;
      if (!cron.months.has(month)) continue;
      const daysInMonth = new Date(Date.UTC(year, month, 0)).getUTCDate();
      for (let index = 0; index < daysInMonth; index += 1) {
        const day = direction === 1 ? index + 1 : daysInMonth - index;
        const midnight = Date.UTC(year, month - 1, day);
        if ((midnight - start) * direction < 0) continue;
        if (cron.fits(dayAt(midnight, year, month, day, daysInMonth))) yield midnight;
      }
    }
  }
}

function dayAt(midnight: number, year: number, month: number, day: number, daysInMonth: number): CalendarDay {
  return { year, month, day, weekday: new Date(midnight).getUTCDay(), daysInMonth };
}

function* timesOf(cron: Cron, midnight: number): Generator<number> {
  for (const hour of cron.hours)
    for (const minute of cron.minutes) yield midnight + (hour * 60 + minute) * 60_000;
}
