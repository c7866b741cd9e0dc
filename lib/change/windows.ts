import type { Capsule, ChangeWindow } from '../model/change.ts';
import { dayMillis } from '../model/time-zone.ts';
import type { Calendar, Calendars } from './calendar.ts';
import { type Occurrence, occurrences } from './calendar-occurrences.ts';

/** How far ahead a window is searched. */
export const lookAheadDays = 400;

/**
 * Whether a plan may run: until when if the end is known, or else from when. Without `opensAt`, no window opens within
 * the look-ahead.
 */
export type WindowState =
  | { open: true; closesAt?: string }
  | { open: false; opensAt?: string; reason: string };

/** A time in which changes may run, in epoch milliseconds, cut off at the ends of the search. */
interface Opening {
  start: number;
  end: number;
}

/**
 * Tells whether a plan may run at an instant: during an event of a maintenance calendar, if there is one, and outside
 * every freeze, until the plan is done. An opening that is too short for the plan counts as closed.
 *
 * @param instant ISO 8601
 * @param plan the predicted duration
 * @returns the times as ISO 8601 instants, within the next 400 days
 */
export function windowAt(
  calendars: Calendars,
  instant: string,
  plan: { durationSeconds?: number } = {},
): WindowState {
  const now = Date.parse(instant);
  const needed = Math.max(1, (plan.durationSeconds ?? 0) * 1000);
  if (calendars.maintenance.length === 0 && calendars.freezes.length === 0) return { open: true };
  // Most answers lie within the next few days, so the search extends only if needed.
  for (const days of [3, 40, lookAheadDays]) {
    const end = now + days * dayMillis;
    const state = within(calendars, { start: now, end }, needed);
    if (state !== 'unclear') return state;
  }
  return never(calendars, now, needed);
}

/** Searches within a time span. Returns `unclear` if the answer may lie beyond its end. */
function within(calendars: Calendars, sight: Opening, needed: number): WindowState | 'unclear' {
  const openings = openingsOf(calendars, sight);
  const whole = sight.end - sight.start >= lookAheadDays * dayMillis;
  const cut = ({ end }: Opening) => end === sight.end && !whole;
  const current = openings.find(({ start }) => start === sight.start);
  if (current !== undefined && cut(current)) return 'unclear';
  if (current !== undefined && current.end - current.start >= needed)
    return current.end === sight.end ? { open: true } : { open: true, closesAt: iso(current.end) };
  for (const opening of openings) {
    if (opening === current) continue;
    if (opening.end - opening.start >= needed) {
      const reason = whyClosed(calendars, sight.start, current, needed);
      return { open: false, opensAt: iso(opening.start), reason };
    }
    if (cut(opening)) return 'unclear';
  }
  return 'unclear';
}

function never(calendars: Calendars, now: number, needed: number): WindowState {
  const sight = { start: now, end: now + lookAheadDays * dayMillis };
  const openings = openingsOf(calendars, sight);
  const current = openings.find(({ start }) => start === now);
  const longest = Math.max(0, ...openings.map(({ start, end }) => end - start));
  const outlook =
    openings.length === 0
      ? `no window opens within ${lookAheadDays} days`
      : `the longest window of the next ${lookAheadDays} days has ${inWords(longest)}, and the plan takes about ${inWords(needed)}`;
  const reason = `${whyClosed(calendars, now, current, needed)}; ${outlook}`;
  return { open: false, reason };
}

/** Describes in words why the window is closed at an instant. */
function whyClosed(calendars: Calendars, now: number, current: Opening | undefined, needed: number): string {
  if (current !== undefined) {
    const freeze = covering(calendars.freezes, current.end);
    const what = freeze === undefined ? 'the window closes' : `${named(freeze)} begins`;
    return `The plan takes about ${inWords(needed)}, and ${what} at ${iso(current.end)}`;
  }
  const freeze = covering(calendars.freezes, now);
  if (freeze !== undefined) return `There is ${named(freeze)} until ${iso(freeze.end)}`;
  return `It is outside the maintenance windows of ${calendars.maintenance.map(({ name }) => name).join(', ')}`;
}

const named = ({ title, calendar }: Occurrence) => `the freeze "${title}" (${calendar})`;

/** Returns the occurrence that covers an instant. If there are several, returns the one that ends last. */
function covering(calendars: Calendar[], at: number): Occurrence | undefined {
  const found = calendars.flatMap((calendar) => occurrences(calendar, at, at + 1));
  return found.sort((a, b) => b.end - a.end)[0];
}

/** Returns the openings within a time span: sorted, disjoint, and not empty. */
function openingsOf({ maintenance, freezes }: Calendars, sight: Opening): Opening[] {
  const open = maintenance.length === 0 ? [sight] : covered(maintenance, sight);
  const frozen = covered(freezes, sight);
  const openings: Opening[] = [];
  let next = 0;
  for (const { start, end } of open) {
    let from = start;
    while (next < frozen.length && (frozen[next]?.end ?? 0) <= from) next += 1;
    for (let index = next; index < frozen.length; index += 1) {
      const freeze = frozen[index];
      if (freeze === undefined || freeze.start >= end) break;
      if (freeze.start > from) openings.push({ start: from, end: freeze.start });
      from = Math.max(from, freeze.end);
    }
    if (from < end) openings.push({ start: from, end });
  }
  return openings;
}

/** Returns the union of the events of calendars within a time span. */
function covered(calendars: Calendar[], sight: Opening): Opening[] {
  const all = calendars
    .flatMap((calendar) => occurrences(calendar, sight.start, sight.end))
    .sort((a, b) => a.start - b.start);
  const merged: Opening[] = [];
  for (const { start, end } of all) {
    const last = merged.at(-1);
    if (last !== undefined && start <= last.end) last.end = Math.max(last.end, Math.min(end, sight.end));
    else merged.push({ start: Math.max(start, sight.start), end: Math.min(end, sight.end) });
  }
  return merged;
}

/** Tells whether a plan that starts now ends before the window closes. Checked again under the lock. */
export function stillOpen(calendars: Calendars, now: string, durationSeconds: number): boolean {
  return windowAt(calendars, now, { durationSeconds }).open;
}

/**
 * Returns when a change may run. A change that may bypass its window runs at once, as decided when the capsule was
 * sealed. For every other change, the calendars and the predicted duration decide.
 */
export function windowOf(
  calendars: Calendars,
  { window, predicted }: Pick<Capsule, 'window' | 'predicted'>,
  now: string,
): WindowState {
  if (window.bypass !== undefined) return { open: true };
  return windowAt(calendars, now, { durationSeconds: predicted.doSeconds });
}

/** Returns the window as a capsule shows it. */
export function changeWindow(calendars: Calendars, now: string, durationSeconds: number): ChangeWindow {
  const names = [...calendars.maintenance, ...calendars.freezes].map(({ name }) => name);
  const state = windowAt(calendars, now, { durationSeconds });
  if (state.open) return { calendars: names, ...(state.closesAt && { closesAt: state.closesAt }) };
  const freeze = freezeWithin(calendars, Date.parse(now), durationSeconds * 1000);
  return {
    ...{ calendars: names, reason: state.reason },
    ...(state.opensAt && { opensAt: state.opensAt }),
    ...(freeze && { freeze: `"${freeze.title}" (${freeze.calendar})` }),
  };
}

/** Returns the freeze that a plan would meet, at the start or before it is done. */
function freezeWithin({ freezes }: Calendars, now: number, needed: number): Occurrence | undefined {
  return covering(freezes, now) ?? covering(freezes, now + needed);
}

/**
 * Adds the total time that a request waits for its window, including time spent waiting for people or a lock. Uses
 * whole hours, so that sealing again shortly afterwards gives the same capsule.
 */
export function waitingFrom(window: ChangeWindow, submittedAt: string, now: string): ChangeWindow {
  const waitsSeconds = secondsWaited(submittedAt, window.opensAt ?? now, window.opensAt === undefined);
  return waitsSeconds === 0 ? window : { ...window, waitsSeconds };
}

/** Returns the seconds from one instant to another, never negative; in whole hours if `wholeHours` is set. */
export function secondsWaited(from: string, to: string, wholeHours = false): number {
  const seconds = Math.max(0, Math.ceil((Date.parse(to) - Date.parse(from)) / 1000));
  return wholeHours ? Math.floor(seconds / 3600) * 3600 : seconds;
}

const iso = (millis: number) => new Date(millis).toISOString();

/** Formats a duration such as `2 h 30 min`, in minutes; seconds only below one minute. */
function inWords(millis: number): string {
  const seconds = Math.ceil(millis / 1000);
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.round(seconds / 60);
  const parts = [
    [Math.floor(minutes / 1440), 'd'],
    [Math.floor((minutes % 1440) / 60), 'h'],
    [minutes % 60, 'min'],
  ] as const;
  return parts
    .filter(([count]) => count > 0)
    .map(([count, unit]) => `${count} ${unit}`)
    .join(' ');
}
