import { secondsOf } from '../../model/duration-text.ts';
import { shiftSteps, type TrafficMetric, type TrafficPolicy } from '../../model/traffic-policy.ts';
import type { ShiftStep } from '../../model/traffic-strategy.ts';
import type { Sides } from '../../model/weights/index.ts';
import { parseCondition } from '../condition/parse.ts';

/** A shift of traffic as it was approved. It makes no choices of its own: everything that decides is in here. */
export interface ShiftPlan {
  /** The asset whose weights move. */
  asset: string;
  sides: Sides;
  /** The percentage of the new side before the shift, to which it goes back. */
  original: number;
  /** Weights above the original one, in order. The last is exactly all traffic. */
  steps: readonly ShiftStep[];
  alarms: readonly string[];
  metrics: readonly TrafficMetric[];
  /** Requests that the new side must serve in a step before the step can pass. */
  minimumSamples: number;
  intervalSeconds: number;
  patienceSeconds: number;
  /** How long the losing side stays after its last weight is gone. */
  drainSeconds: number;
}

/**
 * Returns the plan of a policy for an asset. Steps that the new side is past already are left out. Throws ConditionError for
 * a condition that can't be read: during the shift, it would only look like missing data.
 */
export function planShift(
  policy: TrafficPolicy,
  asset: string,
  sides: Sides,
  at: { original: number; drainSeconds: number },
): ShiftPlan {
  for (const metric of policy.metrics)
    if (metric.kind === 'condition')
      for (const condition of [metric.success, metric.failure])
        if (condition !== undefined) parseCondition(condition);
  return {
    asset,
    sides,
    original: at.original,
    steps: shiftSteps(policy).filter(({ weight }) => weight > at.original),
    alarms: policy.alarms,
    metrics: policy.metrics,
    minimumSamples: policy.minimumSamples,
    intervalSeconds: secondsOf(policy.interval) ?? 60,
    patienceSeconds: secondsOf(policy.patience) ?? 1_800,
    drainSeconds: at.drainSeconds,
  };
}
