/**
 * A state machine that is ready to run: its Amazon States Language definition with compiled expressions. `load.ts`
 * creates it.
 */
import type { Resource } from './resource.ts';
import type { Template } from './template.ts';

/** A set of states with a start: a machine, a branch or an item processor. */
export interface States {
  startAt: string;
  states: Map<string, State>;
}

export interface Machine extends States {
  timeoutSeconds: number | undefined;
}

export type State =
  | TaskState
  | PassState
  | ChoiceState
  | WaitState
  | SucceedState
  | FailState
  | ParallelState
  | MapState;

export type StateType = State['type'];

interface StateBase {
  name: string;
  assign: Template | undefined;
  output: Template | undefined;
}

interface Continues extends StateBase {
  /** Undefined if the state ends its scope. */
  next: string | undefined;
}

interface Recovers extends Continues {
  retry: Retrier[];
  catch: Catcher[];
}

export interface TaskState extends Recovers {
  type: 'Task';
  resource: Resource;
  arguments: Template | undefined;
  timeoutSeconds: Template | undefined;
  heartbeatSeconds: Template | undefined;
  credentialsRoleArn: Template | undefined;
}

export interface PassState extends Continues {
  type: 'Pass';
}

export interface ChoiceState extends StateBase {
  type: 'Choice';
  choices: ChoiceRule[];
  default: string | undefined;
}

export interface ChoiceRule {
  condition: Template;
  next: string;
  assign: Template | undefined;
  output: Template | undefined;
}

export interface WaitState extends Continues {
  type: 'Wait';
  seconds: Template | undefined;
  timestamp: Template | undefined;
}

export interface SucceedState extends StateBase {
  type: 'Succeed';
}

export interface FailState extends StateBase {
  type: 'Fail';
  error: Template | undefined;
  cause: Template | undefined;
}

export interface ParallelState extends Recovers {
  type: 'Parallel';
  arguments: Template | undefined;
  branches: States[];
}

export interface MapState extends Recovers {
  type: 'Map';
  processor: States;
  distributed: { executionType: 'STANDARD' | 'EXPRESS'; label: string | undefined } | undefined;
  items: Template | undefined;
  itemSelector: Template | undefined;
  batcher: Batcher | undefined;
  maxConcurrency: Template | undefined;
  toleratedFailureCount: Template | undefined;
  toleratedFailurePercentage: Template | undefined;
}

export interface Batcher {
  maxItemsPerBatch: Template | undefined;
  maxInputBytesPerBatch: Template | undefined;
  batchInput: Template | undefined;
}

export interface Retrier {
  errorEquals: string[];
  intervalSeconds: number;
  maxAttempts: number;
  backoffRate: number;
  maxDelaySeconds: number | undefined;
  fullJitter: boolean;
}

export interface Catcher {
  errorEquals: string[];
  next: string;
  assign: Template | undefined;
  output: Template | undefined;
}

/** Yields every state in definition order, including those of branches and processors. */
export function* allStates(scope: States): Generator<State> {
  for (const state of scope.states.values()) {
    yield state;
    const inner = state.type === 'Parallel' ? state.branches : state.type === 'Map' ? [state.processor] : [];
    for (const nested of inner) yield* allStates(nested);
  }
}
