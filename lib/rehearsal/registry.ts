import type { Asset } from '../model/asset.ts';
import { hashOf, type JsonObject } from '../model/json.ts';
import { ends, keeps } from '../model/operations.ts';
import { placeOfStep } from '../model/place.ts';
import type { HashedPlan, Step } from '../model/plan.ts';
import { type Cell, keyIn } from './world.ts';

/** The simulated inventory. Steps that succeed are registered as in the state RegisterAsset. */
export class Registry {
  readonly #byKey = new Map<string, Asset>();
  readonly #original = new Map<string, Asset>();
  readonly #byId = new Map<string, Asset>();

  constructor(assets: readonly Asset[]) {
    for (const asset of assets) {
      this.#put(asset);
      this.#original.set(keyIn(asset, asset.type, asset.identifier), asset);
    }
  }

  /** Returns the assets that exist. */
  assets(): Asset[] {
    return [...this.#byKey.values()];
  }

  /** Returns the asset of the resource with this type and identifier there. */
  of(cell: Cell, type: string, identifier: string): Asset | undefined {
    return this.#byKey.get(keyIn(cell, type, identifier));
  }

  /** Returns the asset as it was before the rehearsal. */
  original(cell: Cell, type: string, identifier: string): Asset | undefined {
    return this.#original.get(keyIn(cell, type, identifier));
  }

  byId(assetId: string): Asset | undefined {
    return this.#byId.get(assetId);
  }

  register(
    plan: HashedPlan,
    step: Step,
    done: { identifier: string; applied: JsonObject; attributes: JsonObject },
  ) {
    const place = placeOfStep(plan, step);
    const before = this.of(place, step.type, done.identifier);
    if (ends(step)) {
      this.#byKey.delete(keyIn(place, step.type, done.identifier));
      return;
    }
    if (before !== undefined && keeps(step)) {
      this.#put({ ...before, version: before.version + 1, attributes: done.attributes });
      return;
    }
    const { scope, environment, service, owner, requestId } = plan;
    const { type, resource: logicalId, deletionPolicy, updateReplacePolicy } = step;
    const id = before?.id ?? hashOf([place.account, place.region, type, done.identifier]).slice(0, 32);
    this.#put({
      ...{ id, version: (before?.version ?? 0) + 1, provider: 'model', ...place, type, logicalId },
      ...{ scope, environment, service, owner, status: 'Active', desired: step.desired ?? {}, ...done },
      ...{ dependsOn: step.relationships, dependsOnAssets: [], deletionPolicy, updateReplacePolicy },
      ...{ requestId, changeId: '', runId: '', updatedAt: before?.updatedAt ?? '' },
    });
  }

  #put(asset: Asset): void {
    this.#byKey.set(keyIn(asset, asset.type, asset.identifier), asset);
    this.#byId.set(asset.id, asset);
  }
}
