/** What the interpreter works with: the engine around all executions, one execution's run, one strand of its work. */
import type { JsonValue } from '../../model/json.ts';
import type { Clock } from '../clock.ts';
import type { Hooks, StateMachineType, TaskIntegrations } from '../step-functions/types.ts';
import type { Data } from './data.ts';
import type { Deadlines } from './deadlines.ts';
import type { MapState, StateType } from './definition.ts';
import type { History } from './history.ts';
import type { Bindings } from './jsonata.ts';
import type { Progress } from './progress.ts';
import type { Pattern } from './resource.ts';
import type { Scope } from './scope.ts';
import type { Trail } from './trail.ts';
import type { Variables } from './variables.ts';

export interface Engine {
  clock: Clock;
  random: () => number;
  /** `statesFunctions` over the clock and the source of chance. */
  functions: Bindings;
  account: string;
  region: string;
  integrations: TaskIntegrations;
  hooks: Hooks;
  executions: ExecutionPort;
  tokens: TokenPort;
  /** Counts transitions of all executions, so that a long run of them lets others have their turn. */
  transitions: number;
}

/** An execution started by another: a nested one, or a child of a map run. */
export interface ChildExecution {
  executionArn: string;
  startMillis: number;
  /** Settles when the child has closed; never rejects. */
  closed: Promise<ChildOutcome>;
  stop(cause?: string): void;
}

export interface ChildOutcome {
  status: 'SUCCEEDED' | 'FAILED' | 'TIMED_OUT' | 'ABORTED';
  output: Data | undefined;
  error: string | undefined;
  cause: string | undefined;
  /** The answer of DescribeExecution in the form an integration gives it. */
  describe(): JsonValue;
}

/** What the service does for the interpreter. */
export interface ExecutionPort {
  /** StartExecution by a task. Throws an error whose name is the API's error code. */
  startNested(parent: Run, parameters: JsonValue, pattern: Pattern): ChildExecution;
  /** A map run over child executions of `state.processor`. */
  startMapRun(parent: Run, state: MapState, config: MapRunConfig): MapRun;
  /** Any other action of the Step Functions API, called as `aws-sdk:sfn:...`. */
  call(action: string, parameters: JsonValue): Promise<JsonValue>;
}

export interface MapRunConfig {
  maxConcurrency: number;
  toleratedFailureCount: number;
  toleratedFailurePercentage: number;
  /** Inputs of the children, and how many items each holds. */
  inputs: { input: Data; items: number }[];
}

export interface MapRun {
  mapRunArn: string;
  /** Starts the child, or redrives the one there was. */
  startChild(index: number): ChildExecution;
  /** Opens the run again and returns how often that has been done. @throws StateFailure at the quota of redrives */
  redrive(): number;
  /** The outcome that a redrive leaves as it is: a success, or a failure that can't be redriven. */
  standing(index: number): ChildOutcome | undefined;
  close(status: 'SUCCEEDED' | 'FAILED' | 'ABORTED'): void;
}

export type TokenOutcome = { output: Data } | { error: string | undefined; cause: string | undefined };

export interface TokenPort {
  /** Opens a task token; the callbacks come from SendTaskSuccess, SendTaskFailure, SendTaskHeartbeat. */
  open(on: { outcome: (outcome: TokenOutcome) => void; heartbeat: () => void }): {
    token: string;
    close(): void;
  };
}

/** One execution as its states see it. */
export interface Run {
  engine: Engine;
  executionArn: string;
  executionName: string;
  stateMachineArn: string;
  stateMachineName: string;
  machineType: StateMachineType;
  roleArn: string;
  startMillis: number;
  input: Data;
  history: History;
  deadlines: Deadlines;
  redriveCount: number;
  /** When it was last redriven. */
  redriveMillis: number | undefined;
  stateTransitions: number;
  /** Attempts of each task so far, by state name. */
  visits: Map<string, number>;
}

/** One thread of control in a run: the top, a branch, an iteration. */
export interface Strand {
  run: Run;
  scope: Scope;
  trail: Trail;
  variables: Variables;
  progress: Progress;
  mapItem: MapItem | undefined;
  /** The type of the state the strand is in. */
  inside: StateType | undefined;
}

export interface MapItem {
  Index: number;
  Value: JsonValue;
}
