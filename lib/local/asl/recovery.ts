/** Retry and Catch: "Handling errors in Step Functions workflows" (AWS Step Functions Developer Guide). */
import { Data } from './data.ts';
import type { MapState, ParallelState, Retrier, TaskState } from './definition.ts';
import { StateFailure } from './errors.ts';
import { isRunAgainWhole, type Outcome } from './progress.ts';
import type { Visit } from './visit.ts';

type Recovers = TaskState | ParallelState | MapState;

/** Runs a state until it succeeds, a catcher handles its failure, or the failure is final. */
export async function withRecovery<S extends Recovers>(
  visit: Visit<S>,
  attempt: () => Promise<Data>,
): Promise<Outcome> {
  const retried = new Map<Retrier, number>();
  for (;;) {
    try {
      const result = await attempt();
      return await visit.exit(visit.state, result, { result: result.value });
    } catch (error) {
      if (!(error instanceof StateFailure)) throw error;
      const delaySeconds = nextDelaySeconds(visit, retried, error);
      if (delaySeconds === undefined) return await recover(visit, error);
      await sleep(visit, delaySeconds);
      visit.position.inside = undefined;
      visit.retryCount += 1;
    }
  }
}

/** Returns undefined if no retrier handles the failure anymore. Each retrier counts its own attempts. */
function nextDelaySeconds(visit: Visit<Recovers>, retried: Map<Retrier, number>, failure: StateFailure) {
  const retrier = visit.state.retry.find(({ errorEquals }) => matches(errorEquals, failure));
  const count = retrier === undefined ? 0 : (retried.get(retrier) ?? 0);
  if (retrier === undefined || count >= retrier.maxAttempts) return undefined;
  retried.set(retrier, count + 1);
  const grown = retrier.intervalSeconds * retrier.backoffRate ** count;
  const capped = Math.min(grown, retrier.maxDelaySeconds ?? grown);
  return retrier.fullJitter ? capped * visit.strand.run.engine.random() : capped;
}

async function recover(visit: Visit<Recovers>, failure: StateFailure): Promise<Outcome> {
  const catcher = visit.state.catch.find(({ errorEquals }) => matches(errorEquals, failure));
  if (catcher === undefined) {
    if (isRunAgainWhole(failure.error)) visit.position.inside = undefined;
    throw failure;
  }
  // AWS binds empty strings if there is no error or cause.
  const errorOutput = { Error: failure.error ?? '', Cause: failure.cause ?? '' };
  return await visit.exit(catcher, Data.of(errorOutput), { errorOutput });
}

async function sleep(visit: Visit<Recovers>, seconds: number): Promise<void> {
  const { scope, run } = visit.strand;
  const due = run.engine.clock.now() + seconds * 1000;
  await scope.wait<void>((resolve) => run.engine.clock.setTimer(due, () => resolve(), { kind: 'execution' }));
}

/**
 * States.ALL excludes failures that can't be recovered from, and States.TaskFailed excludes timeouts. The guide says
 * that States.ALL doesn't catch States.DataLimitExceeded. Recordings from AWS (localstack/localstack,
 * test_states_errors) show that it does if the result of a task was too large.
 */
export function matches(errorEquals: string[], failure: StateFailure): boolean {
  const error = failure.error ?? '';
  if (error === 'States.Runtime') return false;
  const terminal = error === 'States.DataLimitExceeded' && failure.kind.ofTask !== true;
  return errorEquals.some((name) => {
    if (name === error) return true;
    if (name === 'States.ALL') return !terminal;
    if (name === 'States.TaskFailed') return !terminal && error !== 'States.Timeout';
    return name === 'States.HeartbeatTimeout' && failure.kind.heartbeat === true;
  });
}
