import { canonicalJson, type JsonValue } from '../model/json.ts';
import { visible } from './visible.ts';

/** Maximum number of characters of a value on a line without `detail`. */
const roomMax = 160;
/** A text that exceeds the maximum by this much is shown in full: the note about the rest would take as much room. */
const roomSpared = 30;
/** Number of these characters that precede the first difference, for context. */
const roomBefore = 40;

/** Returns the whole value as JSON on one line. It parses back to the same value. */
export function jsonText(value: JsonValue): string {
  return visible(JSON.stringify(value));
}

/** Truncates a text from a position. Counts the omitted characters on both sides. */
function cut(text: string, from: number): string {
  if (text.length <= roomMax + roomSpared) return text;
  const start = Math.max(0, Math.min(from - roomBefore, text.length - roomMax));
  const end = start + roomMax;
  const before = start > 0 ? `(${missing(start)}) …` : '';
  const after = end < text.length ? `… (${missing(text.length - end)})` : '';
  return `${before}${text.slice(start, end)}${after}`;
}

function missing(count: number): string {
  return `${count.toLocaleString('en-US')} more character${count === 1 ? '' : 's'}`;
}

/** Formats a value, in full with `detail` and otherwise truncated at its end. */
export function shownValue(value: JsonValue, detail: boolean): string {
  const text = jsonText(value);
  return detail ? text : cut(text, 0);
}

/** Formats two different values, in full or truncated around the first difference. Compares them in full. */
export function differing(before: JsonValue, after: JsonValue, detail: boolean): [string, string] {
  const texts: [string, string] = [jsonText(before), jsonText(after)];
  if (detail) return texts;
  const [was, is] = texts;
  let at = 0;
  while (at < was.length && at < is.length && was[at] === is[at]) at += 1;
  return [cut(was, at), cut(is, at)];
}

/** Returns the elements that only one of two lists contains, with multiplicity. Elements are equal if their JSON is. */
export function listDifference(
  before: readonly JsonValue[],
  after: readonly JsonValue[],
): { gone: JsonValue[]; come: JsonValue[] } {
  const only = (list: readonly JsonValue[], other: readonly JsonValue[]) => {
    const counts = new Map<string, number>();
    for (const one of other) counts.set(canonicalJson(one), (counts.get(canonicalJson(one)) ?? 0) + 1);
    return list.filter((one) => {
      const left = counts.get(canonicalJson(one)) ?? 0;
      counts.set(canonicalJson(one), left - 1);
      return left <= 0;
    });
  };
  return { gone: only(before, after), come: only(after, before) };
}
