/**
 * What the local Step Functions needs from the rest of the local cloud, and what tests can observe and disturb. The
 * service itself is in `service.ts`.
 */
import type { JsonValue } from '../../model/json.ts';
import type { Clock } from '../clock.ts';

export type StateMachineType = 'STANDARD' | 'EXPRESS';
export type ExecutionStatus =
  | 'RUNNING'
  | 'SUCCEEDED'
  | 'FAILED'
  | 'TIMED_OUT'
  | 'ABORTED'
  | 'PENDING_REDRIVE';

/** The identity that a task's call uses, and the state that makes it. */
export interface TaskCaller {
  /** The role of the state machine, or of the state's Credentials. */
  roleArn: string;
  executionArn: string;
  stateName: string;
}

export interface LambdaCall extends TaskCaller {
  /** A function's ARN or name, with or without a qualifier, as in the definition. */
  functionArn: string;
  /** JSON text. Undefined if the task passes no payload. */
  payload: string | undefined;
  invocationType?: 'RequestResponse' | 'Event' | 'DryRun';
  /** Base64, as in the Invoke API. */
  clientContext?: string;
  qualifier?: string;
}

export interface LambdaAnswer {
  statusCode: number;
  /** JSON text of the handler's result, or of `{errorType, errorMessage, stackTrace}` if `functionError` is set. */
  payload: string;
  functionError?: 'Handled' | 'Unhandled' | string;
  executedVersion?: string;
  requestId?: string;
}

export interface ServiceCall extends TaskCaller {
  /** As in the resource ARN: `dynamodb`, `sqs`, `events`, `cloudcontrol`, ... */
  service: string;
  /** As in the resource ARN, in camel case: `getItem`, `putEvents`, ... */
  action: string;
  /** The evaluated Arguments, with the API's own names. */
  parameters: JsonValue;
}

/**
 * How tasks call other services. Calls run while the clock stands still (`clock.busy`), so they must not wait for a
 * timer of the clock. A failure is thrown as an error whose `name` is the API's error code
 * (`ResourceNotFoundException`); its optional `statusCode` and `requestId` become part of the cause. Calls to Step
 * Functions itself are never passed here.
 */
export interface TaskIntegrations {
  invokeLambda(call: LambdaCall): Promise<LambdaAnswer>;
  /** Returns the API's response with its own names, without `$metadata`. */
  callService(call: ServiceCall): Promise<JsonValue>;
}

/** The detail of the event `Step Functions Execution Status Change`. Dates are in epoch milliseconds. */
export interface ExecutionStatusChange {
  executionArn: string;
  stateMachineArn: string;
  name: string;
  status: ExecutionStatus;
  startDate: number;
  stopDate: number | null;
  input: string;
  output: string | null;
  inputDetails: { included: boolean } | null;
  outputDetails: { included: boolean } | null;
  error: string | null;
  cause: string | null;
  stateMachineVersionArn: string | null;
  stateMachineAliasArn: string | null;
  redriveCount: number;
  redriveDate: number | null;
  redriveStatus: string | null;
  redriveStatusReason: string | null;
}

export interface StateVisit {
  executionArn: string;
  /** The machine's name. For children of a distributed map, the name of the machine that contains the map. */
  stateMachineName: string;
  stateName: string;
}

export interface TaskVisit extends StateVisit {
  /** The number of this attempt of the state in this execution, from 1. Retries and loops count. */
  visit: number;
  /** The state's Resource. */
  resource: string;
  /** The evaluated Arguments. */
  parameters: JsonValue;
}

export interface Hooks {
  /** Called when a state is entered, before it runs. May stop the execution. */
  onStateEntered?(visit: StateVisit): void | Promise<void>;
  /** Called when an execution closes, including children of maps, with its counts. */
  onExecutionClosed?(closed: {
    executionArn: string;
    status: ExecutionStatus;
    stateTransitions: number;
    historyEvents: number;
  }): void;
  /**
   * Wraps each attempt of a Task. `proceed` performs it and returns its result (for a callback task, the response
   * before the token came). Throw to fail the attempt before or after its effect, or return another value in place of
   * the result. A thrown error fails the task under its own `name`, with its `message` as the cause. An error with a
   * `statusCode` is an API error and is named as such. `proceed` counts as work in progress, the rest doesn't: if an
   * interceptor never settles, the task times out.
   */
  interceptTask?(visit: TaskVisit, proceed: () => Promise<JsonValue>): Promise<JsonValue>;
  /** Tells whether a callback task waits for a person. The clock never jumps over its deadline. */
  isHumanTask?(visit: TaskVisit): boolean;
}

export interface StepFunctionsOptions {
  clock: Clock;
  integrations: TaskIntegrations;
  /** Default 111111111111. */
  account?: string;
  /** Default us-east-1. */
  region?: string;
  /** Source of execution names, tokens, jitter and $random: returns a number in [0, 1). Default: seeded with 1. */
  random?: () => number;
  /** Called for standard executions only, as on AWS. */
  onStatusChange?: (change: ExecutionStatusChange) => void | Promise<void>;
  hooks?: Hooks;
  /**
   * How many closed children of distributed maps keep their history. Default 1000; older ones keep counts and outcome.
   */
  childHistoriesKept?: number;
}

/** The caller in the wire protocol. The service itself performs no authorization. */
export interface Caller {
  principalArn?: string;
}

export interface WireAnswer {
  status: number;
  body: string;
}
