import type { Inventory } from '../../inventory/inventory.ts';
import type { JsonValue } from '../../model/json.ts';
import type { HashedPlan } from '../../model/plan.ts';
import type { TypeLookup } from '../../model/spec.ts';
import { resolveReferences, UnresolvedReference } from '../../template/index.ts';
import { outputs } from '../pump/run-view.ts';

export interface OutputValue {
  value?: JsonValue;
  description?: string;
  exportName?: string;
  /** Why it has no value. */
  problem?: string;
}

/** Returns the outputs of a scope, from its assets in the inventory. */
export async function outputValues(
  { inventory, lookup }: { inventory: Inventory; lookup: TypeLookup },
  plan: HashedPlan,
): Promise<Record<string, OutputValue>> {
  if (Object.keys(plan.outputs).length === 0) return {};
  const assets = new Map((await inventory.scopeAssets(plan.scope)).map((asset) => [asset.logicalId, asset]));
  const outputsOf = (logicalId: string) => {
    const asset = assets.get(logicalId);
    return asset && outputs(lookup, asset.type, asset.identifier, asset.attributes);
  };
  return Object.fromEntries(
    Object.entries(plan.outputs).map(([name, { value, ...rest }]) => {
      try {
        return [name, { ...rest, value: resolveReferences(value, outputsOf) }];
      } catch (error) {
        if (!(error instanceof UnresolvedReference)) throw error;
        return [name, { ...rest, problem: error.message }];
      }
    }),
  );
}
