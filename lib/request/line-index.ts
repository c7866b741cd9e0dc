/** Finds the line of an offset in a text. */
export interface LineIndex {
  /** Line of an offset, both ends of the text included, counted from 1. */
  lineAt(offset: number): number;
}

/** Made by one pass over the text, when the first line is asked for. */
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
