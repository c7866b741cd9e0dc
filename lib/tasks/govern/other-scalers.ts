import type { Inventory } from '../../inventory/inventory.ts';
import type { Asset } from '../../model/asset.ts';
import { nativeScalersOf } from '../../model/native-scaling/owners.ts';
import type { DesiredState } from '../../model/request.ts';

/** Of each type. A deployment has fewer, or its capacities are scaled in their own scopes. */
const scalersMax = 2000;

/**
 * Returns the assets of other scopes by which native auto scaling may decide a capacity of these resources: a platform
 * team may keep scalable targets apart from what they scale. Reads nothing if no resource has such a capacity.
 */
export async function otherScalers(
  inventory: Pick<Inventory, 'find'>,
  { resources, scope, account, region }: DesiredState,
): Promise<Asset[]> {
  const types = nativeScalersOf(new Set(resources.map(({ type }) => type)));
  const found = await Promise.all(types.map((type) => inventory.find('type', type, scalersMax)));
  return found
    .flat()
    .filter((one) => one.status === 'Active' && one.scope !== scope)
    .filter((one) => one.account === account && one.region === region);
}
