import type { Budget, StepStatus } from '../model/run.ts';
import type { PlanGraph } from './graph.ts';

/** How far a run has come, by step index; times in epoch seconds. */
export interface RunState {
  status: StepStatus[];
  startedAtSeconds: (number | undefined)[];
  /** Earliest time of the next attempt of a step that was throttled. */
  retryAtSeconds?: (number | undefined)[];
  /** Nothing may start any more: a step failed or someone cancelled. */
  stopping: boolean;
  /** Ticks so far, this one included. */
  ticks: number;
  /** Steps that ran and ended, well or not. */
  completions: number;
}

/** What a tick does, by step index. */
export interface Decision {
  /** Call the provider for these, in this order; their tokens are taken. */
  start: number[];
  /** These will never start: to become `Skipped`. */
  settle: number[];
  /** These could start but for the budget or a retry's delay. */
  unblock: number[];
  budget: Budget;
  /** Whole seconds until the next tick, at least 1; undefined when every step is final. */
  nextTickSeconds: number | undefined;
}

/** Decides what a tick of the pump does. Pure; call it after outcomes have been recorded in `state`. */
export function schedule(graph: PlanGraph, state: RunState, budget: Budget, now: number): Decision {
  throw new Error(`not yet: ${graph.size} ${state.ticks} ${budget.create.tokens} ${now}`);
}
