/** Finds the line of an offset in a text. */
export interface LineIndex {
  /** Returns the line of an offset, counted from 1. The offset may be at the end of the text. */
  lineAt(offset: number): number;
}

/** Built in one pass over the text at the first call. */
export function lineIndexOf(text: string): LineIndex {
  let starts: number[] | undefined;
  const makeStarts = (): number[] => {
    const found = [0];
    for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) found.push(at + 1);
    return found;
  };
  return {
    lineAt: (offset) => {
      starts ??= makeStarts();
      let low = 0;
      let high = starts.length - 1;
      while (low < high) {
        const middle = (low + high + 1) >> 1;
        if ((starts[middle] ?? 0) <= offset) low = middle;
        else high = middle - 1;
      }
      return low + 1;
    },
  };
}
