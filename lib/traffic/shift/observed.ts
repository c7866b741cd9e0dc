import type { ExternalVerdict } from '../../model/verdict.ts';

/** What was read of one metric. Absent, null and numbers that aren't finite mean that there is no data. */
export interface Reading {
  /** Values of the new side in this step, the latest last. */
  target?: readonly (number | null)[];
  /** Values of the stable side, for comparison. */
  stable?: readonly (number | null)[];
  /** What a function answered; null, and why, if it gave no answer. */
  verdict?: ExternalVerdict | null;
  why?: string;
}

export type Command = 'pause' | 'continue' | 'abort';

/** Everything that one decision is made from. Times are in seconds. */
export interface Observed {
  now: number;
  /** The percentage of the new side as read back; null if it could not be read. */
  weight: number | null;
  /** Whether a change of the weight is in flight. */
  inFlight: boolean;
  /** Whether the sides can serve; null if unknown. */
  targetReady: boolean | null;
  stableReady: boolean | null;
  /** Requests that the new side has served in this step; null if unknown. */
  samples: number | null;
  /** States of alarms by name. */
  alarms: Readonly<Record<string, 'OK' | 'ALARM' | 'INSUFFICIENT_DATA'>>;
  /** Readings of the plan's metrics, in its order. */
  metrics: readonly Reading[];
  /** Requests or connections that the losing side still serves; null if unknown. */
  draining: number | null;
  /** What a person asked for since the last decision. */
  command?: Command;
}
