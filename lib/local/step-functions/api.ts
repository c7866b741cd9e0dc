import type { JsonObject, JsonValue } from '../../model/json.ts';
import type { Machine } from '../asl/definition.ts';
import type { Engine, Run } from '../asl/engine.ts';
import type { Execution } from './execution.ts';
import type { DistributedMapRun } from './map-runs.ts';
import type { Tokens } from './tokens.ts';
import type { StateMachineType } from './types.ts';

export interface StateMachine {
  stateMachineArn: string;
  name: string;
  /** JSON text. */
  definition: string;
  roleArn: string;
  type: StateMachineType;
  machine: Machine;
  creationMillis: number;
  loggingConfiguration?: JsonObject;
  tracingConfiguration?: JsonObject;
}

export interface CreateStateMachineInput {
  name: string;
  definition: string | JsonValue;
  roleArn: string;
  type?: StateMachineType;
  loggingConfiguration?: JsonObject;
  tracingConfiguration?: JsonObject;
}

export interface StartExecutionInput {
  stateMachineArn: string;
  name?: string | undefined;
  /** JSON text; `{}` when absent. */
  input?: string | undefined;
  /** The execution that will wait for this one. */
  waitedForBy?: Run;
}

/** The service as its wire protocol and its executions use it. */
export interface StepFunctionsApi {
  readonly engine: Engine;
  readonly tokens: Tokens;
  readonly stateMachines: Map<string, StateMachine>;
  /** All executions by ARN, including children of map runs, oldest first. */
  readonly executions: Map<string, Execution>;
  readonly mapRuns: Map<string, DistributedMapRun>;
  /** @throws InvalidDefinition with all problems; ApiError StateMachineAlreadyExists if the name is taken */
  createStateMachine(input: CreateStateMachineInput): StateMachine;
  /** Returns a machine by its ARN, with or without a version or alias. @throws ApiError StateMachineDoesNotExist */
  stateMachine(arn: string): StateMachine;
  /** @throws ApiError ExecutionDoesNotExist */
  execution(arn: string): Execution;
  /**
   * Idempotent by name: the same name and input return the running execution. In process, a name may be anything;
   * `checkName` enforces the API's rules on its callers.
   * @throws ApiError StateMachineDoesNotExist, ExecutionAlreadyExists, InvalidExecutionInput
   */
  startExecution(request: StartExecutionInput): Execution;
  /** Runs an express execution to its end. @throws ApiError StateMachineTypeNotSupported and those of startExecution */
  startSyncExecution(request: StartExecutionInput): Promise<Execution>;
  /** Aborts the execution and the executions it waits for. @throws ApiError ExecutionDoesNotExist */
  stopExecution(arn: string, error?: string, cause?: string): Execution;
  /**
   * Returns when the execution was redriven, in epoch milliseconds. For a token used before, returns the time of its
   * first use. Children of map runs are redriven with their parent.
   * @throws ApiError ExecutionDoesNotExist, ExecutionNotRedrivable, ValidationException
   */
  redriveExecution(arn: string, clientToken?: string): number;
  /** Returns the execution's events in the API's format. @throws ApiError ExecutionDoesNotExist */
  history(arn: string, includeExecutionData?: boolean): { [field: string]: unknown }[];
  /** Stores and observes an execution. Call its `start` afterwards. */
  register(execution: Execution): void;
}
