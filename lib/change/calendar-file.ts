import type { Problem } from '../model/errors.ts';
import type { Calendar, CalendarEvent } from './calendar.ts';
import { type EventContext, hasOccurrence, type ReadEvent, readEvent } from './calendar-events.ts';
import { all, type Component, type Report, readComponents, reporter } from './calendar-lines.ts';
import { defaultZone, FileZones } from './calendar-zones.ts';

/** The maximum number of characters in a file. The content read at synthesis is bundled with a function. */
const charactersMax = 1_000_000;

/**
 * Reads an iCalendar file (RFC 5545), keeping only what determines when a window is open. Canceled and transparent
 * events, and components other than VEVENT, take no time.
 *
 * @param name the file name, which becomes the name of the calendar
 * @returns the calendar, and every problem in the file with its line; with problems, the calendar is incomplete
 */
export function readCalendar(name: string, text: string): { calendar: Calendar; problems: Problem[] } {
  const problems: Problem[] = [];
  const report = reporter(name, problems);
  const calendar: Calendar = { name, events: [], zones: {} };
  if (text.length > charactersMax) {
    report(1, '', 'TooLarge', `has ${text.length} characters; expected up to ${charactersMax}`);
    return { calendar, problems };
  }
  const [component, another] = readComponents(text, report);
  if (another) report(another.line, 'VCALENDAR', 'Repeated', 'is the second calendar; expected one a file');
  if (component) readInto(calendar, component, report);
  if (calendar.events.length === 0 && problems.length === 0)
    report(
      1,
      '',
      'NoEvent',
      'has no event that takes time; expected a VEVENT that is neither canceled nor transparent',
    );
  problems.sort((a, b) => (a.line ?? 0) - (b.line ?? 0));
  return { calendar, problems };
}

function readInto(calendar: Calendar, component: Component, report: Report): void {
  const method = all(component, 'METHOD')[0];
  if (method?.value.trim().toUpperCase() === 'CANCEL')
    report(
      method.line,
      'METHOD',
      'NotSupported',
      'CANCEL takes events back; expected a calendar of what holds',
    );
  const zones = new FileZones(component, calendar.zones, report);
  const context: EventContext = { calendar, zones, floating: defaultZone(component, zones), report };
  const events = component.components
    .filter(({ name }) => name === 'VEVENT')
    .flatMap((event) => readEvent(event, context) ?? []);
  const series = seriesOf(events, report);
  for (const event of events) if (event.replaces === undefined) checkExceptions(calendar, event, report);
  for (const event of events) {
    const { replaces, uid } = event;
    const whole = replaces && uid !== undefined ? series.get(uid) : undefined;
    if (replaces && whole) replaceOne(calendar, whole, replaces, report);
    event.counts &&= whole?.canceled !== true;
  }
  calendar.events = events
    .filter(({ counts }) => counts)
    .flatMap(({ event, added }) => [event, ...added.filter((one) => !leftOut(calendar, event, one))]);
}

/** Returns the series by UID, for events that replace one of their occurrences. */
function seriesOf(events: ReadEvent[], report: Report): Map<string, ReadEvent> {
  const series = new Map<string, ReadEvent>();
  for (const event of events) {
    if (event.uid === undefined || event.replaces !== undefined) continue;
    if (series.has(event.uid))
      report(
        event.component.line,
        'UID',
        'Repeated',
        `"${event.uid}" is another event's too; expected its own`,
      );
    else series.set(event.uid, event);
  }
  return series;
}

/** Excludes the occurrence that an event with RECURRENCE-ID replaces. */
function replaceOne(
  calendar: Calendar,
  { event, added }: ReadEvent,
  { property, zone, at }: NonNullable<ReadEvent['replaces']>,
  report: Report,
): void {
  if ([event, ...added].some((one) => hasOccurrence(calendar, one, zone, at)))
    event.except = [...(event.except ?? []), { zone, at }];
  else report(property.line, 'RECURRENCE-ID', 'NoOccurrence', `${at} is no occurrence of its series`);
}

/** Reports exceptions that match no occurrence: a time that should be closed would stay open. */
function checkExceptions(calendar: Calendar, { component, event, added }: ReadEvent, report: Report): void {
  if (event.rule !== undefined && !hasOccurrence(calendar, event, event.zone, event.start)) {
    const line = all(component, 'RRULE')[0]?.line ?? component.line;
    report(line, 'RRULE', 'NoOccurrence', 'ends before DTSTART; expected UNTIL after it');
  }
  for (const { zone, at } of event.except ?? [])
    if (![event, ...added].some((one) => hasOccurrence(calendar, one, zone, at))) {
      const message = `leaves ${at} (${zone}) out, which is no occurrence of "${event.title}"`;
      report(all(component, 'EXDATE')[0]?.line ?? component.line, 'EXDATE', 'NoOccurrence', message);
    }
}

/** Tells whether an added occurrence is one of the event's exceptions. */
function leftOut(calendar: Calendar, { except = [] }: CalendarEvent, added: CalendarEvent): boolean {
  return except.some(({ zone, at }) => hasOccurrence(calendar, added, zone, at));
}
