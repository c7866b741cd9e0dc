import { hashOf } from '../model/json.ts';

/** A date and time as a clock on the wall shows it, `2026-03-29T02:30:00`: an instant only together with a zone. */
export type WallTime = string;

/** Where a zone's clocks change: from this instant (epoch milliseconds) on they are so many seconds ahead of UTC. */
export type Transition = [atMillis: number, offsetSeconds: number];

/**
 * A recurrence rule (RFC 5545, section 3.3.10), every part of it a list of numbers; weekdays count from 0, Sunday.
 * A rule with COUNT has `lastStart` instead: the start of its last occurrence.
 */
export interface Rule {
  frequency: 'DAILY' | 'WEEKLY' | 'MONTHLY' | 'YEARLY';
  interval: number;
  weekStart: number;
  byMonth?: number[];
  byWeekNumber?: number[];
  byYearDay?: number[];
  byMonthDay?: number[];
  /** Of each weekday the how-many-th, from the end where negative; 0 is every one. */
  byDay?: { nth: number; weekday: number }[];
  byHour?: number[];
  byMinute?: number[];
  bySecond?: number[];
  bySetPosition?: number[];
  /** No occurrence starts after this instant, ISO 8601. */
  until?: string;
  /** No occurrence starts after this time of the event's zone. */
  lastStart?: WallTime;
}

/** A time in a zone: an IANA id, or one of the calendar's own. */
export interface ZonedTime {
  zone: string;
  at: WallTime;
}

/** Something a calendar holds: once, or as often as its rule says. */
export interface CalendarEvent {
  title: string;
  zone: string;
  /** Of the first occurrence. */
  start: WallTime;
  /** How long each lasts: days as the calendar counts them, then seconds as they pass. */
  days: number;
  seconds: number;
  rule?: Rule;
  /** Starts of occurrences that are left out. */
  except?: ZonedTime[];
}

/** An iCalendar file, reduced to what decides when a window is open. */
export interface Calendar {
  name: string;
  events: CalendarEvent[];
  /** Zones the file itself defines, by id; the offset before the first transition is that of the first. */
  zones: Record<string, Transition[]>;
}

/** The calendars of an environment. */
export interface Calendars {
  /** Changes run within events of these; at any time where there are none. */
  maintenance: Calendar[];
  /** No change runs within events of these. */
  freezes: Calendar[];
}

export const noCalendars: Calendars = { maintenance: [], freezes: [] };

/** SHA-256 of what the calendars say: other calendars are other conditions, on which nobody has decided yet. */
export function calendarsHash(calendars: Calendars): string {
  return hashOf(calendars);
}
