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

/** What is to be done now. Weights are percentages of the new side. */
export type ShiftAction =
  | { kind: 'hold' }
  | { kind: 'set-weight'; weight: number }
  /** All traffic is on the new side and its analysis has passed: the old side drains, and is kept until the shift is done. */
  | { kind: 'promote' }
  | { kind: 'roll-back'; weight: number }
  | { kind: 'wait-for-person' }
  | { kind: 'done'; outcome: 'promoted' | 'rolled-back' };

/** A decision: which rule made it, why, what is to be done, and the state after it. */
export interface Decided {
  rule: string;
  why: string;
  action: ShiftAction;
  state: ShiftState;
}
