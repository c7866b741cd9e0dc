import { hashOf } from '../model/json.ts';

/** A date and time as on a wall clock, `2026-03-29T02:30:00`. It becomes an instant only together with a zone. */
export type WallTime = string;

/** A clock change of a zone: from this instant in epoch milliseconds, the UTC offset in seconds. */
export type Transition = [atMillis: number, offsetSeconds: number];

/**
 * A recurrence rule (RFC 5545, section 3.3.10). Every part is a list of numbers; weekdays count from 0, Sunday. COUNT
 * is stored as `lastStart`, the start of the last occurrence.
 */
export interface Rule {
  frequency: 'DAILY' | 'WEEKLY' | 'MONTHLY' | 'YEARLY';
  interval: number;
  weekStart: number;
  byMonth?: number[];
  byWeekNumber?: number[];
  byYearDay?: number[];
  byMonthDay?: number[];
  /** The n-th of a weekday, counted from the end if negative; 0 means every one. */
  byDay?: { nth: number; weekday: number }[];
  byHour?: number[];
  byMinute?: number[];
  bySecond?: number[];
  bySetPosition?: number[];
  /** No occurrence starts after this ISO 8601 instant. */
  until?: string;
  /** No occurrence starts after this wall time in the event's zone. */
  lastStart?: WallTime;
}

/** A time in a zone: an IANA id, or an id that the calendar defines. */
export interface ZonedTime {
  zone: string;
  at: WallTime;
}

/** An event of a calendar: it occurs once, or as often as its rule says. */
export interface CalendarEvent {
  title: string;
  zone: string;
  /** The start of the first occurrence. */
  start: WallTime;
  /** The duration of each occurrence: calendar days, then elapsed seconds. */
  days: number;
  seconds: number;
  rule?: Rule;
  /** Starts of excluded occurrences. */
  except?: ZonedTime[];
}

/** An iCalendar file, reduced to what determines when a window is open. */
export interface Calendar {
  name: string;
  events: CalendarEvent[];
  /** Zones that the file defines, by id. Before the first transition, the offset of the first transition applies. */
  zones: Record<string, Transition[]>;
}

/** The calendars of an environment. */
export interface Calendars {
  /** Changes may run only during events in these calendars. If there are none, changes may run at any time. */
  maintenance: Calendar[];
  /** No change may run during events in these calendars. */
  freezes: Calendar[];
}

export const noCalendars: Calendars = { maintenance: [], freezes: [] };

/**
 * SHA-256 of the calendars' content. A change to the calendars changes the conditions of an approval and so needs a new
 * one.
 */
export function calendarsHash(calendars: Calendars): string {
  return hashOf(calendars);
}
