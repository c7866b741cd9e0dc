import type { ScalingIndex } from '../../inventory/scaling-index.ts';
import type { Ledger } from '../../ledger/ledger.ts';
import type { RequestRecord } from '../../ledger/records.ts';
import { finalRequestStatuses } from '../../model/run.ts';
import type { CapacityInFlight } from '../../model/scaling-state.ts';
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
    await stop(services, request, reason, now);
    return { assetId, status: 'Stopped', scope };
  }
  const found = await scaling.find(assetId);
  const status = request?.status ?? 'Failed';
  const slot = (['inFlight', 'waiting'] as const).find((name) => found?.state[name]?.requestId === requestId);
  if (found === undefined || slot === undefined) return { assetId, status, scope };
  const { item, state } = found;
  const live = (await liveCapacity(providers, item, property)) ?? state[slot]?.from ?? 0;
  await scaling.settle(assetId, requestId, ended(state, slot, { now, live, outcome: status }), slot);
  if (slot === 'inFlight') await stopOutdated(services, state.waiting, { property, live, now });
  return { assetId, status, scope };
}

/** A normal change that was decided on another capacity would be refused once people have approved it. */
async function stopOutdated(
  services: VerifyCapacityServices,
  waiting: CapacityInFlight | undefined,
  { property, live, now }: { property: string; live: number; now: string },
): Promise<void> {
  if (waiting === undefined || waiting.property !== property || waiting.from === live) return;
  const request = await services.ledger.findRequest(waiting.requestId);
  if (request === undefined || finalRequestStatuses.includes(request.status)) return;
  await stop(services, request, `What it asks for is outdated: the capacity is ${live} now`, now);
}

/** Cancels a request in the name of its requester. */
async function stop(
  services: VerifyCapacityServices,
  request: RequestRecord,
  reason: string,
  at: string,
): Promise<void> {
  await stopRequest(services, request, { actor: `source/${request.requester}`, at, id: 'outdated', reason });
}
