/** How a state can fail, and how a strand of work is told to stop. */

/** What Retry and Catch must know of a failure beside its name. */
export interface FailureKind {
  /** States.Timeout by a missed heartbeat: matched by States.HeartbeatTimeout too. */
  heartbeat?: boolean;
  /** States.DataLimitExceeded as the failure of a task whose result was too large, not of the state itself. */
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

/** The work belongs to a branch, iteration or execution that has been ended from outside. */
export class Cancelled extends Error {
  override readonly name = 'Cancelled';
  constructor() {
    super('this work has been cancelled');
  }
}

/** The definition can't be carried out; AWS's name for it on CreateStateMachine is InvalidDefinition. */
export class InvalidDefinition extends Error {
  override readonly name = 'InvalidDefinition';
  readonly problems: string[];

  constructor(problems: string[]) {
    super(`Invalid State Machine Definition: ${problems.map((problem) => `'${problem}'`).join(', ')}`);
    this.problems = problems;
  }
}

/** AWS's lead-in for whatever goes wrong inside a state. */
export function whileExecuting(state: string, enteredEventId: number, what: string): string {
  return `An error occurred while executing the state '${state}' (entered at the event id #${enteredEventId}). ${what}`;
}
