import type { AssetVersion, Inventory } from '../../inventory/inventory.ts';
import type { Asset } from '../../model/asset.ts';
import { withoutKeys } from '../without-keys.ts';

/** An asset with its history and its relationships in both directions. */
export interface ShownAsset {
  asset: Asset;
  versions: AssetVersion[];
  dependsOn: Asset[];
  neededBy: Asset[];
}

/** Returns undefined if the inventory doesn't have the asset. */
export async function readAsset(
  inventory: Pick<Inventory, 'asset' | 'assets' | 'versions' | 'dependents'>,
  assetId: string,
): Promise<ShownAsset | undefined> {
  const asset = await inventory.asset(assetId);
  if (asset === undefined) return undefined;
  const [versions, dependsOn, neededBy] = await Promise.all([
    inventory.versions(assetId),
    inventory.assets(asset.dependsOnAssets),
    inventory.dependents(assetId).then((ids) => inventory.assets(ids)),
  ]);
  return { asset, versions: versions.map(withoutKeys), dependsOn, neededBy };
}
