/**
 * How far each strand of an execution has come. A redrive continues from there. A redriven state is not entered again:
 * it keeps the entry event, input and variables of the first time ("Restarting state machine executions with redrive in
 * Step Functions", Developer Guide; event ids as recorded from AWS in radkawar/stackd,
 * testdata/aws/stepfunctions/redrive_execution.json).
 */

import type { MapRun, MapRunConfig, MapSettings } from './children.ts';
import type { Data } from './data.ts';
import type { Assignments } from './variables.ts';

/** Where the strand continues. `next` is undefined if its scope ends with `output`. */
export interface Outcome {
  output: Data;
  next: string | undefined;
}

export interface Progress {
  /** The state that the strand is in. Undefined before the first state and after the last. */
  at?: Position | undefined;
  /** The result of the scope, if it succeeded. */
  done?: { output: Data; lastEventId: number };
}

/** One entry into one state. */
export interface Position {
  state: string;
  input: Data;
  enteredId: number;
  enteredTime: string;
  /** The strand's own variables on entry. */
  assigned: Assignments;
  inside?: Branches | Items | undefined;
  /** Set together with the exit event: a redrive doesn't run a state again that was exited. */
  left?: { outcome: Outcome; exitedId: number };
}

/** How far the branches of a Parallel have come. */
export interface Branches {
  kind: 'branches';
  input: Data;
  startedId: number;
  strands: Progress[];
}

/** How far a Map has come: by index of its iterations, or in its map run. */
export interface Items {
  kind: 'items';
  settings: MapSettings;
  startedId: number;
  iterations: (Progress | undefined)[];
  /** The events that recorded the success of iterations. */
  succeeded: Map<number, number>;
  distributed?: { run: MapRun; config: MapRunConfig };
}

/** Returns a copy for a new strand to continue from. Later events of the old strand don't affect it. */
export function resumed(progress: Progress | undefined): Progress {
  if (progress?.at === undefined) return { ...progress };
  return { ...progress, at: { ...progress.at } };
}

/**
 * Tells whether a redrive runs the whole state again, including the parts that succeeded: after a failure by data size
 * or of the runtime ("Redrive behavior of individual states", "Redriving Map Runs").
 */
export function isRunAgainWhole(error: string | undefined): boolean {
  return error === 'States.DataLimitExceeded' || error === 'States.Runtime';
}
