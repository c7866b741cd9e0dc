import { dayMillis } from '../model/time-zone.ts';
import type { Calendar, CalendarEvent, WallTime } from './calendar.ts';
import { all, type Component, only, type Property, type Report, textOf } from './calendar-lines.ts';
import { eventOccurrences, zoneOfCalendar } from './calendar-occurrences.ts';
import { readRule } from './calendar-rule-text.ts';
import { wallMillis } from './calendar-time.ts';
import {
  type Length,
  parseDuration,
  parseTime,
  readTime,
  readTimes,
  type TimeValue,
} from './calendar-values.ts';
import type { FileZones } from './calendar-zones.ts';

/** The data of the file that an event is read with. */
export interface EventContext {
  calendar: Calendar;
  zones: FileZones;
  /** The time zone of floating times and of dates. */
  floating: string | undefined;
  report: Report;
}

/** A VEVENT: the event itself, the events that its RDATE adds, and the occurrence of a series that it replaces. */
export interface ReadEvent {
  component: Component;
  uid: string | undefined;
  event: CalendarEvent;
  added: CalendarEvent[];
  /** False for canceled and transparent events: they take no time, but still remove the occurrence they replace. */
  counts: boolean;
  canceled: boolean;
  replaces?: { property: Property; zone: string; at: WallTime };
}

/** Reads a VEVENT. Reports times that can't be read and then returns undefined. */
export function readEvent(component: Component, context: EventContext): ReadEvent | undefined {
  const { report } = context;
  const property = (name: string) => only(component, name, report);
  const uid = property('UID')?.value.trim();
  const summary = property('SUMMARY');
  const title = (summary && textOf(summary)) || uid || 'an event without a name';
  const startProperty = property('DTSTART');
  if (startProperty === undefined) {
    report(
      component.line,
      'DTSTART',
      'MissingProperty',
      `is absent; expected it in every VEVENT ("${title}")`,
    );
    return undefined;
  }
  const start = readTime(startProperty, report);
  const zone = start && zoneOf(startProperty, start, context);
  const length = start && zone !== undefined ? lengthOf(component, start, zone, context) : undefined;
  for (const old of all(component, 'EXRULE'))
    report(old.line, 'EXRULE', 'NotSupported', 'is not in RFC 5545 any more; expected EXDATE');
  if (start === undefined || zone === undefined || length === undefined) return undefined;
  const ruleProperty = property('RRULE');
  const rule = ruleProperty && readRule(ruleProperty, start, report);
  if (ruleProperty && rule === undefined) return undefined;
  const except = all(component, 'EXDATE').flatMap((dates) => readExceptions(dates, start, context));
  const event = {
    title,
    zone,
    start: start.at,
    ...length,
    ...(rule && { rule }),
    ...(except.length > 0 && { except }),
  };
  const canceled = property('STATUS')?.value.trim().toUpperCase() === 'CANCELLED';
  const replaced = property('RECURRENCE-ID');
  return {
    component,
    uid,
    event,
    added: all(component, 'RDATE').flatMap((dates) => readAdded(dates, event, start, context)),
    canceled,
    counts: !canceled && property('TRANSP')?.value.trim().toUpperCase() !== 'TRANSPARENT',
    ...(replaced && { replaces: readReplaced(replaced, context) }),
  };
}

/** Returns the time zone of a time, with its TZID resolved. */
function zoneOf(property: Property, time: TimeValue, context: EventContext): string | undefined {
  if (time.zone !== undefined)
    return time.zone === 'UTC' ? 'UTC' : context.zones.resolve(property, time.zone);
  if (context.floating === undefined) {
    const what = time.date ? 'A day begins' : 'A time without a zone is';
    const expected = 'expected X-WR-TIMEZONE:Europe/Berlin, say, in the VCALENDAR';
    context.report(
      property.line,
      property.name,
      'MissingZone',
      `${what} at another instant in every zone; ${expected}`,
    );
  }
  return context.floating;
}

/**
 * Returns the duration of an event. DTEND gives the exact duration of every occurrence. Days and weeks in DURATION are
 * nominal and follow the calendar (RFC 5545, section 3.8.5.3).
 */
function lengthOf(
  component: Component,
  start: TimeValue,
  zone: string,
  context: EventContext,
): Length | undefined {
  const { report, calendar } = context;
  const [end, duration] = [only(component, 'DTEND', report), only(component, 'DURATION', report)];
  const problem = ({ name, line }: { name: string; line: number }, message: string) =>
    void report(line, name, 'InvalidLength', message);
  if (end && duration) return problem(duration, 'stands beside DTEND; expected one of them');
  if (duration) {
    const length = parseDuration(duration, duration.value, report);
    if (length && start.date && length.seconds > 0)
      return problem(duration, `"${duration.value}" is not whole days; expected P1D, say, after a date`);
    return length;
  }
  if (end === undefined) {
    if (start.date) return { days: 1, seconds: 0 };
    return problem({ name: 'DTEND', line: component.line }, 'is absent; expected DTEND or DURATION');
  }
  const until = readTime(end, report);
  const endZone = until && zoneOf(end, until, context);
  if (until === undefined || endZone === undefined) return undefined;
  if (until.date !== start.date)
    return problem(
      end,
      `is ${until.date ? 'a date' : 'a time'} and DTSTART is not; expected the same of both`,
    );
  const instant = (id: string, at: WallTime) => zoneOfCalendar(calendar, id).instant(wallMillis(at));
  const length: Length = start.date
    ? { days: (wallMillis(until.at) - wallMillis(start.at)) / dayMillis, seconds: 0 }
    : { days: 0, seconds: (instant(endZone, until.at) - instant(zone, start.at)) / 1000 };
  if (length.days + length.seconds > 0) return length;
  return problem(end, `"${end.value}" is not after the start; expected a later time`);
}

function readExceptions(property: Property, start: TimeValue, context: EventContext) {
  return readTimes(property, context.report).flatMap((time) => {
    if (time.date !== start.date) {
      const expected = `expected ${start.date ? 'a date' : 'a date and time'}, as DTSTART is`;
      context.report(property.line, 'EXDATE', 'InvalidTime', `${time.at} leaves nothing out; ${expected}`);
      return [];
    }
    const zone = zoneOf(property, time, context);
    return zone === undefined ? [] : [{ zone, at: time.at }];
  });
}

/** Reads the occurrences that an RDATE adds. They last as long as the event, or as long as the period in the RDATE. */
function readAdded(
  property: Property,
  { title, days, seconds }: CalendarEvent,
  start: TimeValue,
  context: EventContext,
): CalendarEvent[] {
  const { report, calendar } = context;
  return property.value.split(',').flatMap((text) => {
    const [first = '', second] = text.split('/');
    const at = parseTime(property, first, report);
    const zone = at && zoneOf(property, at, context);
    if (at === undefined || zone === undefined) return [];
    if (at.date !== start.date) {
      report(
        property.line,
        'RDATE',
        'InvalidTime',
        `${text} is not of the form of DTSTART; expected the same`,
      );
      return [];
    }
    if (second === undefined) return [{ title, zone, start: at.at, days, seconds }];
    if (second.startsWith('P')) {
      const length = parseDuration(property, second, report);
      return length === undefined ? [] : [{ title, zone, start: at.at, ...length }];
    }
    const end = parseTime(property, second, report);
    if (end === undefined) return [];
    const { instant } = zoneOfCalendar(calendar, zone);
    const lasting = (instant(wallMillis(end.at)) - instant(wallMillis(at.at))) / 1000;
    if (lasting > 0) return [{ title, zone, start: at.at, days: 0, seconds: lasting }];
    report(property.line, 'RDATE', 'InvalidLength', `${text} ends before it begins; expected a later end`);
    return [];
  });
}

function readReplaced(property: Property, context: EventContext): ReadEvent['replaces'] {
  if (property.parameters.range !== undefined)
    context.report(
      property.line,
      'RECURRENCE-ID',
      'NotSupported',
      'with RANGE changes the rest of a series; expected the series to end (UNTIL) and another to begin',
    );
  const time = readTime(property, context.report);
  const zone = time && zoneOf(property, time, context);
  return time && zone ? { property, zone, at: time.at } : undefined;
}

/** Tells whether an occurrence of the event starts at a time. Ignores the exceptions of the event. */
export function hasOccurrence(calendar: Calendar, event: CalendarEvent, zone: string, at: WallTime): boolean {
  const instant = zoneOfCalendar(calendar, zone).instant(wallMillis(at));
  const found = eventOccurrences(calendar, { ...event, except: undefined }, instant, instant + 1);
  return found.some(({ start }) => start === instant);
}
