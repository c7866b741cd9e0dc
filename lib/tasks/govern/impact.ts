import type { Inventory } from '../../inventory/inventory.ts';
import type { Asset } from '../../model/asset.ts';
import type { ImpactedAsset } from '../../model/change.ts';
import { creates } from '../../model/operations.ts';
import type { HashedPlan } from '../../model/plan.ts';

/**
 * Maximum number of dependents to find. With more, a change is of high risk anyway, and an approver reads no further.
 */
const dependentsMax = 500;

/** Returns the assets that a plan changes, and their direct and indirect dependents outside the plan. */
export async function impactOf(inventory: Inventory, plan: HashedPlan): Promise<ImpactedAsset[]> {
  const changedIds = [...new Set(plan.steps.flatMap(({ assetId }) => assetId ?? []))];
  const changed = await inventory.assets(changedIds);
  const seen = new Set([...changedIds, ...plan.unchanged.map(({ assetId }) => assetId)]);
  const dependents: Asset[] = [];
  // An unchanged resource of the plan isn't affected itself, but its dependents may be.
  let frontier = changedIds;
  while (frontier.length > 0 && dependents.length < dependentsMax) {
    const next = await Promise.all(frontier.map((assetId) => inventory.dependents(assetId)));
    const ids = [...new Set(next.flat())].filter((assetId) => !seen.has(assetId));
    for (const assetId of ids) seen.add(assetId);
    const found = (await inventory.assets(ids)).filter(({ status }) => status === 'Active');
    dependents.push(...found);
    frontier = found.map(({ id }) => id);
  }
  const row = (asset: Asset, relation: ImpactedAsset['relation']): ImpactedAsset => {
    const { id, logicalId, type, scope, version } = asset;
    return { assetId: id, logicalId, type, scope, version, relation };
  };
  return [
    ...changed.map((asset) => row(asset, 'changed')),
    ...dependents.slice(0, dependentsMax).map((asset) => row(asset, 'dependent')),
  ].sort((a, b) => (`${a.relation} ${a.assetId}` < `${b.relation} ${b.assetId}` ? -1 : 1));
}

/** Returns the types that the plan creates and that its environment has no asset of, sorted. */
export async function novelTypes(inventory: Inventory, plan: HashedPlan): Promise<string[]> {
  const made = plan.steps.filter(creates).map(({ type }) => type);
  const types = [...new Set(made)].sort();
  const known = new Set(
    (await inventory.find('environment', plan.environment, knownMax)).map(({ type }) => type),
  );
  const unseen = types.filter((type) => !known.has(type));
  const found = await Promise.all(unseen.map((type) => inventory.find('type', type, knownMax)));
  return unseen.filter((_, at) => !found[at]?.some(({ environment }) => environment === plan.environment));
}

/**
 * Number of assets to read for finding the environment's types. For a larger environment, types are queried
 * individually.
 */
const knownMax = 200;
