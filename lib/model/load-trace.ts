/**
 * A trace of load over time as CSV: `time,load` on each line, or `load` alone at a known interval.
 *
 * Times are ISO 8601, or seconds from any origin, at equal distances. A first line of names is optional. Lines that are
 * empty or begin with # are comments.
 */
import { InvalidInput, type Problem } from './errors.ts';

export interface LoadTrace {
  intervalSeconds: number;
  /** Load at each interval, in the unit of the trace. */
  values: number[];
  /** The time of the first value, if the trace has absolute times. */
  startMillis?: number;
}

interface Row {
  line: number;
  cells: string[];
}

/** A million values are two years of minutes. */
const ROWS_MAX = 1_000_000;

/** @param intervalSeconds needed only if the trace has no times. @throws InvalidInput with every problem and its line */
export function parseLoadTrace(text: string, file: string, intervalSeconds?: number): LoadTrace {
  const problems: Problem[] = [];
  const report = (line: number | undefined, message: string) => {
    problems.push({ path: '', message, code: 'LoadTrace', file, ...(line === undefined ? {} : { line }) });
  };
  const rows = rowsOf(text);
  const timed = (rows[0]?.cells.length ?? 0) > 1;
  if (rows.length === 0) report(undefined, 'has no value; expected lines of time,load or of load');
  if (rows.length > ROWS_MAX) report(undefined, `has ${rows.length} values; expected at most ${ROWS_MAX}`);
  for (const { line, cells } of rows) {
    if (cells.length > 2 || cells.length > 1 !== timed)
      report(
        line,
        `has ${cells.length} cells; expected ${timed ? 'time,load as in the first line' : 'load alone'}`,
      );
  }
  const values = rows.map(({ line, cells }) => {
    const text = cells.at(-1) ?? '';
    const value = text === '' ? Number.NaN : Number(text);
    if (!Number.isFinite(value) || value < 0)
      report(line, `the load is ${JSON.stringify(text)}; expected a number from 0`);
    return value;
  });
  const spacing = timed ? spacingOf(rows, report) : { intervalSeconds };
  if (spacing.intervalSeconds === undefined && (!timed || rows.length === 1))
    report(undefined, 'says no interval; expected lines of time,load, or an interval such as 60s');
  if (timed && intervalSeconds !== undefined && spacing.intervalSeconds !== intervalSeconds)
    report(undefined, `has a value every ${spacing.intervalSeconds} seconds, not every ${intervalSeconds}`);
  if (problems.length > 0 || spacing.intervalSeconds === undefined) throw new InvalidInput(problems);
  return { values, ...spacing, intervalSeconds: spacing.intervalSeconds };
}

/** A first line without a digit is one of names. */
function rowsOf(text: string): Row[] {
  const rows = text
    .replace(/^\uFEFF/, '')
    .split(/\r?\n/)
    .map((content, index) => ({ line: index + 1, content: content.trim() }))
    .filter(({ content }) => content !== '' && !content.startsWith('#'))
    .map(({ line, content }) => ({ line, cells: content.split(/[,;\t]/).map((cell) => cell.trim()) }));
  const [first] = rows;
  return first !== undefined && !first.cells.some((cell) => /\d/.test(cell)) ? rows.slice(1) : rows;
}

type Report = (line: number | undefined, message: string) => void;

function spacingOf(
  rows: readonly Row[],
  report: Report,
): Pick<LoadTrace, 'startMillis'> & { intervalSeconds?: number } {
  const absolute = /[-:]/.test(rows[0]?.cells[0] ?? '');
  const times = rows.map(({ line, cells: [text = ''] }) => {
    const seconds = absolute ? instantOf(text) : text === '' ? Number.NaN : Number(text);
    if (!Number.isFinite(seconds))
      report(
        line,
        `the time is ${JSON.stringify(text)}; expected ${absolute ? 'ISO 8601 as in the first line' : 'seconds'}`,
      );
    return seconds;
  });
  const [first = Number.NaN, second = Number.NaN] = times;
  const intervalSeconds = Math.round((second - first) * 1000) / 1000;
  if (intervalSeconds <= 0)
    report(rows[1]?.line, 'the time is not after the one before; expected ascending times');
  const { line: lineOfSecond } = rows[1] ?? {};
  for (const [index, time] of times.entries()) {
    const line = rows[index]?.line;
    const distance = time - (times[index - 1] ?? Number.NaN);
    if (line === lineOfSecond || !(intervalSeconds > 0) || Math.abs(distance - intervalSeconds) < 0.001)
      continue;
    if (Number.isFinite(distance))
      report(
        line,
        `is ${distance} seconds after the line before; expected ${intervalSeconds} as between the first two`,
      );
  }
  return {
    ...(Number.isFinite(intervalSeconds) ? { intervalSeconds } : {}),
    ...(absolute && Number.isFinite(first) ? { startMillis: first * 1000 } : {}),
  };
}

/** Returns epoch seconds, or NaN for what is not ISO 8601. A time without a zone is one of UTC. */
function instantOf(text: string): number {
  const [, date, time, zone = 'Z'] =
    /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d(?::\d\d(?:\.\d+)?)?)(Z|[+-]\d\d:?\d\d)?)?$/.exec(text) ?? [];
  return Date.parse(time === undefined ? (date ?? '') : `${date}T${time}${zone}`) / 1000;
}

/** Returns the mean load between two times in seconds from the start, or undefined after the end. */
export function loadBetween(
  { intervalSeconds, values }: LoadTrace,
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
