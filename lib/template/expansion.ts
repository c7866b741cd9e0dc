import { InvalidInput } from '../model/errors.ts';
import type { Scope } from './scope.ts';

/** The maximum expansion of a document: values that loops create, and characters that functions create. */
const limits = { values: 200_000, characters: 100_000_000 };
export type Expanded = keyof typeof limits;

const spent = new WeakMap<Scope, Record<Expanded, number>>();

/**
 * Counts the expansion of a document while it happens: a few lines of nested loops or functions could stand for more
 * than fits into memory.
 * @throws InvalidInput at once, because evaluation can't continue
 */
export function countExpansion(scope: Scope, what: Expanded, amount: number, path: string): void {
  const counts = spent.get(scope) ?? { values: 0, characters: 0 };
  spent.set(scope, counts);
  counts[what] += amount;
  if (counts[what] <= limits[what]) return;
  const message = `the document is written out to more than ${limits[what]} ${what}; expected loops and functions that make less`;
  throw new InvalidInput([{ path, code: 'ExpandsTooFar', message }]);
}
