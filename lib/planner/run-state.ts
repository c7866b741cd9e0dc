import type { StepStatus } from '../model/run.ts';

/** The progress of a run by step index. Times in epoch seconds. */
export interface RunState {
  status: readonly StepStatus[];
  startedAtSeconds: readonly (number | undefined)[];
  /** Earliest time of the next attempt of a throttled step. */
  retryAtSeconds?: readonly (number | undefined)[];
  /** No step may start anymore, because a step failed or the run was canceled. */
  stopping: boolean;
  /** Number of ticks, including this one. */
  ticks: number;
  /** Number of steps that ran and ended, successfully or not. */
  completions: number;
}
