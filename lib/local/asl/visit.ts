/** One entry into one state: its context object, evaluations and exit. */
import type { JsonValue } from '../../model/json.ts';
import { Data } from './data.ts';
import type { State } from './definition.ts';
import type { Strand } from './engine.ts';
import { type FailureKind, StateFailure, whileExecuting } from './errors.ts';
import type { Bindings } from './jsonata.ts';
import type { Outcome, Position } from './progress.ts';
import { type JsonType, type Template, TemplateFailure } from './template.ts';

/** The templates evaluated on exit. A rule or catcher has its own in place of the state's. */
export interface Exit {
  assign: Template | undefined;
  output: Template | undefined;
  next: string | undefined;
}

/** The fields of `$states` other than input and context. */
export interface Extra {
  result?: JsonValue;
  errorOutput?: JsonValue;
}

export class Visit<S extends State = State> {
  readonly strand: Strand;
  readonly state: S;
  readonly input: Data;
  readonly enteredId: number;
  readonly position: Position;
  retryCount = 0;
  /** Set while a callback task holds a token. */
  taskToken: string | undefined;

  constructor(strand: Strand, state: S, position: Position) {
    this.strand = strand;
    this.state = state;
    this.position = position;
    this.input = position.input;
    this.enteredId = position.enteredId;
  }

  /** Returns the same visit, which records its events in another strand. */
  in(strand: Strand): Visit<S> {
    return new Visit(strand, this.state, this.position);
  }

  /** Returns `$states` and the visible variables, with the functions that Step Functions adds. */
  bindings(extra?: Extra, mapItem = this.strand.mapItem): Bindings {
    const { run, variables } = this.strand;
    const states = { input: this.input.value, context: this.context(mapItem), ...extra };
    return { ...variables.all(), ...run.engine.functions, states };
  }

  /** "Accessing execution data from the Context object in Step Functions" (Developer Guide). */
  private context(mapItem: Strand['mapItem']): JsonValue {
    const { run } = this.strand;
    return {
      Execution: {
        Id: run.executionArn,
        Input: run.input.value,
        Name: run.executionName,
        RoleArn: run.roleArn,
        StartTime: new Date(run.startMillis).toISOString(),
        RedriveCount: run.redriveCount,
        ...(run.redriveMillis !== undefined && { RedriveTime: new Date(run.redriveMillis).toISOString() }),
      },
      State: { EnteredTime: this.position.enteredTime, Name: this.state.name, RetryCount: this.retryCount },
      StateMachine: { Id: run.stateMachineArn, Name: run.stateMachineName },
      ...(mapItem === undefined ? {} : { Map: { Item: { Index: mapItem.Index, Value: mapItem.Value } } }),
      ...(this.taskToken === undefined ? {} : { Task: { Token: this.taskToken } }),
    };
  }

  /** Evaluates a template of this state and records a failure in the history. @throws StateFailure */
  async evaluate(template: Template, bindings: Bindings, type?: JsonType): Promise<JsonValue> {
    try {
      return type === undefined
        ? await template.evaluate(bindings)
        : await template.evaluateAs(type, bindings);
    } catch (error) {
      if (error instanceof TemplateFailure) throw this.evaluationFailure(error.message, error.location);
      throw error;
    }
  }

  /** Like `evaluate`, but returns undefined if the template is undefined. */
  async evaluateNumber(template: Template | undefined, bindings: Bindings): Promise<number | undefined> {
    return template === undefined
      ? undefined
      : ((await this.evaluate(template, bindings, 'number')) as number);
  }

  async evaluateString(template: Template | undefined, bindings: Bindings): Promise<string | undefined> {
    return template === undefined
      ? undefined
      : ((await this.evaluate(template, bindings, 'string')) as string);
  }

  /** Records EvaluationFailed and returns the failure to throw. */
  evaluationFailure(what: string, location?: string): StateFailure {
    const cause = whileExecuting(this.state.name, this.enteredId, what);
    const error = 'States.QueryEvaluationError';
    this.strand.trail.failEvaluation({ cause, error, location, state: this.state.name });
    return new StateFailure(error, cause);
  }

  /**
   * Like `evaluationFailure`, for a value that was evaluated and then found invalid. AWS records that as a separate
   * step.
   */
  evaluationFailureAfter(what: string, location: string): StateFailure {
    this.strand.trail.settleDecision();
    return this.evaluationFailure(what, location);
  }

  /** The data of the state itself is too large. States.ALL in Retry or Catch doesn't match this failure. */
  tooLarge(what: 'input' | 'result'): StateFailure {
    return tooLarge(this.state.name, what);
  }

  /** Evaluates Assign and Output with the variables before the exit, exits the state, and then assigns. */
  async exit(exit: Exit, fallback: Data, extra?: Extra): Promise<Outcome> {
    const { strand, state } = this;
    const evaluates = exit.assign !== undefined || exit.output !== undefined;
    const bindings = evaluates ? this.bindings(extra) : {};
    const assigned =
      exit.assign === undefined ? undefined : ((await this.evaluate(exit.assign, bindings)) as Bindings);
    const output = exit.output === undefined ? fallback : Data.of(await this.evaluate(exit.output, bindings));
    if (output.isTooLarge) throw this.tooLarge('result');
    const exitedId = strand.trail.add(`${state.type}StateExited`, {
      ...assignedDetails(assigned),
      name: state.name,
      output: output.text,
      outputDetails: { truncated: false },
    });
    if (assigned !== undefined) strand.variables.assign(assigned as { [name: string]: JsonValue });
    strand.inside = undefined;
    const outcome = { output, next: exit.next };
    this.position.assigned = strand.variables.snapshot();
    this.position.left = { outcome, exitedId };
    return outcome;
  }
}

function assignedDetails(assigned: Bindings | undefined): { [field: string]: JsonValue } {
  if (assigned === undefined || Object.keys(assigned).length === 0) return {};
  const texts = Object.entries(assigned).map(([name, value]) => [name, JSON.stringify(value)]);
  return { assignedVariables: Object.fromEntries(texts), assignedVariablesDetails: { truncated: false } };
}

/** @param who the state, or the integration that returned the result */
export function tooLarge(who: string, what: 'input' | 'result', kind?: FailureKind): StateFailure {
  const verb = what === 'result' ? 'returned a result' : 'was given an input';
  const text = `The state/task '${who}' ${verb} with a size exceeding the maximum number of bytes service limit.`;
  return new StateFailure('States.DataLimitExceeded', text, kind);
}
