import { InvalidInput } from '../model/errors.ts';
import type { Scope } from './scope.ts';

/** What a document may be written out to: values that loops make, and characters that functions make. */
const limits = { values: 200_000, characters: 100_000_000 };
export type Expanded = keyof typeof limits;

const spent = new WeakMap<Scope, Record<Expanded, number>>();

/**
 * Counts what a document is written out to, while it is: a few lines of loops in loops, or of functions in functions,
 * would stand for more than any memory holds.
 * @throws InvalidInput at once, since evaluation can't go on
 */
export function countExpansion(scope: Scope, what: Expanded, amount: number, path: string): void {
  const counts = spent.get(scope) ?? { values: 0, characters: 0 };
  spent.set(scope, counts);
  counts[what] += amount;
  if (counts[what] <= limits[what]) return;
  const message = `the document is written out to more than ${limits[what]} ${what}; expected loops and functions that make less`;
  throw new InvalidInput([{ path, code: 'ExpandsTooFar', message }]);
}
