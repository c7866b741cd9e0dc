import { dayMillis, namedZone, type Zone } from '../model/time-zone.ts';
import type { Calendar, CalendarEvent } from './calendar.ts';
import { ruleStarts } from './calendar-rule.ts';
import { wallMillis, zoneOfTransitions } from './calendar-time.ts';

/** One occurrence of an event in epoch milliseconds; the end is exclusive. */
export interface Occurrence {
  start: number;
  end: number;
  title: string;
  calendar: string;
}

/** Returns the occurrences in a calendar that overlap the time between two instants, in no particular order. */
export function occurrences(calendar: Calendar, from: number, to: number): Occurrence[] {
  return calendar.events.flatMap((event) => eventOccurrences(calendar, event, from, to));
}

const ownZones = new WeakMap<Calendar, Map<string, Zone>>();

/** Returns a zone that the calendar defines, or else the IANA zone with this id. */
export function zoneOfCalendar(calendar: Calendar, id: string): Zone {
  const transitions = calendar.zones[id];
  if (transitions === undefined) return namedZone(id);
  const known = ownZones.get(calendar) ?? new Map<string, Zone>();
  ownZones.set(calendar, known);
  const zone = known.get(id) ?? zoneOfTransitions(transitions);
  known.set(id, zone);
  return zone;
}

/** Returns the occurrences of one event that overlap the time between two instants. */
export function eventOccurrences(
  calendar: Calendar,
  event: CalendarEvent,
  from: number,
  to: number,
): Occurrence[] {
  // A wall time differs from its instant by less than a day, and a calendar day from 24 hours by an hour or two.
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
