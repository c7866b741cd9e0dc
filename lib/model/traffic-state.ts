/** What a shift waits for until a person says how it continues. */
export type WaitsFor = 'data' | 'readiness' | 'weight';

/** The state of a shift between two decisions. Times are in seconds. */
export interface ShiftState {
  phase: 'shifting' | 'paused' | 'waiting' | 'retreating' | 'draining' | 'done';
  /** The index of the current step; -1 before the first. */
  step: number;
  /** The weight that was set last, in percent of the new side. */
  wanted: number;
  /** When it was set, and when it was first read back. */
  setAt: number;
  reachedAt?: number;
  /** Since when the current step lacks data after its bake time, or the new side is not ready. */
  blockedSince?: number;
  waitsFor?: WaitsFor;
  /** A person let the current step pass without data. */
  passed?: boolean;
  /** Bad intervals in sequence, by rule. */
  failures: Readonly<Record<string, number>>;
  /** Why the shift goes back. */
  retreat?: { why: string; byAnalysis: boolean };
  /** A person decided that traffic goes back although the stable side is not ready. */
  forced?: boolean;
  outcome?: 'promoted' | 'rolled-back';
}
