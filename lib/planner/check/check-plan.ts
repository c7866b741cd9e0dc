import type { Asset } from '../../model/asset.ts';
import type { Problem } from '../../model/errors.ts';
import type { HashedPlan } from '../../model/plan.ts';
import type { DesiredState } from '../../model/request.ts';
import type { TypeLookup } from '../../model/spec.ts';

/** What a plan is checked against. */
export interface PlanEvidence {
  /** Absent for a decommission and for an undo plan. */
  desired?: DesiredState;
  /** Assets of the scope. */
  assets: Asset[];
  lookup: TypeLookup;
}

/** Every promise a plan makes, derived again; none of the planner's code is used. Empty: the plan holds. */
export function checkPlan(plan: HashedPlan, evidence: PlanEvidence): Problem[] {
  throw new Error(`not yet: ${plan.hash} ${evidence.assets.length}`);
}
