/** Performs one attempt of a task through the injected integrations. */
import { isObject, type JsonObject, type JsonValue } from '../../../model/json.ts';
import type { Hooks } from '../../step-functions/types.ts';
import type { ChildOutcome } from '../children.ts';
import { StateFailure } from '../errors.ts';
import { type Attempt, callerOf, taskVisit, writeSubmitted } from './attempt.ts';
import { failureOf } from './failures.ts';
import { invokeLambda } from './lambda.ts';
import { withMetadata } from './metadata.ts';

/** Returns the result. For a callback task, this is the response of the call that sends the token. */
export async function performTask(attempt: Attempt): Promise<JsonValue> {
  const { run } = attempt.visit.strand;
  const { resource } = attempt.visit.state;
  // Calls to Step Functions itself may take simulated time. Calls to other services hold the clock.
  const own = resource.service === 'states' || resource.service === 'sfn';
  const proceed = () => (own ? callApi(attempt) : run.engine.clock.busy(() => callApi(attempt)));
  const { interceptTask } = run.engine.hooks;
  const first = await (interceptTask === undefined
    ? proceed()
    : intercepted(attempt, interceptTask, proceed));
  return resource.pattern.startsWith('sync') ? await awaitChild(attempt, first) : first;
}

async function callApi(attempt: Attempt): Promise<JsonValue> {
  try {
    return await call(attempt);
  } catch (error) {
    throw failureOf(error, attempt.visit.state.resource);
  }
}

/** An error that an interceptor throws fails the task under the error's own name, unless it is an API error. */
async function intercepted(
  attempt: Attempt,
  interceptTask: NonNullable<Hooks['interceptTask']>,
  proceed: () => Promise<JsonValue>,
) {
  try {
    return await interceptTask(taskVisit(attempt), proceed);
  } catch (error) {
    const { name, message, statusCode } = error as Error & { statusCode?: number };
    if (error instanceof StateFailure || statusCode !== undefined) throw error;
    throw new StateFailure(name, message);
  }
}

async function call(attempt: Attempt): Promise<JsonValue> {
  const { resource } = attempt.visit.state;
  const { engine } = attempt.visit.strand.run;
  if (resource.service === 'lambda' && !resource.sdk) return await invokeLambda(attempt);
  if (resource.service === 'states') return startNested(attempt);
  if (resource.sdk && resource.service === 'sfn') {
    return await engine.executions.call(resource.action, attempt.parameters);
  }
  const { service, action } = resource;
  const { parameters } = attempt;
  const result = await engine.integrations.callService({ ...callerOf(attempt), service, action, parameters });
  if (resource.sdk) return result;
  refuseFailedEntries(service, result);
  return withMetadata(engine, isObject(result) ? result : {});
}

/** "Add EventBridge events with Step Functions" (Developer Guide): one failed entry fails the task. */
function refuseFailedEntries(service: string, result: JsonValue): void {
  if (service !== 'events' || !isObject(result) || !Number(result.FailedEntryCount ?? 0)) return;
  throw new StateFailure('EventBridge.FailedEntry', JSON.stringify(result));
}

const children = new WeakMap<Attempt, Promise<ChildOutcome>>();

function startNested(attempt: Attempt): JsonValue {
  const { run } = attempt.visit.strand;
  const child = run.engine.executions.startNested(
    run,
    attempt.parameters,
    attempt.visit.state.resource.pattern,
  );
  if (attempt.visit.state.resource.pattern.startsWith('sync')) {
    const managing = `The Task state in AWS Step Functions execution [${run.executionArn}]`;
    attempt.abandon = () => child.stop(`${managing} which was managing this resource was aborted`);
    children.set(attempt, child.closed);
  }
  const answer: JsonObject = { ExecutionArn: child.executionArn, StartDate: child.startMillis };
  return withMetadata(run.engine, answer);
}

/**
 * "Start Step Functions executions from a task state" (Developer Guide): `.sync` returns Output as text, `.sync:2` as
 * JSON.
 */
async function awaitChild(attempt: Attempt, submitted: JsonValue): Promise<JsonValue> {
  const closed = children.get(attempt);
  if (closed === undefined) return submitted;
  if (attempt.visit.strand.scope.canceled || attempt.timedOut) return submitted;
  writeSubmitted(attempt, submitted);
  const outcome = await closed;
  const description = outcome.describe() as JsonObject;
  if (outcome.status !== 'SUCCEEDED')
    throw new StateFailure('States.TaskFailed', JSON.stringify(description));
  if (attempt.visit.state.resource.pattern === 'sync') return description;
  return { ...description, Output: outcome.output?.value ?? null, Input: parsed(description.Input) };
}

function parsed(text: JsonValue | undefined): JsonValue {
  return typeof text === 'string' ? (JSON.parse(text) as JsonValue) : null;
}
