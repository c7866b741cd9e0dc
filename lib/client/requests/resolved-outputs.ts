import type { Asset } from '../../model/asset.ts';
import type { JsonValue } from '../../model/json.ts';
import { ensureTypes, typeLookup } from '../../spec/index.ts';
import { outputs as outputsOfResource } from '../../tasks/pump/run-view.ts';
import { resolveReferences, UnresolvedReference } from '../../template/index.ts';
import type { Snapshot } from './watch-request.ts';

/** Evaluates the outputs of a plan from the current assets. Omits outputs without a value. */
export function resolvedOutputs({ plan }: Snapshot, assets: readonly Asset[]): Record<string, JsonValue> {
  const wanted = Object.entries(plan?.outputs ?? {});
  if (wanted.length === 0) return {};
  const lookup = typeLookup(ensureTypes());
  const active = new Map(
    assets.filter(({ status }) => status === 'Active').map((asset) => [asset.logicalId, asset]),
  );
  const outputsOf = (logicalId: string) => {
    const asset = active.get(logicalId);
    return asset && outputsOfResource(lookup, asset.type, asset.identifier, asset.attributes);
  };
  return Object.fromEntries(
    wanted.flatMap(([name, { value }]) => {
      try {
        return [[name, resolveReferences(value, outputsOf)]];
      } catch (error) {
        if (error instanceof UnresolvedReference) return [];
        throw error;
      }
    }),
  );
}
