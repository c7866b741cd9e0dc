/** Levenshtein distance between two words: single letters put in, taken out or exchanged. */
function distance(left: string, right: string): number {
  let row = Array.from({ length: right.length + 1 }, (_, index) => index);
  for (const [index, letter] of [...left].entries()) {
    const next = [index + 1];
    for (let column = 1; column <= right.length; column += 1) {
      const exchanged = (row[column - 1] ?? 0) + (letter === right[column - 1] ? 0 : 1);
      next.push(Math.min(exchanged, (row[column] ?? 0) + 1, (next[column - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row.at(-1) ?? 0;
}

/** The candidate most like the word; undefined when none is near enough to be what was meant. */
export function closest(word: string, candidates: Iterable<string>): string | undefined {
  const near = [...new Set(candidates)]
    .map((candidate) => ({ candidate, off: distance(word.toLowerCase(), candidate.toLowerCase()) }))
    .filter(({ off }) => off <= Math.max(2, word.length / 3))
    .sort((a, b) => a.off - b.off);
  return near[0]?.candidate;
}
