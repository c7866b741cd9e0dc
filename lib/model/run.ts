/** The statuses of a step in a run. */
export const stepStatuses = ['Waiting', 'InFlight', 'Verifying', 'Succeeded', 'Failed', 'Skipped'] as const;
/**
 * `Waiting`: not started. `InFlight`: the provider works on it. `Verifying`: the provider is done, and its health
 * checks run. `Succeeded` and `Failed` are final, and so is `Skipped`: never started, because the run stopped.
 */
export type StepStatus = (typeof stepStatuses)[number];

/** A budget of provider calls with up to `capacity` calls that gains `refillPerSecond`. Times in epoch seconds. */
export interface TokenBucket {
  tokens: number;
  capacity: number;
  refillPerSecond: number;
  updatedAtSeconds: number;
}
export type ProviderCall = 'create' | 'update' | 'delete';
/** Buckets by name. Each kind of call has one for each provider, account and region. */
export type Budget = Record<string, TokenBucket>;

export type RunStatus = 'Running' | 'Settling' | 'Succeeded' | 'Failed' | 'Cancelled' | 'Settled';
export type RequestStatus =
  | 'Admitted'
  | 'Planned'
  | 'Approved'
  | 'Applying'
  | 'Undoing'
  | 'Completed'
  | 'Rejected'
  | 'Failed'
  | 'RolledBack';
export const finalRequestStatuses: readonly RequestStatus[] = [
  'Completed',
  'Rejected',
  'Failed',
  'RolledBack',
];

const finalStepStatuses: ReadonlySet<StepStatus> = new Set(['Succeeded', 'Failed', 'Skipped']);

export function isFinal(status: StepStatus): boolean {
  return finalStepStatuses.has(status);
}
