import { isZoneName } from '../model/time-zone.ts';
import type { Transition } from './calendar.ts';
import { all, type Component, only, type Property, type Report, textOf } from './calendar-lines.ts';
import { ruleStarts } from './calendar-rule.ts';
import { readRule } from './calendar-rule-text.ts';
import { wallMillis } from './calendar-time.ts';
import { readOffset, readTime, readTimes } from './calendar-values.ts';

/** Transitions of zones that a file defines are computed up to this instant. */
const lastTransition = Date.UTC(2100, 0, 1);

/** Resolves the time zone ids of a file, and keeps the transitions of zones that Node doesn't have. */
export class FileZones {
  readonly #own: Record<string, Transition[]>;
  readonly #read = new Map<string, Transition[]>();
  readonly #definitions: Map<string, Component>;
  readonly #report: Report;

  /** @param own receives the zones that only the file defines */
  constructor(calendar: Component, own: Record<string, Transition[]>, report: Report) {
    this.#own = own;
    this.#report = report;
    this.#definitions = new Map(
      calendar.components
        .filter(({ name }) => name === 'VTIMEZONE')
        .map((zone) => [only(zone, 'TZID', report)?.value ?? '', zone]),
    );
  }

  /** The only zone that the file defines, if there is exactly one. It applies to floating times. */
  get single(): string | undefined {
    const [first, second] = [...this.#definitions.keys()];
    return second === undefined ? first : undefined;
  }

  /**
   * Resolves a TZID. Ids in the IANA database use its rules even if the file has its own, because the database is
   * maintained. The same holds for ids such as `/vendor/Europe/Berlin` and for zones with an X-LIC-LOCATION. Every
   * other id needs a VTIMEZONE.
   */
  resolve(property: Property, id: string): string | undefined {
    const definition = this.#definitions.get(id);
    const location = definition && all(definition, 'X-LIC-LOCATION')[0]?.value;
    const inside = /([A-Za-z_]+(?:\/[A-Za-z_+-]+){1,2})$/.exec(id)?.[1];
    const named = [id, location, inside].find(
      (name) => name !== undefined && isZoneName(name) && (name.includes('/') || definition === undefined),
    );
    if (named !== undefined) return named;
    if (definition === undefined) {
      const expected = 'expected an IANA id such as Europe/Berlin, or a VTIMEZONE of that TZID in the file';
      this.#report(property.line, property.name, 'UnknownZone', `no time zone "${id}" is known; ${expected}`);
      return undefined;
    }
    const transitions = this.#read.get(id) ?? transitionsOf(definition, this.#report);
    this.#read.set(id, transitions);
    if (transitions.length === 0) return undefined;
    this.#own[id] = transitions;
    return id;
  }
}

/** Returns the zone of floating times: X-WR-TIMEZONE, or the only VTIMEZONE. */
export function defaultZone(calendar: Component, zones: FileZones): string | undefined {
  const property = all(calendar, 'X-WR-TIMEZONE')[0];
  const [id, where] = property ? [textOf(property), property] : [zones.single, undefined];
  if (id === undefined) return undefined;
  return zones.resolve(where ?? { name: 'TZID', parameters: {}, value: id, line: calendar.line }, id);
}

/** Returns the clock changes of a VTIMEZONE (RFC 5545, section 3.6.5). */
function transitionsOf(zone: Component, report: Report): Transition[] {
  const observances = zone.components.filter(({ name }) => name === 'STANDARD' || name === 'DAYLIGHT');
  if (observances.length === 0)
    report(zone.line, 'VTIMEZONE', 'MissingProperty', 'defines no time; expected STANDARD or DAYLIGHT in it');
  const transitions = observances.flatMap((observance): Transition[] => {
    const [start, before, after] = ['DTSTART', 'TZOFFSETFROM', 'TZOFFSETTO'].map((name) => {
      const property = only(observance, name, report);
      if (property === undefined)
        report(
          observance.line,
          name,
          'MissingProperty',
          `is absent; expected it in every ${observance.name}`,
        );
      return property;
    });
    const first = start && readTime(start, report);
    const from = before && readOffset(before, report);
    const to = after && readOffset(after, report);
    if (first === undefined || from === undefined || to === undefined) return [];
    const walls = [wallMillis(first.at)];
    for (const property of all(observance, 'RDATE'))
      walls.push(...readTimes(property, report).map(({ at }) => wallMillis(at)));
    for (const property of all(observance, 'RRULE')) {
      const utc = { ...first, zone: /UNTIL=[^;]*Z/i.test(property.value) ? 'UTC' : undefined };
      const rule = readRule(property, utc, report);
      if (rule === undefined) continue;
      const until = rule.until === undefined ? lastTransition : Date.parse(rule.until) + from * 1000;
      const last = rule.lastStart === undefined ? until : wallMillis(rule.lastStart);
      walls.push(...ruleStarts(rule, wallMillis(first.at), wallMillis(first.at), last));
    }
    return walls.map((wall) => [wall - from * 1000, to]);
  });
  return transitions.sort(([a], [b]) => a - b);
}
