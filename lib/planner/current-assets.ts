import type { Asset } from '../model/asset.ts';

/** The assets that a plan manages. */
export interface CurrentAssets {
  /** The current asset for each logical id. */
  byName: Map<string, Asset>;
  /** Other assets with the same logical id, which an abandoned run left behind. */
  leftovers: Asset[];
}

/** Sorts the assets of a scope. Excludes retired and retained ones. */
export function currentAssets(assets: readonly Asset[]): CurrentAssets {
  const byName = new Map<string, Asset>();
  const leftovers: Asset[] = [];
  for (const asset of assets) {
    if (asset.status === 'Retired' || asset.status === 'Retained') continue;
    const other = byName.get(asset.logicalId);
    const newer = other === undefined || isNewer(asset, other);
    if (newer) byName.set(asset.logicalId, asset);
    if (other !== undefined) leftovers.push(newer ? other : asset);
  }
  return { byName, leftovers };
}

function isNewer(a: Asset, b: Asset): boolean {
  return a.updatedAt === b.updatedAt ? a.id > b.id : a.updatedAt > b.updatedAt;
}
