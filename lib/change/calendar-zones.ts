import type { Transition } from './calendar.ts';
import { all, type Component, only, type Property, type Report, textOf } from './calendar-lines.ts';
import { ruleStarts } from './calendar-rule.ts';
import { readRule } from './calendar-rule-text.ts';
import { isZoneName, wallMillis } from './calendar-time.ts';
import { readOffset, readTime, readTimes } from './calendar-values.ts';

/** Zones a file defines by itself are followed up to here. */
const lastTransition = Date.UTC(2100, 0, 1);

/** The zones of a file: which id stands for which zone, and the transitions of those Node does not know. */
export class FileZones {
  readonly #own: Record<string, Transition[]>;
  readonly #read = new Map<string, Transition[]>();
  readonly #definitions: Map<string, Component>;
  readonly #report: Report;

  /** @param own where zones that only the file knows are put */
  constructor(calendar: Component, own: Record<string, Transition[]>, report: Report) {
    this.#own = own;
    this.#report = report;
    this.#definitions = new Map(
      calendar.components
        .filter(({ name }) => name === 'VTIMEZONE')
        .map((zone) => [only(zone, 'TZID', report)?.value ?? '', zone]),
    );
  }

  /** The one zone the file defines, where it is one: what floats is meant in it. */
  get single(): string | undefined {
    const [first, second] = [...this.#definitions.keys()];
    return second === undefined ? first : undefined;
  }

  /**
   * The zone a TZID means. Ids of the IANA database go by its rules, which are kept up to date, also where the file
   * has its own; so do `/vendor/Europe/Berlin` and zones with an X-LIC-LOCATION. Any other needs a VTIMEZONE.
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

/** The zone of what floats: X-WR-TIMEZONE, or the only VTIMEZONE. */
export function defaultZone(calendar: Component, zones: FileZones): string | undefined {
  const property = all(calendar, 'X-WR-TIMEZONE')[0];
  const [id, where] = property ? [textOf(property), property] : [zones.single, undefined];
  if (id === undefined) return undefined;
  return zones.resolve(where ?? { name: 'TZID', parameters: {}, value: id, line: calendar.line }, id);
}

/** When the clocks of a VTIMEZONE change: RFC 5545, section 3.6.5. */
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
