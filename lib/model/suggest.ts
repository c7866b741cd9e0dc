/**
 * Returns the edit distance (insert, delete, replace, swap of neighbors) between two words. Stops counting beyond
 * `most`.
 */
export function editDistance(left: string, right: string, most = Number.POSITIVE_INFINITY): number {
  if (Math.abs(left.length - right.length) > most) return most + 1;
  let previous: number[] = [];
  let current = Array.from({ length: right.length + 1 }, (_, index) => index);
  for (let row = 1; row <= left.length; row++) {
    const next = [row];
    for (let column = 1; column <= right.length; column++) {
      const same = left[row - 1] === right[column - 1];
      const replaced = (current[column - 1] ?? 0) + (same ? 0 : 1);
      let cost = Math.min(replaced, (current[column] ?? 0) + 1, (next[column - 1] ?? 0) + 1);
      const swapped = left[row - 1] === right[column - 2] && left[row - 2] === right[column - 1];
      if (swapped && !same) cost = Math.min(cost, (previous[column - 2] ?? row) + 1);
      next.push(cost);
    }
    // A swap depends on the previous two rows. From there on, the minimum never decreases.
    if (least(next) > most && least(current) > most) return most + 1;
    previous = current;
    current = next;
  }
  return current[right.length] ?? 0;
}

function least(row: number[]): number {
  let found = Number.POSITIVE_INFINITY;
  for (const cost of row) if (cost < found) found = cost;
  return found;
}

/** Remaining number of comparisons. Unlimited unless `withFewSuggestions` sets a limit. */
let comparisonsLeft = Number.POSITIVE_INFINITY;
/** About half a second of comparisons: enough for hundreds of suggestions. */
const comparisonsMax = 300_000;

/**
 * Limits the search for similar names while the work runs: comparing thousands of unknown names with thousands of known
 * ones takes minutes. Names beyond the limit get no suggestion.
 */
export function withFewSuggestions<T>(work: () => T): T {
  const before = comparisonsLeft;
  comparisonsLeft = comparisonsMax;
  try {
    return work();
  } finally {
    comparisonsLeft = before;
  }
}

/** Returns the closest name, if at most a third of its letters differ. */
export function closest(written: string, names: Iterable<string>): string | undefined {
  const wanted = written.toLowerCase();
  let best: string | undefined;
  let distance = Math.max(1, Math.min(4, Math.floor(written.length / 3)));
  if (comparisonsLeft <= 0) return undefined;
  for (const name of names) {
    comparisonsLeft -= 1;
    if (comparisonsLeft <= 0) break;
    if (Math.abs(name.length - wanted.length) > distance) continue;
    const found = editDistance(wanted, name.toLowerCase(), distance);
    if (found > distance || (found === distance && best !== undefined)) continue;
    best = name;
    distance = found;
  }
  return best;
}

/** Returns `; did you mean "X"?`, or an empty text. */
export function didYouMean(written: string, names: Iterable<string>): string {
  const name = closest(written, names);
  return name === undefined || name === written ? '' : `; did you mean "${name}"?`;
}
