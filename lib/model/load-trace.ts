/**
 * A trace of load over time as CSV: `time,load` on each line, or `load` alone at a known interval.
 *
 * Times are ISO 8601 (UTC without an offset), or seconds from any origin; the most frequent distance between them is
 * the interval. Points without a line, or with an empty load, are missing. A first line of names is optional. Lines that
 * are empty or begin with # are comments.
 */
import { InvalidInput, type Problem } from './errors.ts';

/** A load over time, as points at equal distances. */
export interface LoadTrace<Value extends number | null = number | null> {
  intervalSeconds: number;
  /** The load of each interval, in the unit of the trace; null if its point is missing. */
  values: Value[];
  /** When the first interval begins; absent if the trace has no absolute times. */
  startMillis?: number;
}

interface Point {
  line: number;
  seconds?: number;
  value: number | null;
}
type Report = (line: number | undefined, message: string) => void;

const problemsMax = 20;
/** Two million values are almost four years of minutes. */
const pointsMax = 2_000_000;
/** Numbers of so many digits are seconds since 1970; smaller ones are from any origin. */
const epochSeconds = 100_000_000;

/**
 * Reads a trace.
 *
 * @param intervalSeconds the interval of a trace without times
 * @throws InvalidInput with the first 20 problems and their lines
 */
export function parseLoadTrace(text: string, file: string, intervalSeconds?: number): LoadTrace {
  const problems: Problem[] = [];
  const report: Report = (line, message) => {
    problems.push({ path: '', message, code: 'LoadTrace', file, ...(line === undefined ? {} : { line }) });
  };
  const points = pointsOf(text, report);
  reportOrder(points, report);
  const [first] = points;
  if (problems.length === 0 && (first === undefined || points.length < 2))
    report(undefined, `expected at least 2 lines of time,load or of load, got ${points.length}`);
  const interval = first?.seconds === undefined ? intervalSeconds : usualDistance(points);
  if (problems.length === 0 && interval === undefined)
    report(undefined, 'has no times; expected lines of time,load, or an interval (--interval 60s)');
  if (problems.length === 0 && intervalSeconds !== undefined && interval !== intervalSeconds)
    report(undefined, `has a value every ${interval} seconds, not every ${intervalSeconds}`);
  if (problems.length > 0 || first === undefined || interval === undefined) throw refusal(problems);
  const trace = placed(points, first, interval, report);
  if (problems.length > 0) throw refusal(problems);
  return trace;
}

/** Returns a trace in which no point is missing. @throws InvalidInput */
export function wholeTrace({ values, ...rest }: LoadTrace, file: string): LoadTrace<number> {
  const known = values.filter((value) => value !== null);
  if (known.length === values.length) return { ...rest, values: known };
  const message = `${values.length - known.length} of ${values.length} points are missing; expected a load for each interval`;
  throw new InvalidInput([{ path: '', message, code: 'LoadTrace', file }]);
}

function refusal(problems: readonly Problem[]): InvalidInput {
  const sorted = problems.toSorted(({ line: a = 0 }, { line: b = 0 }) => a - b);
  return new InvalidInput(sorted.slice(0, problemsMax));
}

/** A first line without a digit is one of names. */
function pointsOf(text: string, report: Report): Point[] {
  const rows = text
    .replace(/^\uFEFF/, '')
    .split(/\r?\n/)
    .map((content, index) => ({ line: index + 1, content: content.trim() }))
    .filter(({ content }) => content !== '' && !content.startsWith('#'))
    .map(({ line, content }) => ({
      line,
      cells: content.split(/[,;\t]/).map((cell) => cell.trim().replace(/^"(.*)"$/, '$1')),
    }));
  const named = rows[0] !== undefined && !rows[0].cells.some((cell) => /\d/.test(cell));
  return (named ? rows.slice(1) : rows).flatMap(({ line, cells }) => pointOf(line, cells, report) ?? []);
}

function pointOf(line: number, cells: readonly string[], report: Report): Point | undefined {
  if (cells.length > 2) {
    report(line, `has ${cells.length} cells; expected time,load or a load`);
    return undefined;
  }
  const load = cells.at(-1) ?? '';
  const value = load === '' ? null : Number(load);
  if (value !== null && !(Number.isFinite(value) && value >= 0))
    report(line, `the load is "${load}"; expected a number from 0, or nothing where it is missing`);
  if (cells.length === 1) return { line, value };
  const [time = ''] = cells;
  const seconds = secondsOf(time);
  if (seconds === undefined)
    report(line, `the time is "${time}"; expected one such as 2027-03-31T18:00:00Z, or seconds`);
  return seconds === undefined ? undefined : { line, seconds, value };
}

/** Returns seconds since 1970, or from the origin of the trace. */
function secondsOf(text: string): number | undefined {
  if (/^\d+(?:\.\d+)?$/.test(text)) return Number(text);
  const [, date, time, zone = 'Z'] =
    /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d(?::\d\d(?:\.\d+)?)?)(Z|[+-]\d\d:?\d\d)?)?$/.exec(text) ?? [];
  const millis = Date.parse(time === undefined ? (date ?? '') : `${date}T${time}${zone}`);
  return Number.isNaN(millis) ? undefined : millis / 1000;
}

function reportOrder(points: readonly Point[], report: Report): void {
  for (const [index, { line, seconds }] of points.entries()) {
    const before = points[index - 1];
    if (before === undefined) continue;
    if ((seconds === undefined) !== (before.seconds === undefined))
      report(line, 'expected a time in every line or in none');
    else if (seconds !== undefined && before.seconds !== undefined && seconds <= before.seconds)
      report(line, 'the time is not after the one before; expected ascending times');
  }
}

function usualDistance(points: readonly Point[]): number {
  const counts = new Map<number, number>();
  for (const [index, { seconds = 0 }] of points.entries()) {
    if (index === 0) continue;
    const distance = Math.round((seconds - (points[index - 1]?.seconds ?? 0)) * 1000) / 1000;
    counts.set(distance, (counts.get(distance) ?? 0) + 1);
  }
  return [...counts].toSorted((a, b) => b[1] - a[1] || a[0] - b[0])[0]?.[0] ?? 0;
}

/** Puts each point into the nearest interval: clocks are a few seconds off. */
function placed(
  points: readonly Point[],
  { seconds: start }: Point,
  intervalSeconds: number,
  report: Report,
): LoadTrace {
  if (start === undefined) return { intervalSeconds, values: points.map(({ value }) => value) };
  const placeOf = ({ seconds = start }: Point) => Math.round((seconds - start) / intervalSeconds);
  const count = Math.max(...points.slice(-1).map(placeOf)) + 1;
  if (count > pointsMax) {
    report(undefined, `expected at most ${pointsMax} intervals of ${intervalSeconds} s, got ${count}`);
    return { intervalSeconds, values: [] };
  }
  const values: (number | null)[] = new Array(count).fill(null);
  const taken = new Set<number>();
  for (const point of points) {
    const place = placeOf(point);
    if (taken.has(place)) report(point.line, `is the second point of one interval of ${intervalSeconds} s`);
    taken.add(place);
    values[place] = point.value;
  }
  return { intervalSeconds, values, ...(start >= epochSeconds && { startMillis: start * 1000 }) };
}

/** Returns the mean load between two times in seconds from the start, or undefined after the end. */
export function loadBetween(
  { intervalSeconds, values }: LoadTrace<number>,
  fromSeconds: number,
  untilSeconds: number,
): number | undefined {
  let [sum, seconds] = [0, 0];
  for (
    let index = Math.floor(fromSeconds / intervalSeconds);
    index * intervalSeconds < untilSeconds;
    index += 1
  ) {
    const value = values[index];
    if (value === undefined) break;
    const from = Math.max(fromSeconds, index * intervalSeconds);
    const until = Math.min(untilSeconds, (index + 1) * intervalSeconds);
    sum += value * (until - from);
    seconds += until - from;
  }
  return seconds === 0 ? undefined : sum / seconds;
}
