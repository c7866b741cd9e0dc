import type { Asset } from '../../model/asset.ts';
import type { Deployment } from '../deployment.ts';

/** Finds an active asset by its id or by ENVIRONMENT/NAME/LOGICAL-ID, or explains why there is none. */
export async function findAsset(
  { inventory }: Pick<Deployment, 'inventory'>,
  name: string,
): Promise<Asset | { problem: string }> {
  const [environment = '', scope, logicalId, ...more] = name.split('/');
  const named = scope !== undefined && logicalId !== undefined && more.length === 0;
  const found = named
    ? (await inventory.scopeAssets(`${environment}/${scope}`)).filter(
        (asset) => asset.logicalId === logicalId,
      )
    : await inventory.assets([name]);
  const [asset] = found.filter(({ status }) => status === 'Active' || status === 'Unknown');
  if (asset !== undefined) return asset;
  const [gone] = found;
  const problem =
    gone === undefined
      ? `the inventory holds no asset ${name}; \`baton inventory list\` shows their ids`
      : `asset ${name} is ${gone.status} already`;
  return { problem };
}
