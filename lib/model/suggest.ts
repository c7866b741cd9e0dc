/** Edits (insert, delete, replace, swap of neighbours) between two words; stops counting beyond `most`. */
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
    previous = current;
    current = next;
  }
  return current[right.length] ?? 0;
}

/** The name closest to what was written, if one is close enough to be meant: a third of its letters may differ. */
export function closest(written: string, names: Iterable<string>): string | undefined {
  const wanted = written.toLowerCase();
  let best: string | undefined;
  let distance = Math.max(1, Math.min(4, Math.floor(written.length / 3)));
  for (const name of names) {
    const found = editDistance(wanted, name.toLowerCase(), distance);
    if (found > distance || (found === distance && best !== undefined)) continue;
    best = name;
    distance = found;
  }
  return best;
}

/** `; did you mean "X"?`, or nothing. */
export function didYouMean(written: string, names: Iterable<string>): string {
  const name = closest(written, names);
  return name === undefined || name === written ? '' : `; did you mean "${name}"?`;
}
