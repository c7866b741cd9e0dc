import type { ScheduledBounds } from '../model/scaling-decision.ts';
import { namedZone } from '../model/time-zone.ts';
import { previousTime } from './aws/cron.ts';
import { readSchedule } from './aws/schedule-expression.ts';

/** Bounds that begin at a time and stay until another entry moves them, like scheduled actions of AWS. */
export interface ScheduleEntry {
  cron?: string | undefined;
  at?: string | undefined;
  rate?: string | undefined;
  timeZone?: string | undefined;
  min?: number | undefined;
  max?: number | undefined;
}

/** How far back a firing is looked for: more than four years, for February 29. */
const longestMillis = 1_500 * 86_400_000;

/**
 * Returns the bounds of a schedule that hold at an instant: the minimum of the entry that fired last of those with a
 * minimum, and likewise the maximum. Of two at the same time, the later entry counts.
 */
export function activeBounds(entries: readonly ScheduleEntry[], at: number): ScheduledBounds[] {
  const fired = entries
    .map((entry) => ({ entry, since: lastFiring(entry, at) }))
    .filter((each): each is { entry: ScheduleEntry; since: number } => each.since !== undefined)
    .toSorted((a, b) => a.since - b.since);
  const min = fired.findLast(({ entry }) => entry.min !== undefined)?.entry;
  const max = fired.findLast(({ entry }) => entry.max !== undefined)?.entry;
  return [
    ...(min === undefined ? [] : [{ name: nameOf(min), min: min.min }]),
    ...(max === undefined ? [] : [{ name: nameOf(max), max: max.max }]),
  ];
}

function expressionOf({ cron, at, rate }: ScheduleEntry): string {
  if (cron !== undefined) return `cron(${cron})`;
  if (at !== undefined) return `at(${/T\d\d:\d\d$/.test(at) ? `${at}:00` : at})`;
  return `rate(${rate})`;
}

function nameOf(entry: ScheduleEntry): string {
  return `${expressionOf(entry)} ${entry.timeZone ?? 'UTC'}`;
}

/** Returns when an entry fired last, or undefined if it has not yet. Rates count from 1970. */
function lastFiring(entry: ScheduleEntry, at: number): number | undefined {
  const schedule = readSchedule(expressionOf(entry), 'application-autoscaling');
  const zone = namedZone(entry.timeZone ?? 'UTC');
  switch (schedule.form) {
    case 'at': {
      const instant = zone.instant(schedule.wall);
      return instant <= at ? instant : undefined;
    }
    case 'rate':
      return Math.floor(at / schedule.everyMillis) * schedule.everyMillis;
    case 'cron':
      return previousTime(schedule.cron, zone, at, at - longestMillis);
  }
}
