import type { Proposal } from '../model/scaling-decision.ts';
import { type AdjustmentType, adjustedCapacity, type Step, stepOf } from './aws/step-scaling.ts';

/** An alarm with the steps of one metric of kind `step`, as it is now. */
export interface StepAlarm {
  alarm: string;
  state: 'OK' | 'ALARM' | 'INSUFFICIENT_DATA';
  threshold: number;
  /** The value that the alarm was evaluated with; null if it is not known. */
  value: number | null;
  adjustmentType: AdjustmentType;
  steps: readonly Step[];
  minAdjustmentMagnitude?: number | undefined;
}

/**
 * Returns what an alarm proposes, or undefined while it is OK: then its steps have no say, neither for more nor for less.
 * Without data it holds a scale-in back, like any source. Units in warm-up don't count for the size that a step
 * changes, so that an alarm that stays in ALARM adds nothing twice.
 */
export function stepProposal(
  alarm: StepAlarm,
  { current, warming = 0 }: { current: number; warming?: number },
): Proposal | undefined {
  const source = alarm.alarm;
  if (alarm.state === 'OK') return undefined;
  if (alarm.state === 'INSUFFICIENT_DATA' || alarm.value === null)
    return { source, kind: 'capacity', status: 'missing', value: null };
  const step = stepOf(alarm.steps, alarm.threshold, alarm.value);
  const adjusted =
    step === undefined
      ? current
      : adjustedCapacity(current - warming, {
          type: alarm.adjustmentType,
          adjustment: step.adjustment,
          minMagnitude: alarm.minAdjustmentMagnitude,
        });
  return {
    source,
    kind: 'capacity',
    status: 'ok',
    value: warming > 0 ? Math.max(current, adjusted) : adjusted,
  };
}
