/**
 * Step scaling of EC2 and Application Auto Scaling. Rules: Amazon EC2 Auto Scaling User Guide, "Step and simple
 * scaling policies" (CC-BY-SA-4.0).
 */

/** A range of distances from the alarm's threshold, with the change in it. Null is an open end. */
export interface Step {
  lower: number | null;
  upper: number | null;
  adjustment: number;
}

export type AdjustmentType = 'ChangeInCapacity' | 'ExactCapacity' | 'PercentChangeInCapacity';

/** Returns what is wrong with the steps of a policy, or undefined if AWS takes them. */
export function stepsProblem(steps: readonly Step[]): string | undefined {
  const first = steps.toSorted((a, b) => below(a.lower) - below(b.lower));
  if (first.length === 0) return 'there are no steps; expected at least one';
  for (const { lower, upper } of steps) {
    if (lower === null && upper === null) return 'a step has no bound; expected one at least';
    if (below(lower) >= above(upper))
      return `a step is from ${lower} to ${upper}; expected lower before upper`;
  }
  for (const [index, step] of first.entries()) {
    const next = first[index + 1];
    if (next === undefined) continue;
    if (above(step.upper) > below(next.lower)) return `steps overlap at ${next.lower}; expected no overlap`;
    if (above(step.upper) < below(next.lower))
      return `no step covers ${step.upper} to ${next.lower}; expected no gap`;
  }
  const [lowest, highest] = [first[0]?.lower ?? null, first.at(-1)?.upper ?? null];
  if (lowest !== null && lowest < 0)
    return `the lowest bound is ${lowest}; expected the lowest step to have none, as it is negative`;
  if (highest !== null && highest > 0)
    return `the highest bound is ${highest}; expected the highest step to have none, as it is positive`;
  return undefined;
}

/**
 * Returns the step for a metric, or undefined. Bounds are distances from the threshold. Above it the lower bound
 * belongs to the step, below it the upper one.
 */
export function stepOf<S extends Step>(
  steps: readonly S[],
  threshold: number,
  metric: number,
  direction: 'out' | 'in' = metric < threshold ? 'in' : 'out',
): S | undefined {
  const distance = metric - threshold;
  return steps.find(({ lower, upper }) =>
    direction === 'out'
      ? distance >= below(lower) && distance < above(upper)
      : distance > below(lower) && distance <= above(upper),
  );
}

const below = (bound: number | null) => bound ?? Number.NEGATIVE_INFINITY;
const above = (bound: number | null) => bound ?? Number.POSITIVE_INFINITY;

/** Rounds a change in percent: towards 0, but at least to 1 or −1. */
export function roundedChange(change: number): number {
  return change === 0 ? 0 : Math.sign(change) * Math.max(1, Math.trunc(Math.abs(change)));
}

export interface Adjustment {
  type: AdjustmentType;
  adjustment: number;
  /** The least change, if the change is in percent. */
  minMagnitude?: number | undefined;
  min?: number | undefined;
  max?: number | undefined;
}

/** How a step comes to a capacity. */
const adjusted: Record<AdjustmentType, (current: number, by: Adjustment) => number> = {
  ChangeInCapacity: (current, { adjustment }) => current + adjustment,
  ExactCapacity: (_current, { adjustment }) => adjustment,
  PercentChangeInCapacity: (current, { adjustment, minMagnitude = 0 }) => {
    const change = roundedChange((current * adjustment) / 100);
    return current + Math.sign(adjustment) * Math.max(Math.abs(change), adjustment === 0 ? 0 : minMagnitude);
  },
};

/** Returns the capacity after a step, within the bounds. It is never below 0. */
export function adjustedCapacity(current: number, by: Adjustment): number {
  return Math.min(
    Math.max(adjusted[by.type](current, by), by.min ?? 0, 0),
    by.max ?? Number.POSITIVE_INFINITY,
  );
}

export interface StepPolicy extends Omit<Adjustment, 'adjustment'> {
  threshold: number;
  scaleOut: readonly Step[];
  scaleIn: readonly Step[];
}

/** A capacity of which a part is still warming up. */
export interface WarmingCapacity {
  capacity: number;
  warming: number;
}

/**
 * Returns the capacity after an alarm's metric. Instances in warm-up don't count for the size that a step changes, but
 * count towards what it asks for, so that an alarm that persists adds nothing twice; while any warms up, nothing is
 * removed.
 */
export function afterStep(
  policy: StepPolicy,
  { capacity, warming }: WarmingCapacity,
  metric: number,
): number {
  const direction = metric >= policy.threshold ? 'out' : 'in';
  const steps = direction === 'out' ? policy.scaleOut : policy.scaleIn;
  const step = stepOf(steps, policy.threshold, metric, direction);
  if (step === undefined) return capacity;
  const wanted = adjustedCapacity(capacity - warming, { ...policy, adjustment: step.adjustment });
  return direction === 'out' || warming > 0 ? Math.max(capacity, wanted) : wanted;
}
