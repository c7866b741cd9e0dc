import ICAL from 'ical.js';
import type { Problem } from '../model/errors.ts';

/** A property of an iCalendar file: `DTSTART;TZID=Europe/Berlin:20260301T220000`. */
export interface Property {
  name: string;
  /** Parameters by name. Names are in lower case. */
  parameters: Record<string, string>;
  /** The raw value, as in the file. */
  value: string;
  line: number;
}

export interface Component {
  name: string;
  properties: Property[];
  components: Component[];
  line: number;
}

/**
 * Reports a problem in a file: the line, the property or component, and a message with the value found and the value
 * expected.
 */
export type Report = (line: number, path: string, code: string, message: string) => void;

/** Returns a reporter that adds to a list. */
export function reporter(file: string, problems: Problem[]): Report {
  return (line, path, code, message) => problems.push({ file, line, path, code, message });
}

/** Returns the calendars of a file as nested components (RFC 5545, section 3.4). */
export function readComponents(text: string, report: Report): Component[] {
  const root: Component = { name: '', properties: [], components: [], line: 1 };
  const open = [root];
  for (const { line, content } of unfolded(text)) {
    const property = readProperty(content, line, report);
    if (property === undefined) continue;
    const inner = open.at(-1) ?? root;
    const name = property.value.trim().toUpperCase();
    if (property.name === 'BEGIN') {
      const begun: Component = { name, properties: [], components: [], line };
      inner.components.push(begun);
      open.push(begun);
    } else if (property.name !== 'END') inner.properties.push(property);
    else if (inner !== root && inner.name === name) open.pop();
    else report(line, 'END', 'UnexpectedEnd', `END:${name} closes nothing; expected ${expectedEnd(inner)}`);
  }
  for (const { name, line } of open.slice(1))
    report(line, name, 'MissingEnd', `BEGIN:${name} is never closed; expected END:${name}`);
  const stray = root.properties[0];
  if (stray)
    report(stray.line, stray.name, 'OutsideCalendar', 'stands outside BEGIN:VCALENDAR ... END:VCALENDAR');
  for (const { name, line } of root.components.filter((component) => component.name !== 'VCALENDAR'))
    report(line, name, 'OutsideCalendar', `expected BEGIN:VCALENDAR, found BEGIN:${name}`);
  const calendars = root.components.filter(({ name }) => name === 'VCALENDAR');
  if (calendars.length === 0) report(1, '', 'NoCalendar', 'holds no calendar; expected BEGIN:VCALENDAR');
  return calendars;
}

const expectedEnd = ({ name }: Component) => (name === '' ? 'a BEGIN before it' : `END:${name}`);

/** Unfolds content lines: a line that begins with a space or a tab continues the previous line (section 3.1). */
function unfolded(text: string): { line: number; content: string }[] {
  const lines: { line: number; content: string }[] = [];
  for (const [index, raw] of text
    .replace(/^\uFEFF/, '')
    .split(/\r\n|\n|\r/)
    .entries()) {
    const last = lines.at(-1);
    if (/^[ \t]/.test(raw) && last !== undefined) last.content += raw.slice(1);
    else if (raw.trim() !== '') lines.push({ line: index + 1, content: raw });
  }
  return lines;
}

function readProperty(content: string, line: number, report: Report): Property | undefined {
  // A quoted parameter value may contain a colon.
  const { head, value } = /^(?<head>(?:[^":]|"[^"]*")*):(?<value>.*)$/s.exec(content)?.groups ?? {};
  const name = /^[A-Za-z0-9-]+/.exec(content)?.[0]?.toUpperCase();
  if (head === undefined || value === undefined || name === undefined) {
    report(line, '', 'NotALine', `"${content.slice(0, 60)}" is no property; expected NAME:VALUE`);
    return undefined;
  }
  try {
    // The library parses only the name and parameters. Values are checked elsewhere, more strictly than the library
    // does. VALUE is renamed because the library would otherwise parse a value that isn't there.
    const [, given] = jCalOf(`X-${head.replace(/;VALUE=/i, ';X-VALUE=')}:`);
    const parameters = Object.entries(given).map(([key, text]) => [
      key.replace(/^x-value$/, 'value'),
      String(text),
    ]);
    return { name, parameters: Object.fromEntries(parameters), value, line };
  } catch (error) {
    report(line, name, 'NotALine', `has parameters that can't be read: ${(error as Error).message}`);
    return undefined;
  }
}

/** Returns the property with a name, and reports an error if there is more than one. */
export function only(component: Component, name: string, report: Report): Property | undefined {
  const [first, second] = all(component, name);
  if (second)
    report(second.line, name, 'Repeated', `stands twice in one ${component.name}; expected it once`);
  return first;
}

export function all({ properties }: Component, name: string): Property[] {
  return properties.filter((property) => property.name === name);
}

/** Returns a text value with its escape sequences decoded. */
export function textOf({ value }: Property): string {
  return String(jCalOf(`SUMMARY:${value}`)[3] ?? '');
}

/**
 * Returns a property in the form of RFC 7265: name, parameters, type, value. @throws Error if the property can't be
 * read
 */
function jCalOf(content: string): [name: string, parameters: object, type: string, value: unknown] {
  return ICAL.Property.fromString(content).toJSON() as unknown as ReturnType<typeof jCalOf>;
}
