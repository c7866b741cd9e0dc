/** Why a size is what it is, in the words of the condition `ScalingLimited`. */
export type LimitReason =
  | 'DesiredWithinRange'
  | 'TooFewReplicas'
  | 'TooManyReplicas'
  | 'ScaleUpLimit'
  | 'ScaleDownLimit';

export interface Limited {
  replicas: number;
  reason: LimitReason;
}

/** The factor and minimum of one scale-out without `behavior`: 2 and 4 in production, 8 and 4 in tests of 1.15 to 1.17. */
export interface ScaleUpLimit {
  factor: number;
  minimum: number;
}

export function scaleUpLimit(current: number, { factor, minimum }: ScaleUpLimit): number {
  return Math.trunc(Math.max(factor * current, minimum));
}

/**
 * Brings a size into its limits, without `behavior`. A minimum of 0 is a minimum (1.16 and later, HPAScaleToZero);
 * controllers before it kept at least one.
 */
export function withinLimits(
  current: number,
  desired: number,
  bounds: { min: number; max: number },
  limit: ScaleUpLimit,
): Limited {
  const rate = scaleUpLimit(current, limit);
  const [maximum, reason] =
    bounds.max > rate ? ([rate, 'ScaleUpLimit'] as const) : ([bounds.max, 'TooManyReplicas'] as const);
  if (desired < bounds.min) return { replicas: bounds.min, reason: 'TooFewReplicas' };
  if (desired > maximum) return { replicas: maximum, reason };
  return { replicas: desired, reason: 'DesiredWithinRange' };
}
