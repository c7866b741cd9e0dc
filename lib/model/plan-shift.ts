import { secondsOf } from './duration-text.ts';
import { shiftSteps, type TrafficPolicy } from './traffic-policy.ts';
import type { ShiftPlan } from './traffic-shift.ts';
import type { Sides } from './weights/trait.ts';

/**
 * Returns the plan of a policy for an asset. Steps that the new side is past already are left out. The conditions of a policy
 * were parsed when it was read.
 */
export function planShift(
  policy: TrafficPolicy,
  asset: string,
  sides: Sides,
  at: { original: number; drainSeconds: number },
): ShiftPlan {
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
