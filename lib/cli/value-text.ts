import { canonicalJson, type JsonValue } from '../model/json.ts';
import { visible } from './visible.ts';

/** Characters of a value that a line has room for where not everything is asked for. */
const roomMax = 160;
/** A text this much longer is shown whole: to say what is missing takes as much room. */
const roomSpared = 30;
/** Of these, what stands before the first difference, so that it is seen what differs. */
const roomBefore = 40;

/** The whole value as JSON on one line; reads back as the same value. */
export function jsonText(value: JsonValue): string {
  return visible(JSON.stringify(value));
}

/** A text cut to its room from a place on; what is missing is counted, on either side. */
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

/** A value, whole where `detail` is asked for, else cut at its end. */
export function shownValue(value: JsonValue, detail: boolean): string {
  const text = jsonText(value);
  return detail ? text : cut(text, 0);
}

/** Two values that differ: whole, or each cut around the first difference. They are compared whole. */
export function differing(before: JsonValue, after: JsonValue, detail: boolean): [string, string] {
  const texts: [string, string] = [jsonText(before), jsonText(after)];
  if (detail) return texts;
  const [was, is] = texts;
  let at = 0;
  while (at < was.length && at < is.length && was[at] === is[at]) at += 1;
  return [cut(was, at), cut(is, at)];
}

/** Elements of two lists that are in one of them only, as often as they are; equal elements count by their JSON. */
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
