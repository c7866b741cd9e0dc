/**
 * How far each strand of an execution has come: what a redrive goes on from. A redriven state is not
 * entered again: it has the entry, the input and the variables of the first time ("Restarting state
 * machine executions with redrive in Step Functions", Developer Guide; event ids as recorded from AWS
 * in radkawar/stackd, testdata/aws/stepfunctions/redrive_execution.json).
 */
import type { Data } from './data.ts';
import type { MapRun, MapRunConfig } from './engine.ts';
import type { MapSettings } from './states/map-settings.ts';
import type { Assignments } from './variables.ts';
import type { Outcome } from './visit.ts';

export interface Progress {
  /** The state the strand is in; undefined before its first state and after its last. */
  at?: Position | undefined;
  /** How its scope ended, when it succeeded. */
  done?: { output: Data; lastEventId: number };
}

/** One entry of one state. */
export interface Position {
  state: string;
  input: Data;
  enteredId: number;
  enteredTime: string;
  /** The strand's own variables on entry. */
  assigned: Assignments;
  inside?: Branches | Items | undefined;
  /** Set with the event that says so: what has been left is not carried out again. */
  left?: { outcome: Outcome; exitedId: number };
}

/** How far the branches of a Parallel have come. */
export interface Branches {
  kind: 'branches';
  input: Data;
  startedId: number;
  strands: Progress[];
}

/** How far a Map has come: in its iterations by index, or in its map run. */
export interface Items {
  kind: 'items';
  settings: MapSettings;
  startedId: number;
  iterations: (Progress | undefined)[];
  /** The events by which iterations succeeded. */
  succeeded: Map<number, number>;
  distributed?: { run: MapRun; config: MapRunConfig };
}

/** The same place for a new strand to go on from; what the old one still does leaves it untouched. */
export function resumed(progress: Progress | undefined): Progress {
  if (progress?.at === undefined) return { ...progress };
  return { ...progress, at: { ...progress.at } };
}

/**
 * A state that failed by its data's size or by the runtime is run again as a whole, what succeeded
 * inside included ("Redrive behavior of individual states", "Redriving Map Runs").
 */
export function isRunAgainWhole(error: string | undefined): boolean {
  return error === 'States.DataLimitExceeded' || error === 'States.Runtime';
}
