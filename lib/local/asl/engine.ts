/**
 * The objects that the interpreter works with: the engine that all executions share, the run of one execution, and one
 * strand of its work.
 */
import type { JsonValue } from '../../model/json.ts';
import type { Clock } from '../clock.ts';
import type { Hooks, StateMachineType, TaskIntegrations } from '../step-functions/types.ts';
import type { ChildExecution, MapItem, MapRun, MapRunConfig } from './children.ts';
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
  /** `statesFunctions` bound to the clock and the random source. */
  functions: Bindings;
  account: string;
  region: string;
  integrations: TaskIntegrations;
  hooks: Hooks;
  executions: ExecutionPort;
  tokens: TokenPort;
  /** Counts the transitions of all executions, so that a long sequence yields to other work. */
  transitions: number;
}

/** The service's functions that the interpreter calls. */
export interface ExecutionPort {
  /** Handles StartExecution by a task. Throws an error whose name is the API's error code. */
  startNested(parent: Run, parameters: JsonValue, pattern: Pattern): ChildExecution;
  /** Starts a map run over child executions of `state.processor`. */
  startMapRun(parent: Run, state: MapState, config: MapRunConfig): MapRun;
  /** Handles any other action of the Step Functions API, called as `aws-sdk:sfn:...`. */
  call(action: string, parameters: JsonValue): Promise<JsonValue>;
}

export type TokenOutcome = { output: Data } | { error: string | undefined; cause: string | undefined };

export interface TokenPort {
  /** Opens a task token. SendTaskSuccess, SendTaskFailure and SendTaskHeartbeat trigger the callbacks. */
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
  /** When the execution was last redriven. */
  redriveMillis: number | undefined;
  stateTransitions: number;
  /** The number of attempts of each task, by state name. */
  visits: Map<string, number>;
}

/** One thread of control in a run: the top level, a branch or an iteration. */
export interface Strand {
  run: Run;
  scope: Scope;
  trail: Trail;
  variables: Variables;
  progress: Progress;
  mapItem: MapItem | undefined;
  /** The type of the state that the strand is in. */
  inside: StateType | undefined;
}
