import type { Inventory } from '../../inventory/inventory.ts';
import type { Asset } from '../../model/asset.ts';
import type { ImpactedAsset } from '../../model/change.ts';
import type { HashedPlan } from '../../model/plan.ts';

/** Dependents looked for at most: beyond that a change is of high risk anyway, and an approver reads no further. */
const dependentsMax = 500;

/** The assets a plan changes, and those that depend on them, directly or not, and are not in the plan. */
export async function impactOf(inventory: Inventory, plan: HashedPlan): Promise<ImpactedAsset[]> {
  const changedIds = [...new Set(plan.steps.flatMap(({ assetId }) => assetId ?? []))];
  const changed = await inventory.assets(changedIds);
  const seen = new Set([...changedIds, ...plan.unchanged.map(({ assetId }) => assetId)]);
  const dependents: Asset[] = [];
  // What stands in the plan unchanged is not impacted itself, but what lies behind it may be.
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

/** Types the plan makes that its environment has no asset of yet, sorted. */
export async function novelTypes(inventory: Inventory, plan: HashedPlan): Promise<string[]> {
  const made = plan.steps.filter(({ operation }) => operation === 'create').map(({ type }) => type);
  const types = [...new Set(made)].sort();
  const known = new Set(
    (await inventory.find('environment', plan.environment, knownMax)).map(({ type }) => type),
  );
  const unseen = types.filter((type) => !known.has(type));
  const found = await Promise.all(unseen.map((type) => inventory.find('type', type, knownMax)));
  return unseen.filter((_, at) => !found[at]?.some(({ environment }) => environment === plan.environment));
}

/** Assets read to learn which types an environment knows; large ones are asked by type besides. */
const knownMax = 200;
