import type { Executions } from '../../executions/executions.ts';
import type { Ledger } from '../../ledger/ledger.ts';
import { finalRequestStatuses } from '../../model/run.ts';
import type { CapacityChange } from '../../model/scaling-decision.ts';
import { type CapacityInFlight, type ScalingState, type Slot, slots } from '../../model/scaling-state.ts';

/** Tells whether a request has not ended. One that was never admitted is not open. */
export async function isOpen(ledger: Pick<Ledger, 'findRequest'>, requestId: string): Promise<boolean> {
  const request = await ledger.findRequest(requestId);
  return request !== undefined && !finalRequestStatuses.includes(request.status);
}

/** Tells whether a change is still on its way: its execution runs, or its request is open. */
export async function isInFlight(
  { executions, ledger }: { executions: Pick<Executions, 'status'>; ledger: Pick<Ledger, 'findRequest'> },
  { executionArn, requestId }: CapacityInFlight,
): Promise<boolean> {
  return (await executions.status(executionArn)) === 'RUNNING' || (await isOpen(ledger, requestId));
}

const dayMillis = 86_400_000;
const changesKept = 300;
const longestRetryMinutes = 60;

/** How long no one is asked again after a normal change did not come about. */
const askAgainMinutes = 60;

/**
 * Returns what to remember of a change that ended, with the capacity as it was read back. Cooldowns count from now. After
 * a failure, the next attempt waits twice as long as the last one did, up to an hour; people are asked again after an
 * hour.
 */
export function ended(
  state: ScalingState,
  slot: Slot,
  { now, live, outcome }: { now: string; live: number; outcome: string },
): Pick<ScalingState, 'changes' | 'last' | 'asked'> {
  const flight = state[slot];
  if (flight === undefined) return {};
  const { property, from } = flight;
  const memory = slots[slot];
  const reached = outcome === 'Completed';
  const last = state[memory]?.[property];
  const failures = reached ? 0 : (last?.failures ?? 0) + 1;
  const minutes =
    slot === 'waiting' ? askAgainMinutes : Math.min(longestRetryMinutes, 2 ** Math.min(failures, 10));
  const retryAt = new Date(Date.parse(now) + minutes * 60_000).toISOString();
  // While a normal change waited, standard ones may have changed the capacity, and are recorded already.
  const moved = live !== from && (slot === 'inFlight' || reached);
  const change: CapacityChange[] = moved ? [{ at: now, from, to: live }] : [];
  const young = [...(state.changes?.[property] ?? []), ...change].filter(
    ({ at }) => Date.parse(now) - Date.parse(at) <= dayMillis,
  );
  return {
    changes: { ...state.changes, [property]: young.slice(-changesKept) },
    [memory]: {
      ...state[memory],
      ...(last && { [property]: { ...last, outcome, failures, ...(reached ? {} : { retryAt }) } }),
    },
  };
}
