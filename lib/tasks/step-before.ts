import type { HashedPlan, Step } from '../model/plan.ts';

/** Returns the index of the step whose resource a `verify` step verifies: the one it waits for. */
export function stepBefore(
  plan: Pick<HashedPlan, 'steps'>,
  step: Pick<Step, 'dependsOn'>,
): number | undefined {
  const index = plan.steps.findIndex(({ id }) => id === step.dependsOn[0]);
  return index < 0 ? undefined : index;
}
