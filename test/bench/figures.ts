/** A measured quantity: its median and 95th percentile. */
export interface Figure {
  median: number;
  p95: number;
}

/** Returns the median and the 95th percentile (nearest rank). */
export function figureOf(values: readonly number[]): Figure {
  const sorted = values.toSorted((a, b) => a - b);
  const rank = (share: number) => sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN;
  return { median: rank(0.5), p95: rank(0.95) };
}

/** One line of the bench: the measurement, its subject, and the figures. */
export interface Row {
  section: string;
  name: string;
  figures: Record<string, Figure | number>;
  /** The target for the figures, and whether they meet it. */
  target?: string;
  met?: boolean;
}

/** Formats the rows of one section as an aligned table. */
export function table(rows: readonly Row[]): string {
  const columns = [...new Set(rows.flatMap((row) => Object.keys(row.figures)))];
  const hasTarget = rows.some((row) => row.target !== undefined);
  const head = [rows[0]?.section ?? '', ...columns, ...(hasTarget ? ['target'] : [])];
  const body = rows.map((row) => [
    row.name,
    ...columns.map((column) => shown(row.figures[column])),
    ...(hasTarget ? [row.target === undefined ? '' : `${row.target} ${row.met ? 'met' : 'MISSED'}`] : []),
  ]);
  const widths = head.map((_, at) => Math.max(...[head, ...body].map((line) => (line[at] ?? '').length)));
  const line = (cells: string[]) =>
    cells
      .map((cell, at) => (at === 0 ? cell.padEnd(widths[at] ?? 0) : cell.padStart(widths[at] ?? 0)))
      .join('  ')
      .trimEnd();
  return [line(head), line(widths.map((width) => '-'.repeat(width))), ...body.map(line)].join('\n');
}

function shown(value: Figure | number | undefined): string {
  if (value === undefined) return '';
  if (typeof value === 'number') return rounded(value);
  return `${rounded(value.median)} / ${rounded(value.p95)}`;
}

function rounded(value: number): string {
  if (Number.isInteger(value)) return value.toString();
  return value.toFixed(value < 10 ? 3 : value < 100 ? 1 : 0);
}
