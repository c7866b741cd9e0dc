import type { Tolerance } from './types.ts';

/**
 * Tells whether a ratio is near enough to 1 that nothing is done. Controllers before 1.33 know one tolerance and
 * compare `|1 − ratio|`; since 1.33 each direction has its own and the limits are compared. The two differ by a
 * rounding error at the limit: 1.1 is outside of the first and inside of the second.
 */
export function isWithin(ratio: number, tolerance: Tolerance): boolean {
  if (typeof tolerance === 'number') return Math.abs(1 - ratio) <= tolerance;
  return 1 - tolerance.down <= ratio && ratio <= 1 + tolerance.up;
}
