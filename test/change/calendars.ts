import { expect } from 'vitest';
import type { Calendar } from '../../lib/change/calendar.ts';
import { readCalendar } from '../../lib/change/calendar-file.ts';

/** An iCalendar file from the lines of its events; lines of the calendar itself go first. */
export function file(...lines: string[]): string {
  return ['BEGIN:VCALENDAR', 'VERSION:2.0', ...lines, 'END:VCALENDAR', ''].join('\r\n');
}

export function event(...lines: string[]): string[] {
  return ['BEGIN:VEVENT', ...lines, 'END:VEVENT'];
}

/** A calendar whose text has no problem. */
export function calendar(...lines: string[]): Calendar {
  const read = readCalendar('team.ics', file(...lines));
  expect(read.problems).toEqual([]);
  return read.calendar;
}

/** The problems of a text: `line path code`. */
export function problemsOf(text: string): string[] {
  return readCalendar('team.ics', text).problems.map(({ line, path, code }) => `${line} ${path} ${code}`);
}
