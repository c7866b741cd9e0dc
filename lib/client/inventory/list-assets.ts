import type { Inventory } from '../../inventory/inventory.ts';
import { type IndexedField, indexes } from '../../inventory/keys.ts';
import type { Asset } from '../../model/asset.ts';
import { compareText } from '../../model/text.ts';

/** Required values by field. An absent field matches every value. */
export type WantedAssets = Partial<Record<IndexedField, string>>;

/** Indexes, the most selective first. The first one that applies is queried, and the rest are filtered. */
const byNarrowness: IndexedField[] = ['type', 'service', 'owner', 'environment', 'status'];

/** Returns assets by scope and logical id: active ones, unless another status is given. */
export async function listAssets(inventory: Pick<Inventory, 'find'>, given: WantedAssets): Promise<Asset[]> {
  const wanted: WantedAssets = { ...given, status: given.status ?? 'Active' };
  const field = byNarrowness.find((name) => wanted[name] !== undefined) ?? 'status';
  const found = await inventory.find(field, wanted[field] ?? 'Active');
  return found.filter((asset) => fits(asset, wanted)).sort(byPlace);
}

function fits(asset: Asset, wanted: WantedAssets): boolean {
  const fields = Object.keys(indexes) as IndexedField[];
  return fields.every((field) => wanted[field] === undefined || asset[field] === wanted[field]);
}

function byPlace(left: Asset, right: Asset): number {
  return compareText(`${left.scope} ${left.logicalId}`, `${right.scope} ${right.logicalId}`);
}
