import type { Asset } from '../../model/asset.ts';
import type { Deployment } from '../deployment.ts';

/** Finds an active asset by its id or by ENVIRONMENT/NAME/LOGICAL-ID, or explains why there is none. */
export async function findAsset(
  deployment: Pick<Deployment, 'inventory'>,
  name: string,
): Promise<Asset | { problem: string }> {
  const found = await findAssets(deployment, name);
  const asset = found.find(isActive);
  if (asset !== undefined) return asset;
  const [gone] = found;
  const problem =
    gone === undefined
      ? `the inventory holds no asset ${name}; \`baton inventory list\` shows their ids`
      : `asset ${name} is ${gone.status} already`;
  return { problem };
}

/** Finds the asset of an id, or the assets that have or had the name ENVIRONMENT/NAME/LOGICAL-ID, the active one first. */
export async function findAssets(
  { inventory }: Pick<Deployment, 'inventory'>,
  name: string,
): Promise<Asset[]> {
  const [environment = '', scope, logicalId, ...more] = name.split('/');
  const named = scope !== undefined && logicalId !== undefined && more.length === 0;
  const found = named
    ? (await inventory.scopeAssets(`${environment}/${scope}`)).filter(
        (asset) => asset.logicalId === logicalId,
      )
    : await inventory.assets([name]);
  return found.toSorted((a, b) => Number(isActive(b)) - Number(isActive(a)));
}

const isActive = ({ status }: Asset): boolean => status === 'Active' || status === 'Unknown';
