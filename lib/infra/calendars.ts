import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Calendar, Calendars } from '../change/calendar.ts';
import { readCalendar } from '../change/calendar-file.ts';
import { InvalidInput, type Problem } from '../model/errors.ts';
import type { Settings } from '../model/settings.ts';

const root = join(import.meta.dirname, '..', '..');

/**
 * Returns the validated calendars of every environment as text, by environment name: the contents of
 * `calendars/ENVIRONMENT.json` next to the handlers. The settings name the files by a path relative to `cdk.json`.
 *
 * @param folder the base of those paths
 * @throws InvalidInput with every problem of every file
 */
export function environmentCalendars(settings: Settings, folder: string = root): Map<string, string> {
  const problems: Problem[] = [];
  const read = new Map<string, Calendar>();
  const calendarOf = (file: string, setting: string): Calendar => {
    const known = read.get(file);
    if (known) return known;
    const path = join(folder, file);
    const missing = { path: setting, code: 'NoCalendar', message: `there is no file "${file}" at ${path}` };
    const found = existsSync(path)
      ? readCalendar(file, readFileSync(path, 'utf8'))
      : { calendar: { name: file, events: [], zones: {} }, problems: [missing] };
    problems.push(...found.problems);
    read.set(file, found.calendar);
    return found.calendar;
  };
  const texts = Object.entries(settings.environments).map(([name, { governance }]): [string, string] => {
    const all = (kind: 'maintenance' | 'freezes') =>
      governance[kind].map((file) => calendarOf(file, `environments.${name}.governance.${kind}`));
    const calendars: Calendars = { maintenance: all('maintenance'), freezes: all('freezes') };
    return [name, JSON.stringify(calendars)];
  });
  if (problems.length > 0) throw new InvalidInput(problems);
  return new Map(texts);
}
