import type { JsonValue } from '../../../model/json.ts';
import { Data } from '../data.ts';
import type { TaskState } from '../definition.ts';
import type { StateFailure } from '../errors.ts';
import type { EventDetails } from '../history.ts';
import type { Outcome } from '../progress.ts';
import { withRecovery } from '../recovery.ts';
import type { Attempt } from '../tasks/attempt.ts';
import { awaitTask } from '../tasks/await-task.ts';
import { failureOf } from '../tasks/failures.ts';
import { performTask } from '../tasks/perform.ts';
import { tooLarge, type Visit } from '../visit.ts';

/** Calls another service and waits for it as the pattern of the Resource says. */
export async function runTask(visit: Visit<TaskState>): Promise<Outcome> {
  return await withRecovery(visit, () => runAttempt(visit));
}

async function runAttempt(visit: Visit<TaskState>): Promise<Data> {
  const { scope } = visit.strand;
  const attempt = await openAttempt(visit);
  try {
    writeScheduled(attempt);
    const result = await awaitTask(attempt, () => performTask(attempt));
    scope.throwIfCanceled();
    return succeed(attempt, result);
  } catch (error) {
    if (scope.canceled) throw error;
    throw fail(attempt, error);
  } finally {
    attempt.token?.close();
    visit.taskToken = undefined;
  }
}

async function openAttempt(visit: Visit<TaskState>): Promise<Attempt> {
  const { state, strand } = visit;
  const { run } = strand;
  const attempt: Attempt = { visit, callbacks: {}, timedOut: false, parameters: null, number: 0 };
  if (state.resource.pattern === 'waitForTaskToken') {
    attempt.token = run.engine.tokens.open({
      outcome: (outcome) => attempt.callbacks.outcome?.(outcome),
      heartbeat: () => attempt.callbacks.heartbeat?.(),
    });
    visit.taskToken = attempt.token.token;
  }
  const bindings = visit.bindings();
  const args = state.arguments;
  attempt.parameters = args === undefined ? visit.input.value : await visit.evaluate(args, bindings);
  attempt.timeoutSeconds = await visit.evaluateNumber(state.timeoutSeconds, bindings);
  attempt.heartbeatSeconds = await visit.evaluateNumber(state.heartbeatSeconds, bindings);
  attempt.credentialsRoleArn = await visit.evaluateString(state.credentialsRoleArn, bindings);
  if (Data.of(attempt.parameters).isTooLarge) throw visit.tooLarge('input');
  attempt.number = (run.visits.get(state.name) ?? 0) + 1;
  run.visits.set(state.name, attempt.number);
  return attempt;
}

function writeScheduled(attempt: Attempt): void {
  const { visit, parameters } = attempt;
  const { trail, run } = visit.strand;
  const { resource } = visit.state;
  const limits: EventDetails = {
    timeoutInSeconds: attempt.timeoutSeconds,
    heartbeatInSeconds: attempt.heartbeatSeconds,
    taskCredentials:
      attempt.credentialsRoleArn === undefined ? undefined : { roleArn: attempt.credentialsRoleArn },
  };
  const text = JSON.stringify(parameters);
  if (resource.direct) {
    const input = { input: text, inputDetails: { truncated: false }, resource: resource.arn };
    trail.add('LambdaFunctionScheduled', { ...input, ...limits });
    trail.add('LambdaFunctionStarted');
    return;
  }
  const { region } = run.engine;
  const names = { resource: resource.resource, resourceType: resource.resourceType };
  trail.add('TaskScheduled', { parameters: text, region, ...names, ...limits });
  trail.add('TaskStarted', names);
}

function succeed(attempt: Attempt, result: JsonValue): Data {
  const { visit } = attempt;
  const { trail } = visit.strand;
  const { resource } = visit.state;
  const data = Data.of(result);
  if (data.isTooLarge)
    throw tooLarge(resource.direct ? resource.arn : resource.resourceType, 'result', { ofTask: true });
  const output = { output: data.text, outputDetails: { truncated: false } };
  if (resource.direct) trail.add('LambdaFunctionSucceeded', output);
  else
    trail.add('TaskSucceeded', {
      ...output,
      resource: resource.resource,
      resourceType: resource.resourceType,
    });
  return data;
}

/** Records the failure of an attempt. An internal error of the interpreter is not a failure of the task. */
function fail(attempt: Attempt, thrown: unknown): StateFailure {
  const { state, strand } = attempt.visit;
  const { resource } = state;
  const failure = failureOf(thrown, resource);
  if (failure.error === 'States.Runtime') return failure;
  const outcome = attempt.timedOut ? 'TimedOut' : 'Failed';
  const details: EventDetails = { cause: failure.cause, error: failure.error };
  if (resource.direct) strand.trail.add(`LambdaFunction${outcome}`, details);
  else {
    const names = { resource: resource.resource, resourceType: resource.resourceType };
    strand.trail.add(`Task${outcome}`, { ...details, ...names });
  }
  return failure;
}
