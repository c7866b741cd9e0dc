/**
 * What the local Step Functions needs from the rest of the local cloud, and
 * what it lets tests watch and disturb. The service itself is `service.ts`.
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

/** Who a task's call is made as, and for which state. */
export interface TaskCaller {
  /** The role of the state machine, or of the state's Credentials. */
  roleArn: string;
  executionArn: string;
  stateName: string;
}

export interface LambdaCall extends TaskCaller {
  /** A function's ARN or name, with or without a qualifier, as the definition has it. */
  functionArn: string;
  /** JSON text; undefined when the task passes no payload. */
  payload: string | undefined;
  invocationType?: 'RequestResponse' | 'Event' | 'DryRun';
  /** Base64, as the Invoke API takes it. */
  clientContext?: string;
  qualifier?: string;
}

export interface LambdaAnswer {
  statusCode: number;
  /** JSON text of what the handler returned, or of `{errorType, errorMessage, stackTrace}` when `functionError` is set. */
  payload: string;
  functionError?: 'Handled' | 'Unhandled' | string;
  executedVersion?: string;
  requestId?: string;
}

export interface ServiceCall extends TaskCaller {
  /** As in the resource ARN: `dynamodb`, `sqs`, `events`, `cloudcontrol`, ... */
  service: string;
  /** As in the resource ARN, camel case: `getItem`, `putEvents`, ... */
  action: string;
  /** The evaluated Arguments, in the API's own names. */
  parameters: JsonValue;
}

/**
 * How tasks reach the other services. Calls are made while the clock stands still (`clock.busy`):
 * they must not wait for a timer of the clock. A failure is thrown as an error whose
 * `name` is the API's error code (`ResourceNotFoundException`) and whose
 * optional `statusCode` and `requestId` go into the cause text.
 * Calls to Step Functions itself never come here.
 */
export interface TaskIntegrations {
  invokeLambda(call: LambdaCall): Promise<LambdaAnswer>;
  /** Returns the API's answer in its own names, without `$metadata`. */
  callService(call: ServiceCall): Promise<JsonValue>;
}

/** Detail of the event `Step Functions Execution Status Change`; dates are epoch milliseconds. */
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
  /** The machine's name: for children of a distributed map, that of the machine that holds the map. */
  stateMachineName: string;
  stateName: string;
}

export interface TaskVisit extends StateVisit {
  /** Counts the attempts of this state in this execution from 1: retries and loops count. */
  visit: number;
  /** The state's Resource. */
  resource: string;
  /** Evaluated Arguments. */
  parameters: JsonValue;
}

export interface Hooks {
  /** Called when a state is entered, before it does anything. Stopping the execution here is allowed. */
  onStateEntered?(visit: StateVisit): void | Promise<void>;
  /** Called when an execution (children of maps included) closes, with its counts. */
  onExecutionClosed?(closed: {
    executionArn: string;
    status: ExecutionStatus;
    stateTransitions: number;
    historyEvents: number;
  }): void;
  /**
   * Stands around each attempt of a Task: `proceed` carries it out and returns its result
   * (for a callback task, what the call returned before the token came). Throw to fail the
   * attempt before or after the effect, return something else to answer in its place.
   * An error thrown is the task's failure under its own `name`, with its `message` as the cause;
   * one with a `statusCode` is an API's error and is named as such. `proceed` counts as work in
   * flight, the rest does not: an interceptor that never settles lets the task run out of its time.
   */
  interceptTask?(visit: TaskVisit, proceed: () => Promise<JsonValue>): Promise<JsonValue>;
  /** Whether a callback task waits for a person: the clock never jumps over its deadline. */
  isHumanTask?(visit: TaskVisit): boolean;
}

export interface StepFunctionsOptions {
  clock: Clock;
  integrations: TaskIntegrations;
  /** Default 111111111111. */
  account?: string;
  /** Default us-east-1. */
  region?: string;
  /** Source of execution names, tokens, jitter and $random: a number in [0, 1). Default: seeded with 1. */
  random?: () => number;
  /** Standard executions only, as AWS does. */
  onStatusChange?: (change: ExecutionStatusChange) => void | Promise<void>;
  hooks?: Hooks;
  /** How many closed children of distributed maps keep their history. Default 1000; older ones keep counts and outcome. */
  childHistoriesKept?: number;
}

/** The caller of the wire protocol; the service does no authorization of its own. */
export interface Caller {
  principalArn?: string;
}

export interface WireAnswer {
  status: number;
  body: string;
}
