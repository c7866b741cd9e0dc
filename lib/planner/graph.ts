import type { Plan, Step } from '../model/plan.ts';
import type { ProviderCall } from '../model/run.ts';

/** How long a step is expected to take: lognormal, its median in seconds and the σ of its logarithm (0: known). */
export interface Expectation {
  medianSeconds: number;
  sigma: number;
}

/** A plan prepared for the scheduler: everything by step index. */
export interface PlanGraph {
  size: number;
  dependencies: number[][];
  dependents: number[][];
  /** What the provider is asked for; undefined for a step that needs no call (retain). */
  calls: (ProviderCall | undefined)[];
  medianSeconds: number[];
  sigma: number[];
  /** Expected seconds on the longest path from the step's start to the end of the run, itself included. */
  remainingSeconds: number[];
}

/** Prepares a plan for `schedule`. The plan must be acyclic (`checkPlan`). */
export function prepareGraph(
  plan: Pick<Plan, 'steps'>,
  expectedSeconds: (step: Step) => Expectation,
): PlanGraph {
  throw new Error(`not yet: ${plan.steps.length} ${typeof expectedSeconds}`);
}
