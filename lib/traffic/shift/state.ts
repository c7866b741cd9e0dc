import type { ShiftState } from '../../model/traffic-state.ts';

export type { ShiftState, WaitsFor } from '../../model/traffic-state.ts';

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
