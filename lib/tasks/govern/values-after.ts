import type { Asset } from '../../model/asset.ts';
import type { JsonObject, JsonValue } from '../../model/json.ts';
import { changes } from '../../model/operations.ts';
import type { HashedPlan, Step } from '../../model/plan.ts';
import type { TypeLookup } from '../../model/spec.ts';
import { type ResourceOutputs, resolveReferences, UnresolvedReference } from '../../template/index.ts';
import { outputs } from '../pump/run-view.ts';

/**
 * Returns what is known about a value after a plan: nothing for a created or replaced resource, and for an updated one
 * everything but the properties that become unknown.
 */
export function valuesAfter(
  lookup: TypeLookup,
  plan: HashedPlan,
  assets: readonly Asset[],
): (value: JsonValue) => JsonValue | undefined {
  const stepOf = new Map(plan.steps.map((step) => [step.resource, step]));
  const assetOf = new Map(assets.map((asset) => [asset.logicalId, asset]));
  const known = new Map<string, ResourceOutputs | undefined>();
  const valueAfter = (value: JsonValue): JsonValue | undefined => {
    try {
      return resolveReferences(value, outputsAfter);
    } catch (error) {
      if (!(error instanceof UnresolvedReference)) throw error;
      return undefined;
    }
  };
  function outputsAfter(logicalId: string): ResourceOutputs | undefined {
    if (!known.has(logicalId)) known.set(logicalId, outputsOf(assetOf.get(logicalId), stepOf.get(logicalId)));
    return known.get(logicalId);
  }
  function outputsOf(asset: Asset | undefined, step: Step | undefined): ResourceOutputs | undefined {
    if (asset === undefined || (step !== undefined && !changes(step))) return undefined;
    const attributes = step === undefined ? asset.attributes : updated(asset.attributes, step);
    return outputs(lookup, asset.type, asset.identifier, attributes);
  }
  function updated(attributes: JsonObject, { desired = {}, changes = [] }: Step): JsonObject {
    const changed = new Set(changes.map(({ path }) => path.split('.')[0] ?? ''));
    const after = Object.entries(attributes).filter(([name]) => !changed.has(name));
    for (const name of changed) {
      const value = desired[name] === undefined ? undefined : valueAfter(desired[name]);
      if (value !== undefined) after.push([name, value]);
    }
    return Object.fromEntries(after);
  }
  return valueAfter;
}
