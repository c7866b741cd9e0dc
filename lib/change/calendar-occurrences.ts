import type { Calendar, CalendarEvent } from './calendar.ts';
import { ruleStarts } from './calendar-rule.ts';
import { dayMillis, namedZone, wallMillis, type Zone, zoneOfTransitions } from './calendar-time.ts';

/** One occurrence of an event: from its start to right before its end, in epoch milliseconds. */
export interface Occurrence {
  start: number;
  end: number;
  title: string;
  calendar: string;
}

/** The occurrences of a calendar's events that touch the time between two instants, in no order. */
export function occurrences(calendar: Calendar, from: number, to: number): Occurrence[] {
  return calendar.events.flatMap((event) => eventOccurrences(calendar, event, from, to));
}

const ownZones = new WeakMap<Calendar, Map<string, Zone>>();

/** A zone of the calendar's own, or else the one of this IANA id. */
export function zoneOfCalendar(calendar: Calendar, id: string): Zone {
  const transitions = calendar.zones[id];
  if (transitions === undefined) return namedZone(id);
  const known = ownZones.get(calendar) ?? new Map<string, Zone>();
  ownZones.set(calendar, known);
  const zone = known.get(id) ?? zoneOfTransitions(transitions);
  known.set(id, zone);
  return zone;
}

/** The occurrences of one event that touch the time between two instants. */
export function eventOccurrences(
  calendar: Calendar,
  event: CalendarEvent,
  from: number,
  to: number,
): Occurrence[] {
  // Wall times are within a day of their instants, and days as calendars count them within an hour or two.
  const longest = event.days * dayMillis + event.seconds * 1000;
  const [earliest, latest] = [from - longest - 2 * dayMillis, to + 2 * dayMillis];
  const first = wallMillis(event.start);
  const walls = startsOf(event, first, earliest, latest);
  if (walls.length === 0) return [];
  const zone = zoneOfCalendar(calendar, event.zone);
  const until = event.rule?.until === undefined ? Infinity : Date.parse(event.rule.until);
  const except = new Set(
    event.except?.map(({ zone: id, at }) => zoneOfCalendar(calendar, id).instant(wallMillis(at))),
  );
  return walls.flatMap((wall) => {
    const start = zone.instant(wall);
    if (start > until || except.has(start)) return [];
    const turned = event.days === 0 ? start : zone.instant(wall + event.days * dayMillis);
    const end = turned + event.seconds * 1000;
    if (end <= from || start >= to || end <= start) return [];
    return [{ start, end, title: event.title, calendar: calendar.name }];
  });
}

function startsOf({ rule }: CalendarEvent, first: number, earliest: number, latest: number): number[] {
  if (rule === undefined) return first >= earliest && first <= latest ? [first] : [];
  const last = rule.lastStart === undefined ? latest : Math.min(latest, wallMillis(rule.lastStart));
  return ruleStarts(rule, first, earliest, last);
}
