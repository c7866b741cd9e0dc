import type { Documents } from '../../documents/documents.ts';
import type { ScalingIndex } from '../../inventory/scaling-index.ts';
import { numberIn } from '../../model/capacity/envelope.ts';
import { placeOf } from '../../model/place.ts';
import { valueAtPath } from '../../model/property-path.ts';
import type { ScalingItem } from '../../model/scaling-state.ts';
import type { Providers } from '../../providers/provider.ts';
import type { Subnets } from '../../providers/subnets.ts';
import { type ObserveServices, observedAssets } from './observed-assets.ts';
import { sharesQuota, withAddresses } from './outer-limits.ts';

export interface ObserveCapacityServices extends ObserveServices {
  scaling: ScalingIndex;
  documents: Documents;
  providers: Providers;
  subnets: Pick<Subnets, 'free'>;
}

export interface CapacityObservation {
  assetId: string;
  property: string;
  /** `Gone`: the asset ended, or declares no scaling of this capacity any more. */
  status: 'Observed' | 'Gone';
  /** Hash of the input of the decision; empty if it is gone. */
  inputHash: string;
  /** Only for the log line. */
  scope?: string;
}

/** Reads the live capacity of an asset and its metrics again, and stores them for the decision. */
export async function observeCapacity(
  services: ObserveCapacityServices,
  { assetId, property, now, account }: { assetId: string; property: string; now: string; account: string },
): Promise<CapacityObservation> {
  const gone: CapacityObservation = { assetId, property, status: 'Gone', inputHash: '' };
  const found = await services.scaling.find(assetId);
  if (found === undefined) return gone;
  const live = await liveCapacity(services.providers, found.item, property);
  if (live === undefined) return gone;
  const item = { ...found.item, capacities: { ...found.item.capacities, [property]: live } };
  const asset = { ...found, item };
  const all = sharesQuota(services.settings, item) ? await services.scaling.all() : [asset];
  const observed = await observedAssets(services, [asset], { now, account, all });
  const own = observed.filter(({ envelope }) => envelope.trait.property === property);
  const [one] = await withAddresses(services.subnets, own, account);
  if (one === undefined) return gone;
  // Whether something is in flight is decided by the record itself, in one write with the decision.
  const { inFlight: _, ...input } = one.input;
  return {
    ...{ assetId, property, status: 'Observed', scope: found.item.scope },
    inputHash: await services.documents.put(input),
  };
}

/** Returns the capacity that the service has now, or undefined if the resource is gone or has none. */
export async function liveCapacity(
  providers: Providers,
  item: ScalingItem,
  property: string,
): Promise<number | undefined> {
  const { type, identifier } = item;
  const live = await providers.of(type).read({ type, identifier, place: placeOf(item) });
  return live && numberIn(valueAtPath(live, property));
}
