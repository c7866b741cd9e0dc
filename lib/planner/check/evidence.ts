import type { Asset } from '../../model/asset.ts';
import type { HashedPlan } from '../../model/plan.ts';
import type { DesiredState } from '../../model/request.ts';
import type { TypeLookup } from '../../model/spec.ts';

/** The evidence that a plan is checked with. */
export interface PlanEvidence {
  /** Absent for a decommission and for an inverse plan. */
  desired?: DesiredState;
  /** Assets of the scope. */
  assets: readonly Asset[];
  /** Assets of other scopes by which native auto scaling may decide capacities of this one. */
  scalers?: readonly Asset[] | undefined;
  lookup: TypeLookup;
  /** For an inverse plan: the plan that it rolls back. */
  undone?: HashedPlan;
}
