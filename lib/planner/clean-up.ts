import type { Asset } from '../model/asset.ts';
import { forgets } from '../model/operations.ts';
import { placeOf } from '../model/place.ts';
import type { Step } from '../model/plan.ts';
import type { DeletionPolicy } from '../model/request.ts';
import type { TypeLookup } from '../model/spec.ts';
import { inverseOf } from './inverse.ts';

/** An asset to remove, and the policy that says how. */
export interface Doomed {
  asset: Asset;
  policy: DeletionPolicy;
}

/**
 * Returns steps that delete or retain assets, each after its dependents in the inventory.
 *
 * `Retain` and `RetainExceptOnCreate` retain (the exception is a create that is rolled back, which deletes). `Snapshot`
 * retains too: Cloud Control's DeleteResource takes a type, an identifier, a role and a client token and can't request
 * a final snapshot (AWS Cloud Control API Reference, DeleteResource), and handlers take one only on request. Keeping
 * the resource is the choice without data loss; people take the snapshot.
 */
export function cleanUpSteps(doomed: readonly Doomed[], lookup: TypeLookup): Step[] {
  const steps = new Map<string, Step>();
  const taken = new Set<string>();
  for (const { asset, policy } of doomed) {
    const step = cleanUpStep(asset, policy, lookup);
    if (taken.has(step.id)) step.id = `${step.id}:${asset.id.slice(0, 12)}`;
    taken.add(step.id);
    steps.set(asset.id, step);
  }
  for (const [assetId, needed] of neededPairs(doomed.map(({ asset }) => asset))) {
    const id = steps.get(assetId)?.id;
    if (id !== undefined) steps.get(needed)?.dependsOn.push(id);
  }
  return [...steps.values()];
}

function cleanUpStep(asset: Asset, policy: DeletionPolicy, lookup: TypeLookup): Step {
  const operation = policy === 'Delete' ? 'delete' : 'retain';
  const spec = lookup(asset.type);
  const undoable = { operation, type: asset.type, previous: asset.desired } as const;
  return {
    id: `${operation}:${asset.logicalId}`,
    resource: asset.logicalId,
    type: asset.type,
    operation,
    place: placeOf(asset),
    dependsOn: [],
    identifier: asset.identifier,
    assetId: asset.id,
    assetVersion: asset.version,
    previous: asset.desired,
    deletionPolicy: asset.deletionPolicy,
    updateReplacePolicy: asset.updateReplacePolicy,
    relationships: asset.dependsOn,
    holdsData: spec?.holdsData ?? false,
    inverse: inverseOf(undoable, spec),
  };
}

/**
 * Returns pairs (asset, dependency) among the removed assets, without those that close a cycle. An abandoned run may
 * leave a cycle in the inventory, which must not keep its members.
 */
function neededPairs(assets: readonly Asset[]): [string, string][] {
  const byId = new Map(assets.map((asset) => [asset.id, asset]));
  const byName = new Map(assets.toReversed().map((asset) => [asset.logicalId, asset]));
  const neededBy = (asset: Asset): Asset[] => {
    const found =
      asset.dependsOnAssets.length > 0
        ? asset.dependsOnAssets.map((id) => byId.get(id))
        : asset.dependsOn.map((name) => byName.get(name));
    return [...new Set(found)].filter((other) => other !== undefined && other !== asset) as Asset[];
  };
  const pairs: [string, string][] = [];
  const seen = new Set<Asset>();
  const onPath = new Set<Asset>();
  for (const root of assets) {
    const stack = [{ asset: root, open: seen.has(root) ? [] : neededBy(root) }];
    seen.add(root);
    onPath.add(root);
    for (let top = stack.at(-1); top !== undefined; top = stack.at(-1)) {
      const needed = top.open.pop();
      if (needed === undefined) {
        onPath.delete(top.asset);
        stack.pop();
      } else if (!onPath.has(needed)) {
        pairs.push([top.asset.id, needed.id]);
        if (!seen.has(needed)) {
          seen.add(needed);
          onPath.add(needed);
          stack.push({ asset: needed, open: neededBy(needed) });
        }
      }
    }
  }
  return pairs;
}

/** Above this many pairs, one cleanup step waits for everything before on behalf of the others. */
const pairsMax = 20_000;

/**
 * Makes cleanup wait until everything else is done, as CloudFormation does: until then nothing is lost that a rollback
 * would need. `before` and `after` are steps of one plan. Only the last steps of `before` and the first of `after` need
 * edges.
 */
export function cleanUpLast(before: readonly Step[], after: readonly Step[]): void {
  const needed = new Set(before.flatMap((step) => step.dependsOn));
  const ends = before.filter((step) => !needed.has(step.id)).map((step) => step.id);
  const beginnings = after.filter((step) => step.dependsOn.length === 0);
  if (ends.length * beginnings.length <= pairsMax) {
    for (const step of beginnings) step.dependsOn = [...ends];
    return;
  }
  const gate = beginnings.find(forgets) ?? beginnings[0];
  if (gate === undefined) return;
  for (const step of beginnings) step.dependsOn = step === gate ? [...ends] : [gate.id];
}
