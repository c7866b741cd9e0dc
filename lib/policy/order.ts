import { compareText } from '../model/text.ts';

/** Returns texts sorted by code unit, without duplicates. */
export function sortedUnique(texts: Iterable<string>): string[] {
  return [...new Set(texts)].sort(compareText);
}
