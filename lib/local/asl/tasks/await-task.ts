/** The timeouts of one attempt of a task, and the wait of a callback task. */
import type { JsonValue } from '../../../model/json.ts';
import type { TokenOutcome } from '../engine.ts';
import { StateFailure } from '../errors.ts';
import { type Attempt, taskVisit, writeSubmitted } from './attempt.ts';

/**
 * Returns the task's result, unless the attempt exceeds a timeout or is canceled. The call in progress then still
 * completes, and its result is ignored.
 */
export async function awaitTask(attempt: Attempt, perform: () => Promise<JsonValue>): Promise<JsonValue> {
  const { scope, run } = attempt.visit.strand;
  return await scope.wait<JsonValue>((resolve, reject) => {
    const timeOut = (heartbeat: boolean) => {
      attempt.timedOut = true;
      reject(new StateFailure('States.Timeout', undefined, { heartbeat }));
    };
    const clearLimits = startLimits(attempt, timeOut);
    const token = attempt.token === undefined ? undefined : tokenOutcome(attempt);
    const work = async () => {
      const submitted = await perform();
      if (token === undefined) return submitted;
      if (!scope.canceled && !attempt.timedOut) writeSubmitted(attempt, submitted);
      return await token;
    };
    const endHumanWait = isHuman(attempt) ? run.deadlines.beginHumanWait() : undefined;
    work().then(resolve, reject);
    return () => {
      clearLimits();
      endHumanWait?.();
      attempt.token?.close();
      attempt.abandon?.();
    };
  });
}

/** The token may be used before the call that sends it has returned. */
function tokenOutcome(attempt: Attempt): Promise<JsonValue> {
  const arrived = new Promise<JsonValue>((resolve, reject) => {
    attempt.callbacks.outcome = (outcome: TokenOutcome) => {
      if ('output' in outcome) resolve(outcome.output.value);
      else reject(new StateFailure(outcome.error, outcome.cause));
    };
  });
  arrived.catch(() => {});
  return arrived;
}

function startLimits(attempt: Attempt, timeOut: (heartbeat: boolean) => void): () => void {
  const { visit, timeoutSeconds, heartbeatSeconds } = attempt;
  const { deadlines, engine } = visit.strand.run;
  const kind = isHuman(attempt) ? 'human' : 'execution';
  const waitsForChild = visit.state.resource.pattern.startsWith('sync');
  const after = (seconds: number, heartbeat: boolean) => {
    const due = engine.clock.now() + seconds * 1000;
    const callback = () => timeOut(heartbeat);
    return waitsForChild ? deadlines.add(due, callback) : engine.clock.setTimer(due, callback, { kind });
  };
  const cancels = new Map<string, () => void>();
  if (timeoutSeconds !== undefined) cancels.set('timeout', after(timeoutSeconds, false));
  if (heartbeatSeconds !== undefined && attempt.token !== undefined) {
    const beat = () => {
      cancels.get('heartbeat')?.();
      cancels.set('heartbeat', after(heartbeatSeconds, true));
    };
    attempt.callbacks.heartbeat = beat;
    beat();
  }
  return () => {
    for (const cancel of cancels.values()) cancel();
    attempt.callbacks.heartbeat = undefined;
  };
}

function isHuman(attempt: Attempt): boolean {
  const { hooks } = attempt.visit.strand.run.engine;
  return attempt.token !== undefined && (hooks.isHumanTask?.(taskVisit(attempt)) ?? false);
}
