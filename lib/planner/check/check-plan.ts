import type { Problem } from '../../model/errors.ts';
import type { HashedPlan } from '../../model/plan.ts';
import type { Wish } from '../../model/wish.ts';
import { checkActs, checkNoActs } from './acts.ts';
import { checkChanges } from './changes.ts';
import { checkComplete } from './complete.ts';
import { type Context, contextOf } from './context.ts';
import type { PlanEvidence } from './evidence.ts';
import { checkInverses } from './inverses.ts';
import { checkNamedOnly } from './named-only.ts';
import { checkOrder } from './order.ts';
import { checkBeside, checkPins } from './pins.ts';
import { checkScale } from './scale.ts';
import { checkShape } from './shape.ts';
import { checkNoShifts, checkShifts } from './shifts.ts';
import { checkUndo } from './undo.ts';
import { checkVerified } from './verified.ts';

export type { PlanEvidence } from './evidence.ts';

/**
 * Checks every guarantee of a plan, derived again from the evidence. It shares no code with the planner, so that it
 * doesn't repeat the planner's mistakes. It checks that:
 * - the hash is correct, ids and edges are valid, and there is no cycle;
 * - each desired resource has one step or really is unchanged;
 * - each removed asset is deleted or retained as its policy says;
 * - each difference is listed, and replaces the resource if the spec says so;
 * - each reference has a path of edges;
 * - cleanup comes last and in reverse order;
 * - resources with a bake time are verified;
 * - a request that scales sets only capacities, within their bounds;
 * - verbs lead only to their own steps, and so does a shift of traffic;
 * - each inverse is correct and each version is pinned;
 * - no other scope is affected.
 * Returns all problems. Empty if the plan is valid.
 */
export function checkPlan(plan: HashedPlan, evidence: PlanEvidence): Problem[] {
  const shape = checkShape(plan);
  // The other checks need valid ids and edges.
  if (shape.some((problem) => problem.code !== 'WrongHash')) return shape;
  const context = contextOf(plan, evidence);
  const forward = checksByWish[evidence.desired?.wish.kind ?? 'assets'];
  const checks = plan.direction === 'undo' ? [checkPins, checkUndo] : forward;
  return [...shape, ...checks.flatMap((check) => check(context))];
}

type Check = (context: Context) => Problem[];

const forwardChecks: readonly Check[] = [
  ...[checkNamedOnly, checkScale, checkNoActs, checkNoShifts, checkPins, checkComplete, checkVerified],
  ...[checkChanges, checkOrder, checkInverses],
];

/** The checks of a plan by what its request asks for. */
export const checksByWish: Readonly<Record<Wish['kind'], readonly Check[]>> = {
  resources: forwardChecks,
  assets: forwardChecks,
  changes: forwardChecks,
  verbs: [checkPins, checkActs, checkNoShifts, checkInverses],
  shifts: [checkShifts, checkBeside, checkInverses],
};
