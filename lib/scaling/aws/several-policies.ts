export interface PolicyWish {
  /** The capacity that the policy asks for; null without data. */
  want: number | null;
  scaleInDisabled?: boolean | undefined;
}

/**
 * Combines policies of one target: out if any asks for it, to the largest; in only if all that may scale in ask for
 * it, again to the largest. A policy without data holds a scale-in back.
 */
export function combinedCapacity(current: number, policies: readonly PolicyWish[]): number {
  const largest = Math.max(current, ...policies.map(({ want }) => want ?? current));
  if (largest > current) return largest;
  const deciding = policies.filter(({ scaleInDisabled }) => scaleInDisabled !== true);
  if (deciding.length === 0) return current;
  return Math.max(...deciding.map(({ want }) => want ?? current));
}
