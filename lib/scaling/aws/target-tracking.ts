/** How far below the target a metric must be before target tracking removes capacity (User Guide: usually 10 %). */
const scaleInMargin = 0.1;

/**
 * Returns the capacity for a need that is not a whole number. What is missing is rounded up, and what is too much is
 * rounded down, so both end at the whole number above the need. Without data nothing changes.
 */
export function capacityForNeed(current: number, needed: number | null): number {
  return needed === null || Number.isNaN(needed) ? current : Math.ceil(needed - 1e-9);
}

/** Returns the capacity that a policy asks for to bring a metric, which falls as capacity grows, to its target. */
export function trackedCapacity(
  current: number,
  metric: number | null,
  target: number,
  options: { scaleInDisabled?: boolean } = {},
): number {
  if (metric === null || Number.isNaN(metric)) return current;
  if (metric > target) return Math.max(current, capacityForNeed(current, (current * metric) / target));
  if (options.scaleInDisabled === true || metric >= target * (1 - scaleInMargin)) return current;
  return Math.min(current, capacityForNeed(current, (current * metric) / target));
}

/** Returns how many messages one unit may have waiting: what it works off in the acceptable time. */
export function backlogTarget(acceptableLatencySeconds: number, secondsPerMessage: number): number {
  return acceptableLatencySeconds / secondsPerMessage;
}
