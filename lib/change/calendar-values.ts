import ICAL from 'ical.js';
import type { WallTime } from './calendar.ts';
import type { Property, Report } from './calendar-lines.ts';
import { wallMillis, wallTime } from './calendar-time.ts';

/** A DATE or DATE-TIME value. Without a zone it is floating: it applies in the zone of the reader. */
export interface TimeValue {
  at: WallTime;
  /** Whether it is a date without a time. */
  date: boolean;
  /** `UTC`, or the TZID. */
  zone?: string;
}

/** Reads a property that holds a single time. */
export function readTime(property: Property, report: Report): TimeValue | undefined {
  return parseTime(property, property.value, report);
}

/** Reads a property that holds a list of times. */
export function readTimes(property: Property, report: Report): TimeValue[] {
  return property.value.split(',').flatMap((text) => parseTime(property, text, report) ?? []);
}

/** Parses one time of a property (RFC 5545, sections 3.3.4 and 3.3.5). */
export function parseTime(property: Property, text: string, report: Report): TimeValue | undefined {
  const { name, line, parameters } = property;
  const date = parameters.value?.toUpperCase() === 'DATE';
  const parts = /^(\d{4})(\d\d)(\d\d)(?:T(\d\d)(\d\d)(\d\d)(Z?))?$/.exec(text.trim());
  const [, year, month, day, hour, minute, second, utc] = parts ?? [];
  const at = `${year}-${month}-${day}T${hour ?? '00'}:${minute ?? '00'}:${second ?? '00'}`;
  const form = date ? 'a date, 20260301' : 'a date and time, 20260301T220000';
  const real = !Number.isNaN(wallMillis(at)) && wallTime(wallMillis(at)) === at;
  if (parts === null || (hour === undefined) !== date || !real) {
    const why = parts !== null && hour === undefined && !date ? ' (a date alone needs ;VALUE=DATE)' : '';
    report(line, name, 'InvalidTime', `"${text}" is no such time; expected ${form}${why}`);
    return undefined;
  }
  if (utc === 'Z' && parameters.tzid !== undefined) {
    report(line, name, 'InvalidTime', `"${text}" is in UTC; expected no TZID (${parameters.tzid}) with it`);
    return undefined;
  }
  return { at, date, ...(utc === 'Z' ? { zone: 'UTC' } : parameters.tzid && { zone: parameters.tzid }) };
}

/** A duration: calendar days, then seconds. */
export interface Length {
  days: number;
  seconds: number;
}

/** Parses a duration greater than zero (RFC 5545, section 3.3.6). */
export function parseDuration(property: Property, text: string, report: Report): Length | undefined {
  const form = /^\+?P(?:\d+W|(?=\d|T\d)(?:\d+D)?(?:T(?:\d+H)?(?:\d+M)?(?:\d+S)?)?)$/;
  const { weeks, days, hours, minutes, seconds } = form.test(text)
    ? ICAL.Duration.fromString(text)
    : new ICAL.Duration({});
  const length = { days: weeks * 7 + days, seconds: (hours * 60 + minutes) * 60 + seconds };
  if (length.days + length.seconds > 0) return length;
  const expected = 'expected one longer than nothing, PT2H or P1D';
  report(property.line, property.name, 'InvalidDuration', `"${text}" is no such duration; ${expected}`);
  return undefined;
}

/** Reads an offset from UTC in seconds (RFC 5545, section 3.3.14). */
export function readOffset(property: Property, report: Report): number | undefined {
  const [, sign, hours, minutes, seconds] = /^([+-])(\d\d)([0-5]\d)([0-5]\d)?$/.exec(property.value) ?? [];
  if (sign === undefined) {
    report(property.line, property.name, 'InvalidOffset', `"${property.value}" is no offset; expected +0100`);
    return undefined;
  }
  const amount = Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds ?? 0);
  return sign === '-' ? -amount : amount;
}
