import type { Inventory } from '../../inventory/inventory.ts';
import type { Capsule } from '../../model/change.ts';
import type { HashedPlan } from '../../model/plan.ts';
import type { ProviderCall } from '../../model/run.ts';
import { predictSeconds } from '../../planner/index.ts';
import { expectedDurations } from '../duration-history.ts';

/**
 * Returns the expected durations of a plan and its rollback in whole seconds, with durations from history if available.
 */
export async function predictedTimes(
  { inventory, callsPerSecond }: { inventory: Inventory; callsPerSecond: Record<ProviderCall, number> },
  plan: HashedPlan,
  inverse: HashedPlan | undefined,
): Promise<Capsule['predicted']> {
  const { predicted } = await expectedDurations(inventory, plan.environment);
  const seconds = (one: HashedPlan) => Math.ceil(predictSeconds(one, predicted, callsPerSecond));
  return { doSeconds: seconds(plan), undoSeconds: inverse === undefined ? 0 : seconds(inverse) };
}
