import type { ShiftPlan } from './shift/plan.ts';
import type { ShiftRecord } from './shift/record.ts';

/** A side that failed its analysis. It is refused until a decision lifts the mark. */
export interface FailedSide {
  asset: string;
  side: string;
  failedAt: number;
  why: string;
  lifted?: { by: string; at: number; reason: string };
}

/** Returns the mark that a record leaves, if analysis made it go back; a person's abort is no failure of the side. */
export function markOf(plan: ShiftPlan, { before, state, observed }: ShiftRecord): FailedSide | undefined {
  if (before.retreat !== undefined || state.retreat?.byAnalysis !== true) return undefined;
  return { asset: plan.asset, side: plan.sides.target, failedAt: observed.now, why: state.retreat.why };
}

/** Returns why a shift to a side is refused, or undefined if it may begin. A failure after a decision counts again. */
export function refusalOf(
  marks: readonly FailedSide[],
  { asset, sides }: Pick<ShiftPlan, 'asset' | 'sides'>,
): string | undefined {
  const open = marks.find(
    (mark) => mark.asset === asset && mark.side === sides.target && mark.lifted === undefined,
  );
  if (open === undefined) return undefined;
  return (
    `${open.side} failed its analysis for ${asset} at ${open.failedAt} (${open.why}); ` +
    'expected another side, or a decision that lifts the mark'
  );
}

/** Lifts the marks of a side that were there when the decision was made. */
export function liftMarks(
  marks: readonly FailedSide[],
  { asset, side }: Pick<FailedSide, 'asset' | 'side'>,
  decision: NonNullable<FailedSide['lifted']>,
): FailedSide[] {
  return marks.map((mark) =>
    mark.asset === asset && mark.side === side && mark.lifted === undefined && mark.failedAt <= decision.at
      ? { ...mark, lifted: decision }
      : mark,
  );
}
