/** How a state fails, and how a strand of work is told to stop. */

/** The properties of a failure, apart from its name, that Retry and Catch use. */
export interface FailureKind {
  /** States.Timeout because of a missed heartbeat. States.HeartbeatTimeout matches it too. */
  heartbeat?: boolean;
  /** States.DataLimitExceeded because the result of a task was too large, rather than the data of the state itself. */
  ofTask?: boolean;
}

/** A state failed with an error that Retry and Catch may handle. */
export class StateFailure extends Error {
  override readonly name = 'StateFailure';
  readonly error: string | undefined;
  override readonly cause: string | undefined;
  readonly kind: FailureKind;

  constructor(error: string | undefined, cause: string | undefined, kind: FailureKind = {}) {
    super(`${error ?? 'failed'}: ${cause ?? ''}`);
    this.error = error;
    this.cause = cause;
    this.kind = kind;
  }
}

/** The work belongs to a branch, iteration or execution that was canceled from outside. */
export class Canceled extends Error {
  override readonly name = 'Canceled';
  constructor() {
    super('this work has been canceled');
  }
}

/** The definition can't be run. CreateStateMachine reports this as InvalidDefinition. */
export class InvalidDefinition extends Error {
  override readonly name = 'InvalidDefinition';
  readonly problems: string[];

  constructor(problems: string[]) {
    super(`Invalid State Machine Definition: ${problems.map((problem) => `'${problem}'`).join(', ')}`);
    this.problems = problems;
  }
}

/** The text with which AWS begins the cause of any error inside a state. */
export function whileExecuting(state: string, enteredEventId: number, what: string): string {
  return `An error occurred while executing the state '${state}' (entered at the event id #${enteredEventId}). ${what}`;
}
