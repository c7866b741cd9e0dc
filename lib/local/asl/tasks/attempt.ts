/** One attempt of a Task state, from its evaluated fields to its end. */
import type { JsonValue } from '../../../model/json.ts';
import type { TaskCaller, TaskVisit } from '../../step-functions/types.ts';
import type { TaskState } from '../definition.ts';
import type { TokenOutcome, TokenPort } from '../engine.ts';
import type { Visit } from '../visit.ts';

export interface Attempt {
  visit: Visit<TaskState>;
  /** The number of the attempt in this execution, from 1. */
  number: number;
  parameters: JsonValue;
  timeoutSeconds?: number | undefined;
  heartbeatSeconds?: number | undefined;
  credentialsRoleArn?: string | undefined;
  token?: ReturnType<TokenPort['open']>;
  callbacks: {
    outcome?: ((outcome: TokenOutcome) => void) | undefined;
    heartbeat?: (() => void) | undefined;
  };
  timedOut: boolean;
  /** Stops what the attempt left running elsewhere after the attempt is no longer waited for. */
  abandon?: () => void;
}

export function taskVisit(attempt: Attempt): TaskVisit {
  const { strand, state } = attempt.visit;
  return {
    executionArn: strand.run.executionArn,
    stateMachineName: strand.run.stateMachineName,
    stateName: state.name,
    visit: attempt.number,
    resource: state.resource.arn,
    parameters: attempt.parameters,
  };
}

export function callerOf(attempt: Attempt): TaskCaller {
  const { run } = attempt.visit.strand;
  return {
    roleArn: attempt.credentialsRoleArn ?? run.roleArn,
    executionArn: run.executionArn,
    stateName: attempt.visit.state.name,
  };
}

export function writeSubmitted(attempt: Attempt, submitted: JsonValue): void {
  const { resource, resourceType } = attempt.visit.state.resource;
  const output = { output: JSON.stringify(submitted), outputDetails: { truncated: false } };
  attempt.visit.strand.trail.add('TaskSubmitted', { ...output, resource, resourceType });
}
