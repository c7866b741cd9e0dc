import type { Inventory } from '../../inventory/inventory.ts';
import type { Asset } from '../../model/asset.ts';
import { makes, replaces } from '../../model/operations.ts';
import type { HashedPlan, Step } from '../../model/plan.ts';
import { assetOfStep } from '../asset-of-step.ts';

/**
 * Returns the asset with an identifier that this step must not claim: an asset of another scope, or of the same scope
 * under another logical id. A replacement must be a new resource: the identifier of the replaced resource still belongs
 * to it, and the plan deletes it.
 */
export async function otherHolder(
  inventory: Pick<Inventory, 'asset'>,
  plan: Pick<HashedPlan, 'environment' | 'account' | 'region' | 'scope'>,
  step: Pick<Step, 'type' | 'place' | 'resource' | 'operation' | 'identifier'>,
  identifier: string,
): Promise<Asset | undefined> {
  const asset = await inventory.asset(assetOfStep(plan, step, identifier));
  return asset !== undefined && isHeldByOther(asset, plan, step) ? asset : undefined;
}

/** Tells whether an asset isn't the step's own; see `otherHolder`. */
export function isHeldByOther(
  asset: Pick<Asset, 'scope' | 'logicalId' | 'status' | 'identifier'>,
  { scope }: Pick<HashedPlan, 'scope'>,
  step: Pick<Step, 'resource' | 'operation' | 'identifier'>,
): boolean {
  if (asset.status === 'Retired') return false;
  if (asset.scope !== scope) return true;
  if (asset.status === 'Retained') return false;
  if (makes(step) && asset.logicalId !== step.resource) return true;
  return replaces(step) && asset.identifier === step.identifier;
}

/** Returns a message with the owner of an identifier and what to do about it. */
export function takenMessage({ type, identifier, scope, logicalId, owner }: Asset): string {
  return (
    `${type} ${identifier} is ${logicalId} of ${scope}, owned by ${owner}, and this step did not create it. ` +
    `Choose another name, or change it through ${scope}.`
  );
}
