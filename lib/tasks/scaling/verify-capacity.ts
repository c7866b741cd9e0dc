import type { ScalingIndex } from '../../inventory/scaling-index.ts';
import type { Ledger } from '../../ledger/ledger.ts';
import type { Providers } from '../../providers/provider.ts';
import { type StopServices, stopRequest } from '../settle/stop-request.ts';
import { ended, isOpen } from './in-flight.ts';
import { liveCapacity } from './observe-capacity.ts';

export interface VerifyCapacityServices extends StopServices {
  ledger: Ledger;
  scaling: ScalingIndex;
  providers: Providers;
}

export interface VerifiedCapacity {
  assetId: string;
  /** How the request ended. `Stopped`: it took too long and is canceled; the next evaluation finds its end. */
  status: string;
  /** Only for the log line. */
  scope?: string;
}

/**
 * Reads back the capacity after its request, and records the change and that nothing is in flight. A request that is
 * still open, because it waits for people or a window, is canceled: what it asks for is outdated.
 */
export async function verifyCapacity(
  services: VerifyCapacityServices,
  {
    assetId,
    property,
    requestId,
    now,
  }: { assetId: string; property: string; requestId: string; now: string },
): Promise<VerifiedCapacity> {
  const { ledger, scaling, providers } = services;
  const request = await ledger.findRequest(requestId);
  const { scope } = request ?? {};
  if (request !== undefined && (await isOpen(ledger, requestId))) {
    const reason = 'What it asks for is outdated: the next evaluation decides again';
    await stopRequest(services, request, {
      actor: `source/${request.requester}`,
      at: now,
      id: 'outdated',
      reason,
    });
    return { assetId, status: 'Stopped', scope };
  }
  const found = await scaling.find(assetId);
  const { inFlight } = found?.state ?? {};
  const status = request?.status ?? 'Failed';
  if (found === undefined || inFlight?.requestId !== requestId) return { assetId, status, scope };
  const live = await liveCapacity(providers, found.item, property);
  await scaling.settle(
    assetId,
    requestId,
    ended(found.state, inFlight, { now, live: live ?? inFlight.from, outcome: status }),
  );
  return { assetId, status, scope };
}
