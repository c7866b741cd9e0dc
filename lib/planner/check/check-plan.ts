import type { Asset } from '../../model/asset.ts';
import type { Problem } from '../../model/errors.ts';
import type { HashedPlan } from '../../model/plan.ts';
import type { DesiredState } from '../../model/request.ts';
import type { TypeLookup } from '../../model/spec.ts';
import { checkActs, checkNoActs } from './acts.ts';
import { checkChanges } from './changes.ts';
import { checkComplete } from './complete.ts';
import { contextOf } from './context.ts';
import { checkInverses } from './inverses.ts';
import { checkNamedOnly } from './named-only.ts';
import { checkOrder } from './order.ts';
import { checkPins } from './pins.ts';
import { checkShape } from './shape.ts';
import { checkUndo } from './undo.ts';
import { checkVerified } from './verified.ts';

/** What a plan is checked against. */
export interface PlanEvidence {
  /** Absent for a decommission and for an undo plan. */
  desired?: DesiredState;
  /** Assets of the scope. */
  assets: readonly Asset[];
  lookup: TypeLookup;
  /** For an undo plan: the plan it undoes. */
  undone?: HashedPlan;
}

/**
 * Every promise a plan makes, derived again from the evidence; none of the planner's code is used, so that a
 * mistake there is not repeated here. Checked: the hash; ids and edges, no circle; each desired resource has
 * one step or is unchanged, and truly so; each asset that goes is deleted or retained as its policy says; each
 * difference is listed and replaces where the spec says so; each reference has a path of edges behind it; clean-up
 * comes last and in reverse; what declares a bake time is verified; verbs come to their own steps and to no other;
 * each inverse is right; each version is pinned; nothing of another scope is touched.
 * Returns all problems; empty if the plan holds.
 */
export function checkPlan(plan: HashedPlan, evidence: PlanEvidence): Problem[] {
  const shape = checkShape(plan);
  // Without sound ids and edges the other checks have nothing to stand on.
  if (shape.some((problem) => problem.code !== 'WrongHash')) return shape;
  const context = contextOf(plan, evidence);
  const acts = evidence.desired?.wish.kind === 'verbs' ? verbChecks : forwardChecks;
  const checks = plan.direction === 'undo' ? [checkPins, checkUndo] : acts;
  return [...shape, ...checks.flatMap((check) => check(context))];
}

const forwardChecks = [
  ...[checkNamedOnly, checkNoActs, checkPins, checkComplete, checkVerified],
  ...[checkChanges, checkOrder, checkInverses],
];
const verbChecks = [checkPins, checkActs, checkInverses];
