import { canonicalJson } from '../../model/json.ts';
import { decideShift } from './decide.ts';
import type { Judgment } from './judge.ts';
import type { Observed } from './observed.ts';
import type { ShiftPlan } from './plan.ts';
import type { Decided, ShiftState } from './state.ts';

/** One decision with everything that it was made from: it can be made again offline. */
export interface ShiftRecord extends Decided {
  before: ShiftState;
  observed: Observed;
  judged: Judgment[];
}

/**
 * Decides, and returns the record of the decision. Its `state` is the state after it. What was observed is kept as JSON,
 * in which numbers that aren't finite are null; neither is data.
 */
export function recordShift(plan: ShiftPlan, before: ShiftState, read: Observed): ShiftRecord {
  const observed = JSON.parse(JSON.stringify(read)) as Observed;
  return { before, observed, ...decideShift(plan, before, observed) };
}

/** Makes each decision again. Returns where the records don't follow from the plan or from each other. */
export function replayShift(plan: ShiftPlan, records: readonly ShiftRecord[]): string[] {
  return records.flatMap((record, index) => {
    const again = recordShift(plan, record.before, record.observed);
    const previous = records[index - 1];
    const found: string[] = [];
    if (canonicalJson(again) !== canonicalJson(record))
      found.push(
        `decision ${index}: recorded ${record.rule} (${record.why}), replayed ${again.rule} (${again.why})`,
      );
    if (previous !== undefined && canonicalJson(previous.state) !== canonicalJson(record.before))
      found.push(`decision ${index}: it did not begin from the state that the one before left`);
    return found;
  });
}
