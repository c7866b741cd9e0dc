import type { CapacityChange } from '../model/scaling-decision.ts';

/** Returns the capacity at an instant, from the verified changes, the newest last. */
export function capacityAt(changes: readonly CapacityChange[], atMillis: number, current: number): number {
  const before = changes.findLast(({ at }) => Date.parse(at) <= atMillis);
  if (before !== undefined) return before.to;
  return changes[0]?.from ?? current;
}

/** Returns how much of a capacity serves load at an instant: what was added within the warm-up does not yet. */
export function readyAt(
  changes: readonly CapacityChange[],
  atMillis: number,
  { current, warmUpSeconds }: { current: number; warmUpSeconds: number },
): number {
  const since = atMillis - warmUpSeconds * 1000;
  const within = changes.filter(({ at }) => Date.parse(at) > since && Date.parse(at) <= atMillis);
  const now = capacityAt(changes, atMillis, current);
  return Math.min(now, ...within.map(({ from }) => from));
}

/** Returns the least and the largest capacity between two instants, both included. */
export function capacitiesBetween(
  changes: readonly CapacityChange[],
  [fromMillis, toMillis]: readonly [from: number, to: number],
  current: number,
): { least: number; most: number } {
  const within = changes.filter(({ at }) => Date.parse(at) > fromMillis && Date.parse(at) <= toMillis);
  const sizes = [capacityAt(changes, fromMillis, current), ...within.map(({ to }) => to)];
  return { least: Math.min(...sizes), most: Math.max(...sizes) };
}
