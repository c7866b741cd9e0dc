import type { Deployment } from '../client/deployment.ts';
import { findAsset } from '../client/inventory/find-asset.ts';
import { UsageError } from './usage-error.ts';

/** Returns the id of an active asset, or undefined without a name. @throws UsageError */
export async function assetIdOf(
  deployment: Deployment,
  name: string | undefined,
): Promise<string | undefined> {
  if (name === undefined) return undefined;
  const asset = await findAsset(deployment, name);
  if ('problem' in asset) throw new UsageError([asset.problem]);
  return asset.id;
}
