import type { Asset } from '../../lib/model/asset.ts';
import { isObject } from '../../lib/model/json.ts';
import type { HashedPlan } from '../../lib/model/plan.ts';
import type { DesiredState } from '../../lib/model/request.ts';
import type { TypeLookup } from '../../lib/model/spec.ts';
import { planChange, type planUndo } from '../../lib/planner/index.ts';
import { carryOut } from '../../lib/rehearsal/carry-out.ts';
import { type LiveResource, rehearse } from '../../lib/rehearsal/index.ts';
import { Registry } from '../../lib/rehearsal/registry.ts';
import { ModelWorld } from '../../lib/rehearsal/world.ts';
import type { Random } from '../bench/random.ts';

/** Returns the resources after a request was applied to an empty cloud. */
export function standing(desired: DesiredState, lookup: TypeLookup): LiveResource[] {
  const plan = planChange({ requestId: 'request-0', desired, assets: [], lookup });
  const world = new ModelWorld(lookup);
  const registry = new Registry([]);
  const results = carryOut(plan, { world, registry, lookup, before: new Map(), former: new Map() });
  for (const [id, { problem }] of results) if (problem !== undefined) throw new Error(`${id}: ${problem}`);
  // Existing resources have their own identifiers, which the model would not generate.
  const assets = JSON.parse(JSON.stringify(registry.assets()).replaceAll('made-up:', 'live-')) as Asset[];
  return assets.map((asset) => ({ asset, properties: asset.attributes }));
}

export function planFor(
  desired: DesiredState,
  live: readonly LiveResource[],
  lookup: TypeLookup,
): HashedPlan {
  const assets: Asset[] = live.map(({ asset }) => asset);
  return planChange({ requestId: 'request-1', desired, assets, lookup });
}

/** Rehearses the change from the existing to the desired resources. */
export function tryOut(
  desired: DesiredState,
  live: readonly LiveResource[],
  lookup: TypeLookup,
  undo?: typeof planUndo,
) {
  const plan = planFor(desired, live, lookup);
  return { plan, ...rehearse({ plan, runId: 'run-1', live, seed: 'live', lookup, undo }) };
}

/** Returns the request with random changes: values, removed properties, and removed resources with their dependents. */
export function disturbed(desired: DesiredState, random: Random, share: number): DesiredState {
  const changed = structuredClone(desired);
  const gone = new Set<string>();
  for (const resource of changed.resources) {
    const needsGone = resource.dependsOn.some((name) => gone.has(name));
    if (needsGone || random.next() < share / 10) gone.add(resource.logicalId);
    if (random.next() > share) continue;
    const { properties } = resource;
    const plain = Object.keys(properties).filter((name) => !isObject(properties[name]));
    const name = plain[random.below(plain.length)];
    if (name === undefined || JSON.stringify(properties[name]).includes('Ref'))
      resource.deletionPolicy = 'Retain';
    else if (typeof properties[name] === 'string') properties[name] = `other-${properties[name]}`;
    else if (random.next() < 0.5) properties[name] = ['other'];
  }
  changed.resources = changed.resources.filter(({ logicalId }) => !gone.has(logicalId));
  return changed;
}
