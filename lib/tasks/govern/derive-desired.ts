import type { Documents } from '../../documents/documents.ts';
import type { Inventory } from '../../inventory/inventory.ts';
import type { Ledger } from '../../ledger/ledger.ts';
import type { Asset } from '../../model/asset.ts';
import { placeOf } from '../../model/place.ts';
import type { DesiredOutput, DesiredState } from '../../model/request.ts';
import { requestReach } from '../../model/request-reach.ts';
import type { Settings } from '../../model/settings.ts';
import type { TypeLookup } from '../../model/spec.ts';
import { placedTags } from '../../model/tags.ts';
import { configure, currentAssets } from '../../planner/index.ts';
import { configuredState } from '../../request/configured-state.ts';
import { referencesIn } from '../../template/index.ts';

export interface DeriveServices {
  ledger: Pick<Ledger, 'findRequest'>;
  inventory: Pick<Inventory, 'exports'>;
  documents: Documents;
  settings: Settings;
  lookup: TypeLookup;
}

/**
 * Returns the desired state to plan for. A manifest contains it. For changes of single assets, it is their scope in the
 * current inventory with those changes. It is derived each time the request is planned, so changes by others in the
 * meantime are kept. Throws InvalidInput with every problem of the changes.
 */
export async function deriveDesired(
  services: DeriveServices,
  requestId: string,
  desired: DesiredState,
  assets: readonly Asset[],
): Promise<DesiredState> {
  const { header, wish, scope, account, region } = desired;
  if (wish.kind !== 'changes') return desired;
  const configured = configure({
    ...{ requestId, scope, assets, action: header.action },
    ...{ changes: wish.changes, lookup: services.lookup },
  });
  const current = [...currentAssets(assets).byName.values()];
  const state = configuredState(
    {
      header,
      assets: current,
      properties: new Map([...configured].map(([id, { properties }]) => [id, properties])),
      outputs: standingOutputs(await exportedOutputs(services, desired), current),
    },
    {
      ...{ account, region, lookup: services.lookup },
      reach: (given) => requestReach(services.settings, given),
    },
  );
  const assetOf = new Map(current.map((asset) => [asset.logicalId, asset]));
  const resources = state.resources.map((resource) => {
    const asset = assetOf.get(resource.logicalId);
    const owners = configured.get(asset?.id ?? '')?.owners ?? asset?.owners ?? [];
    const place = asset && { place: placeOf(asset) };
    return { ...resource, ...place, ...(owners.length > 0 && { owners }) };
  });
  return { ...state, wish, resources, tags: { ...placedTags(header.environment) } };
}

/**
 * Returns the outputs of existing assets. An asset may have been retired since, and its export keeps the last value.
 */
function standingOutputs(
  outputs: Record<string, DesiredOutput>,
  assets: readonly Asset[],
): Record<string, DesiredOutput> {
  const names = new Set(assets.map(({ logicalId }) => logicalId));
  return Object.fromEntries(
    Object.entries(outputs).filter(([, { value }]) =>
      referencesIn({ value }).every(({ logicalId }) => names.has(logicalId)),
    ),
  );
}

/** Returns the exported outputs of the scope's manifest, so that imports stay valid. */
async function exportedOutputs(
  { ledger, inventory, documents }: DeriveServices,
  { scope, account, region, header: { environment } }: DesiredState,
): Promise<Record<string, DesiredOutput>> {
  const exported = (await inventory.exports({ account, region, environment })).filter(
    (one) => one.scope === scope,
  );
  const [first] = exported;
  const request = first === undefined ? undefined : await ledger.findRequest(first.requestId);
  if (request?.desiredHash === undefined) return {};
  const { outputs } = await documents.get<DesiredState>(request.desiredHash);
  return Object.fromEntries(
    Object.entries(outputs).filter(([, { exportName }]) => exported.some(({ name }) => name === exportName)),
  );
}
