import type { Asset } from '../model/asset.ts';
import type { Problem } from '../model/errors.ts';
import { hashOf } from '../model/json.ts';
import type { Place } from '../model/place.ts';
import type { HashedPlan, Plan } from '../model/plan.ts';
import { type Header, scopeOf } from '../model/request.ts';
import type { TypeLookup } from '../model/spec.ts';
import { cleanUpSteps } from './clean-up.ts';
import { currentAssets } from './current-assets.ts';
import { PlanRefused, StillNeeded } from './errors.ts';

export interface DecommissionInput {
  requestId: string;
  header: Header;
  /** The assets to remove. Absent: the whole scope. */
  assetIds?: string[];
  /** Assets of the scope. */
  assets: Asset[];
  /** Assets outside the scope that refer to assets in it. */
  dependents: Asset[];
  /** Partition of the account. Default `aws`. */
  partition?: string;
  /** Where the request is; where the first of the assets is when absent. */
  place?: Omit<Place, 'role'>;
  lookup: TypeLookup;
}

/**
 * Plans the removal of assets in reverse dependency order. Their deletion policies say which are only retained. Throws
 * `StillNeeded` with every dependent while a remaining asset depends on one of them, and `PlanRefused` if an asset is
 * missing or nothing is left to remove.
 */
export function planDecommission(input: DecommissionInput): HashedPlan {
  const { requestId, header, assets, lookup } = input;
  const { byName, leftovers } = currentAssets(assets);
  const present = [...byName.values(), ...leftovers];
  const wanted = input.assetIds && new Set(input.assetIds);
  const going = present.filter((asset) => wanted?.has(asset.id) ?? true);
  const staying = present.filter((asset) => !going.includes(asset));
  const scope = scopeOf(header);
  const missing = [...(wanted ?? [])].filter((id) => !going.some((asset) => asset.id === id));
  if (missing.length > 0) throw new PlanRefused(missing.map((id) => notThere(id, scope)));
  const first = going[0];
  if (first === undefined) {
    throw new PlanRefused([
      { path: '', code: 'NothingThere', message: `${scope} holds nothing to decommission` },
    ]);
  }
  const problems = stillNeeded(going, staying, input.dependents);
  if (problems.length > 0) throw new StillNeeded(problems);
  const { environment, service, owner } = header;
  const { account, region } = input.place ?? first;
  const plan: Plan = {
    version: 1,
    requestId,
    scope,
    environment,
    service,
    owner,
    account,
    region,
    partition: input.partition ?? 'aws',
    direction: 'forward',
    steps: cleanUpSteps(
      going.map((asset) => ({ asset, policy: asset.deletionPolicy })),
      lookup,
    ),
    unchanged: staying.map(({ logicalId, id, version, identifier }) => ({
      resource: logicalId,
      assetId: id,
      assetVersion: version,
      identifier,
    })),
    outputs: {},
  };
  return { ...plan, hash: hashOf(plan) };
}

function notThere(id: string, scope: string): Problem {
  return { path: id, code: 'UnknownAsset', message: `${scope} has no active asset ${id}` };
}

/** Returns one problem for each remaining asset and each removed one that it depends on. */
function stillNeeded(going: Asset[], staying: Asset[], outside: Asset[]): Problem[] {
  const byId = new Map(going.map((asset) => [asset.id, asset]));
  const byName = new Map(going.map((asset) => [asset.logicalId, asset]));
  const kept = new Set(staying.map((asset) => asset.logicalId));
  const problems: Problem[] = [];
  const complain = (needed: Asset, by: Asset) => {
    problems.push({
      path: needed.logicalId,
      code: 'StillNeeded',
      message:
        `${needed.logicalId} (${needed.identifier}) is needed by ${by.logicalId} (${by.type}, ${by.identifier}) ` +
        `of ${by.scope}; decommission that too, or point it elsewhere first`,
    });
  };
  const inside = staying.map((asset) => ({
    asset,
    names: asset.dependsOn.filter((name) => !kept.has(name)),
  }));
  const others = outside.map((asset) => ({ asset, names: [] as string[] }));
  for (const { asset, names } of [...inside, ...others]) {
    if (asset.status === 'Retired' || byId.has(asset.id)) continue;
    const needed = [
      ...asset.dependsOnAssets.map((id) => byId.get(id)),
      ...names.map((name) => byName.get(name)),
    ];
    for (const one of new Set(needed)) if (one !== undefined) complain(one, asset);
  }
  return problems;
}
