import { waits } from '../model/operations.ts';
import type { HashedPlan } from '../model/plan.ts';

/** Returns the ids of the assets that a plan touches. Contains undefined if the plan creates a resource. */
export function touchedBy({ steps }: Pick<HashedPlan, 'steps'>): (string | undefined)[] {
  // Another step of the plan creates or touches what a step that waits checks.
  const touching = steps.filter((step) => !waits(step));
  return [...new Set(touching.map(({ assetId }) => assetId))];
}
