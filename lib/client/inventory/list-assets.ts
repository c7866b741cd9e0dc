import type { Inventory } from '../../inventory/inventory.ts';
import { type IndexedField, indexes } from '../../inventory/keys.ts';
import type { Asset } from '../../model/asset.ts';
import { compareText } from '../../model/text.ts';

/** The value each field must have; assets of every value where it is absent. */
export type WantedAssets = Partial<Record<IndexedField, string>>;

/** Narrowest index first: what few assets share is asked for, the rest is sieved. */
const byNarrowness: IndexedField[] = ['type', 'service', 'owner', 'environment', 'status'];

/** Assets by scope and logical id; those that are active, unless another status is wanted. */
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
