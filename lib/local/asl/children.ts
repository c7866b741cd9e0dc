/** What executions start and work on: nested executions, map runs with their children, and the items of a Map. */
import type { JsonValue } from '../../model/json.ts';
import type { Data } from './data.ts';

/** An execution that another execution starts: a nested one, or a child of a map run. */
export interface ChildExecution {
  executionArn: string;
  startMillis: number;
  /** Resolves when the child has closed. Never rejects. */
  closed: Promise<ChildOutcome>;
  stop(cause?: string): void;
}

export interface ChildOutcome {
  status: 'SUCCEEDED' | 'FAILED' | 'TIMED_OUT' | 'ABORTED';
  output: Data | undefined;
  error: string | undefined;
  cause: string | undefined;
  /** Returns the DescribeExecution response in the format of an integration. */
  describe(): JsonValue;
}

/** The evaluated fields of a Map. 0 means no concurrency limit by the state, or no tolerated failure. */
export interface MapSettings {
  items: JsonValue[];
  maxConcurrency: number;
  toleratedFailureCount: number;
  toleratedFailurePercentage: number;
}

export interface MapRunConfig {
  maxConcurrency: number;
  toleratedFailureCount: number;
  toleratedFailurePercentage: number;
  /** The inputs of the children, and the number of items in each. */
  inputs: { input: Data; items: number }[];
}

export interface MapRun {
  mapRunArn: string;
  /** Starts the child, or redrives it if it exists. */
  startChild(index: number): ChildExecution;
  /** Reopens the run and returns its number of redrives. @throws StateFailure at the quota of redrives */
  redrive(): number;
  /** Returns the outcome that a redrive keeps: a success, or a failure that can't be redriven. */
  standing(index: number): ChildOutcome | undefined;
  close(status: 'SUCCEEDED' | 'FAILED' | 'ABORTED'): void;
}

export interface MapItem {
  Index: number;
  Value: JsonValue;
}
