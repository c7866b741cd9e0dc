/** Returns how many tasks a deployment may stop at once. The minimum that stays is rounded up. */
export function tasksToStop(desired: number, minimumHealthyPercent: number): number {
  return Math.max(0, desired - Math.ceil((desired * minimumHealthyPercent) / 100));
}

/** Returns how many tasks a deployment may start in addition to the desired ones. The maximum is rounded down. */
export function tasksToStart(desired: number, maximumPercent: number): number {
  return Math.max(0, Math.floor((desired * maximumPercent) / 100) - desired);
}

export type FailureThreshold =
  | { type: 'COUNT'; value: number }
  | { type: 'BOUNDED_PERCENT' | 'UNBOUNDED_PERCENT'; value: number };

/**
 * Returns after how many failed tasks the circuit breaker ends a deployment: half of the desired ones, from 3 to 200
 * (ECS API Reference, DeploymentCircuitBreaker; the user guide of 2023 said 10 to 200).
 */
export function failureThreshold(
  desired: number,
  threshold: FailureThreshold = { type: 'BOUNDED_PERCENT', value: 50 },
): number {
  if (threshold.type === 'COUNT') return threshold.value;
  const share = Math.ceil((desired * threshold.value) / 100);
  return threshold.type === 'BOUNDED_PERCENT' ? Math.min(Math.max(share, 3), 200) : share;
}
