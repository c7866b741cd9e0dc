import { compareText } from '../model/text.ts';

/** Texts in code-unit order, each once. */
export function sortedUnique(texts: Iterable<string>): string[] {
  return [...new Set(texts)].sort(compareText);
}
