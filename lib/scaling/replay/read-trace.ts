/** A load over time, as points at equal distances. */
export interface Trace {
  intervalSeconds: number;
  /** When the first point begins, in milliseconds; undefined if the file has no times. */
  start?: number;
  /** The load of each interval, or null if its point is missing. */
  values: (number | null)[];
}

/** A line that can't be read: its number from 1, and what is wrong. */
export interface TraceProblem {
  line: number;
  message: string;
}

export type ReadTrace = { trace: Trace } | { problems: TraceProblem[] };

interface Point {
  line: number;
  at?: number;
  value: number | null;
}

const problemsMax = 20;
const pointsMax = 2_000_000;

/**
 * Reads a CSV file of a load: `time,load` on each line, or only the load. A first line of words is a header. Times are
 * ISO 8601 (UTC without an offset) or seconds since 1970; the most frequent distance between them is the interval, and
 * points without a line, or with an empty load, are missing.
 *
 * @param intervalSeconds the interval of a file without times
 */
export function readTrace(text: string, intervalSeconds?: number): ReadTrace {
  const problems: TraceProblem[] = [];
  const points: Point[] = [];
  for (const [index, written] of text.split(/\r?\n/).entries()) {
    const cells = written.split(',').map((cell) => cell.trim().replace(/^"(.*)"$/, '$1'));
    if (written.trim() === '' || (points.length === 0 && index === 0 && isHeader(cells))) continue;
    const point = readPoint(cells, index + 1);
    if (typeof point === 'string') problems.push({ line: index + 1, message: point });
    else points.push(point);
  }
  const [first] = points;
  for (const [index, point] of points.entries()) {
    const message = orderProblem(point, points[index - 1]);
    if (message !== undefined) problems.push({ line: point.line, message });
  }
  if (problems.length > 0)
    return { problems: problems.toSorted((a, b) => a.line - b.line).slice(0, problemsMax) };
  if (points.length < 2 || first === undefined)
    return { problems: [{ line: 1, message: `expected at least 2 points, got ${points.length}` }] };
  const interval = first.at === undefined ? intervalSeconds : (intervalSeconds ?? usualDistance(points));
  if (interval === undefined || !(interval > 0))
    return {
      problems: [{ line: 1, message: 'the file has no times; give the interval by --interval SECONDS' }],
    };
  return placed(points, first, interval);
}

function isHeader(cells: readonly string[]): boolean {
  const last = cells.at(-1) ?? '';
  return last !== '' && !Number.isFinite(Number(last));
}

function readPoint(cells: readonly string[], line: number): Point | string {
  if (cells.length > 2) return `expected "time,load" or a load, got ${cells.length} columns`;
  const load = cells.at(-1) ?? '';
  const value = load === '' ? null : Number(load);
  if (value !== null && !(Number.isFinite(value) && value >= 0))
    return `expected a load from 0, or nothing where it is missing; got "${load}"`;
  if (cells.length === 1) return { line, value };
  const at = readTime(cells[0] ?? '');
  return at === undefined
    ? `expected a time such as 2027-03-31T18:00:00Z, or seconds since 1970; got "${cells[0]}"`
    : { line, at, value };
}

function readTime(text: string): number | undefined {
  if (/^\d{9,10}(?:\.\d+)?$/.test(text)) return Number(text) * 1000;
  if (!/^\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:\d\d)?$/.test(text)) return undefined;
  const iso = text.replace(' ', 'T');
  const at = Date.parse(/(?:Z|[+-]\d\d:\d\d)$/.test(iso) ? iso : `${iso}Z`);
  return Number.isNaN(at) ? undefined : at;
}

function orderProblem(point: Point, before: Point | undefined): string | undefined {
  if (before === undefined) return undefined;
  if ((point.at === undefined) !== (before.at === undefined))
    return 'expected a time in every line or in none';
  if (point.at !== undefined && before.at !== undefined && point.at <= before.at)
    return 'expected a later time than in the line before';
  return undefined;
}

function usualDistance(points: readonly Point[]): number {
  const counts = new Map<number, number>();
  for (const [index, { at = 0 }] of points.entries()) {
    if (index === 0) continue;
    const distance = Math.round((at - (points[index - 1]?.at ?? 0)) / 1000);
    counts.set(distance, (counts.get(distance) ?? 0) + 1);
  }
  return [...counts].toSorted((a, b) => b[1] - a[1] || a[0] - b[0])[0]?.[0] ?? 0;
}

function placed(points: readonly Point[], first: Point, intervalSeconds: number): ReadTrace {
  const { at: start } = first;
  if (start === undefined) return { trace: { intervalSeconds, values: points.map(({ value }) => value) } };
  const placeOf = ({ at = 0 }: Point) => Math.round((at - start) / (intervalSeconds * 1000));
  const count = placeOf(points.at(-1) ?? first) + 1;
  if (count > pointsMax)
    return {
      problems: [
        { line: 1, message: `expected at most ${pointsMax} intervals of ${intervalSeconds} s, got ${count}` },
      ],
    };
  const values: (number | null)[] = new Array(count).fill(null);
  for (const point of points) values[placeOf(point)] = point.value;
  return { trace: { intervalSeconds, start, values } };
}
