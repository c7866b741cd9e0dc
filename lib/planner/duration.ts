import { normalTail } from '../model/normal.ts';

/**
 * How long an operation still takes, given its elapsed time. Provisioning times are lognormal. All functions are pure;
 * times are in seconds.
 */

/** σ of the broad distribution that is mixed in, because an expectation may be wrong. */
const doubtSigma = 1.2;
/** The share of the broad distribution. After a few σ of lateness it dominates, and polls become rare. */
const doubtShare = 0.02;

/** P(duration > seconds). */
export function survival(medianSeconds: number, sigma: number, seconds: number): number {
  if (seconds <= 0) return 1;
  if (sigma === 0) return seconds >= medianSeconds - 1e-6 ? 0 : 1;
  const distance = Math.log(seconds / medianSeconds);
  if (sigma >= doubtSigma) return normalTail(distance / sigma);
  return (1 - doubtShare) * normalTail(distance / sigma) + doubtShare * normalTail(distance / doubtSigma);
}

/** P(done within `ahead` more seconds | not done after `elapsed`). */
export function doneWithin(medianSeconds: number, sigma: number, elapsed: number, ahead: number): number {
  const alive = survival(medianSeconds, sigma, elapsed);
  // The operation should be done and is not, so polls continue about every second.
  if (alive < 1e-12) return 1 - Math.exp(-ahead);
  return 1 - survival(medianSeconds, sigma, elapsed + ahead) / alive;
}

/** Returns the approximate remaining seconds: the rest of the median, or half the tail's scale after it. */
export function remainingOf(medianSeconds: number, sigma: number, elapsed: number): number {
  const mean = medianSeconds * Math.exp(sigma ** 2 / 2);
  if (sigma === 0) return Math.max(mean - elapsed, 0.5);
  // Beyond the median, the conditional expectation of a lognormal grows like elapsed × σ ÷ z.
  const z = Math.log(Math.max(elapsed, 1e-9) / medianSeconds) / sigma;
  const overdue = (elapsed * sigma) / Math.max(z + 1, 1);
  return z <= -1 ? mean - elapsed : Math.max(mean - elapsed, overdue);
}
