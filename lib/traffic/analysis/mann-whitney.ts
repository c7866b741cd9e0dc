import { normalTail } from '../../model/normal.ts';

/** Whether values of the first sample tend to be greater or less than those of the second. */
export type Alternative = 'greater' | 'less' | 'two-sided';

export interface MannWhitney {
  /** U of the first sample: how often its values are greater, with ties as halves. */
  u: number;
  /** How likely a U like this or more extreme is if both samples come from the same distribution. */
  p: number;
  /** How likely a value of the first sample is greater than one of the second, with ties as halves. */
  effect: number;
}

/** Samples of these sizes without ties get the exact distribution: for more, the normal one is as good. */
const exactLeast = 8;
const exactMost = 50;

/**
 * The Mann-Whitney U test (Mann and Whitney 1947). Without ties, and with a small sample, p is exact; else it is the normal
 * approximation with corrections for ties and continuity, as in SciPy's `mannwhitneyu`. Both samples need a value.
 */
export function mannWhitney(
  first: readonly number[],
  second: readonly number[],
  alternative: Alternative,
  method: 'auto' | 'exact' | 'normal' = 'auto',
): MannWhitney {
  const [m, n] = [first.length, second.length];
  const { ranks, tied } = rank([...first, ...second]);
  const u = ranks.slice(0, m).reduce((sum, one) => sum + one, 0) - (m * (m + 1)) / 2;
  const mirrored = m * n - u;
  const tested = { greater: u, less: mirrored, 'two-sided': Math.max(u, mirrored) }[alternative];
  const small = Math.min(m, n) <= exactLeast && Math.max(m, n) <= exactMost;
  const exact = method === 'exact' || (method === 'auto' && tied === 0 && small);
  const tail = exact ? exactTail(tested, m, n) : approximateTail(tested, m, n, tied);
  return { u, p: Math.min(1, alternative === 'two-sided' ? 2 * tail : tail), effect: u / (m * n) };
}

/** Returns the rank of each value, equal ones sharing theirs, and the sum of t³ - t over groups of t equal values. */
function rank(values: readonly number[]): { ranks: number[]; tied: number } {
  const order = values.map((value, index) => ({ value, index })).sort((a, b) => a.value - b.value);
  const ranks: number[] = Array.from({ length: values.length }, () => 0);
  let tied = 0;
  for (let start = 0; start < order.length; ) {
    let end = start;
    while (end < order.length && order[end]?.value === order[start]?.value) end++;
    for (const { index } of order.slice(start, end)) ranks[index] = (start + 1 + end) / 2;
    tied += (end - start) ** 3 - (end - start);
    start = end;
  }
  return { ranks, tied };
}

/** P(U ≥ u), from the number of arrangements with each U: the coefficients of a Gaussian binomial. */
function exactTail(u: number, m: number, n: number): number {
  const counts: number[] = Array.from({ length: m * n + 1 }, (_, at) => (at === 0 ? 1 : 0));
  for (let part = 1; part <= m; part++) {
    for (let at = m * n; at >= n + part; at--) counts[at] = (counts[at] ?? 0) - (counts[at - n - part] ?? 0);
    for (let at = part; at <= m * n; at++) counts[at] = (counts[at] ?? 0) + (counts[at - part] ?? 0);
  }
  const all = counts.reduce((sum, count) => sum + count, 0);
  return counts.slice(Math.ceil(u)).reduce((sum, count) => sum + count, 0) / all;
}

function approximateTail(u: number, m: number, n: number, tied: number): number {
  const total = m + n;
  const variance = ((m * n) / 12) * (total + 1 - tied / (total * (total - 1)));
  // All values are equal: nothing can be concluded.
  if (!(variance > 0)) return 1;
  return normalTail((u - (m * n) / 2 - 0.5) / Math.sqrt(variance));
}
