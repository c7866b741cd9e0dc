import { expect } from 'vitest';
import type { Calendar } from '../../lib/change/calendar.ts';
import { readCalendar } from '../../lib/change/calendar-file.ts';

/** Returns an iCalendar file from the lines of its events. Lines of the calendar itself come first. */
export function file(...lines: string[]): string {
  return ['BEGIN:VCALENDAR', 'VERSION:2.0', ...lines, 'END:VCALENDAR', ''].join('\r\n');
}

export function event(...lines: string[]): string[] {
  return ['BEGIN:VEVENT', ...lines, 'END:VEVENT'];
}

/** Returns a calendar from a valid text. */
export function calendar(...lines: string[]): Calendar {
  const read = readCalendar('team.ics', file(...lines));
  expect(read.problems).toEqual([]);
  return read.calendar;
}

/** Returns the problems of a text: `line path code`. */
export function problemsOf(text: string): string[] {
  return readCalendar('team.ics', text).problems.map(({ line, path, code }) => `${line} ${path} ${code}`);
}
