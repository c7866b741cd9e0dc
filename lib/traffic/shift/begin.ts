import { type FailedSide, refusalOf } from '../failed-sides.ts';
import { shiftState } from './decide.ts';
import type { Observed } from './observed.ts';
import type { ShiftPlan } from './plan.ts';
import type { ShiftState } from './state.ts';

/**
 * Returns the state of a new shift, or why it may not begin: its new side failed an analysis, the weight is not where the
 * plan expects it, or there is no proven side to go back to.
 */
export function beginShift(
  plan: ShiftPlan,
  marks: readonly FailedSide[],
  observed: Observed,
): { state: ShiftState } | { refused: string } {
  const { sides, original } = plan;
  const marked = refusalOf(marks, plan);
  if (marked !== undefined) return { refused: marked };
  if (sides.stable === sides.target)
    return { refused: `both sides are ${sides.target}; expected two different ones` };
  if (observed.weight !== original)
    return {
      refused: `the weight of ${sides.target} is ${observed.weight ?? 'unknown'}, expected ${original} as when the shift was planned; plan it again`,
    };
  if (observed.stableReady === false)
    return {
      refused: `${sides.stable} is not ready, so a failed shift could not go back; expected it to be ready`,
    };
  return { state: shiftState(plan, observed.now) };
}
