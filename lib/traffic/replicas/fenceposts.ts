import { InvalidInput } from '../../model/errors.ts';

/** A number of replicas, or a percentage of those desired, such as `25%`. */
export type Amount = number | string;

export interface Fenceposts {
  /** Replicas above the desired number. */
  surge: number;
  /** Replicas below it. */
  unavailable: number;
}

/**
 * Returns how far a rollout may leave the desired number of replicas. A surge is rounded up, unavailability down; both 0
 * would never move, so one may be unavailable (Kubernetes, deployment util, ResolveFenceposts). Throws InvalidInput.
 */
export function resolveFenceposts(desired: number, maxSurge: Amount, maxUnavailable: Amount): Fenceposts {
  const surge = scaled('maxSurge', maxSurge, desired, Math.ceil);
  const unavailable = scaled('maxUnavailable', maxUnavailable, desired, Math.floor);
  return { surge, unavailable: surge === 0 && unavailable === 0 ? 1 : unavailable };
}

/** Returns the same, with no more unavailable than are desired (Argo Rollouts, MaxUnavailable). */
export function cappedFenceposts(desired: number, maxSurge: Amount, maxUnavailable: Amount): Fenceposts {
  const { surge, unavailable } = resolveFenceposts(desired, maxSurge, maxUnavailable);
  return { surge, unavailable: Math.min(unavailable, desired) };
}

function scaled(path: string, amount: Amount, total: number, round: (value: number) => number): number {
  if (typeof amount === 'number') return amount;
  const percent = /^(\d+)%$/.exec(amount)?.[1];
  if (percent !== undefined) return round((Number(percent) * total) / 100);
  const message = `expected a number or a percentage such as 25%, got "${amount}"`;
  throw new InvalidInput([{ path, code: 'Amount', message }]);
}
