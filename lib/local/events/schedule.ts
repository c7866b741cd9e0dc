/**
 * Schedules of rules: `rate(...)` and `cron(...)`, in UTC.
 * Source: Amazon EventBridge User Guide, "Setting a schedule pattern for scheduled rules".
 */
import { type DayMatcher, dayMatcher, parseField } from './cron-fields.ts';

export interface Schedule {
  /** Returns the next time after `afterMillis` in epoch milliseconds, or undefined if there is none. */
  next(afterMillis: number): number | undefined;
}

/** A schedule expression that the service would reject. */
export class ScheduleError extends Error {
  override readonly name = 'ScheduleError';
}

const MINUTE = 60_000;
const unitMillis: Record<string, number> = { minute: MINUTE, hour: 60 * MINUTE, day: 24 * 60 * MINUTE };
const YEAR_MAX = 2199;

/** Parses an expression. Rates count from `createdMillis`, as in the service they count from the rule's creation. */
export function parseSchedule(expression: string, createdMillis: number): Schedule {
  const rate = /^rate\((\d+) (minute|hour|day)(s?)\)$/.exec(expression);
  if (rate !== null) return rateSchedule(expression, rate, createdMillis);
  const cron = /^cron\((.+)\)$/.exec(expression);
  if (cron === null) throw new ScheduleError(`${expression} is neither rate(...) nor cron(...)`);
  return cronSchedule(expression, (cron[1] ?? '').trim().split(/\s+/));
}

function rateSchedule(expression: string, match: RegExpExecArray, createdMillis: number): Schedule {
  const [, value = '', unit = '', plural] = match;
  if (Number(value) < 1) throw new ScheduleError(`${expression}: the value must be positive`);
  if ((Number(value) === 1) === (plural === 's')) {
    throw new ScheduleError(`${expression}: one takes ${unit}, more take ${unit}s`);
  }
  const period = Number(value) * (unitMillis[unit] ?? MINUTE);
  return {
    next: (after) => createdMillis + (Math.floor(Math.max(0, after - createdMillis) / period) + 1) * period,
  };
}

interface CronFields {
  minutes: Set<number>;
  hours: Set<number>;
  months: Set<number>;
  years: Set<number>;
  day: DayMatcher;
}

function cronSchedule(expression: string, parts: string[]): Schedule {
  if (parts.length !== 6)
    throw new ScheduleError(`${expression}: six fields are needed, found ${parts.length}`);
  const [minutes = '', hours = '', dayOfMonth = '', month = '', dayOfWeek = '', year = ''] = parts;
  try {
    const fields: CronFields = {
      minutes: parseField(minutes, 'minutes'),
      hours: parseField(hours, 'hours'),
      months: parseField(month, 'month'),
      years: parseField(year, 'year'),
      day: dayMatcher(dayOfMonth, dayOfWeek),
    };
    return { next: (after) => nextCron(fields, after) };
  } catch (error) {
    throw new ScheduleError(`${expression}: ${error instanceof Error ? error.message : error}`);
  }
}

/** Iterates over days, which are few, and then picks the hour and minute. */
function nextCron(fields: CronFields, afterMillis: number): number | undefined {
  const start = (Math.floor(afterMillis / MINUTE) + 1) * MINUTE;
  const day = new Date(start);
  day.setUTCHours(0, 0, 0, 0);
  while (day.getUTCFullYear() <= YEAR_MAX) {
    if (!fields.years.has(day.getUTCFullYear())) {
      day.setUTCFullYear(day.getUTCFullYear() + 1, 0, 1);
    } else if (!fields.months.has(day.getUTCMonth() + 1)) {
      day.setUTCMonth(day.getUTCMonth() + 1, 1);
    } else {
      const found = fields.day(day) ? firstTime(fields, day, start) : undefined;
      if (found !== undefined) return found;
      day.setUTCDate(day.getUTCDate() + 1);
    }
  }
  return undefined;
}

function firstTime(fields: CronFields, day: Date, notBefore: number): number | undefined {
  const times = [...fields.hours].flatMap((hour) =>
    [...fields.minutes].map((minute) => day.getTime() + (hour * 60 + minute) * MINUTE),
  );
  const later = times.filter((time) => time >= notBefore);
  return later.length > 0 ? Math.min(...later) : undefined;
}
