import type { WaitState } from '../definition.ts';
import type { Outcome } from '../progress.ts';
import type { Visit } from '../visit.ts';

/** Waits for whole seconds or until a timestamp. A timestamp in the past doesn't wait. */
export async function runWait(visit: Visit<WaitState>): Promise<Outcome> {
  const { scope, run } = visit.strand;
  const due = await dueMillis(visit, run.engine.clock.now());
  await scope.wait<void>((resolve) => run.engine.clock.setTimer(due, () => resolve(), { kind: 'execution' }));
  return await visit.exit(visit.state, visit.input);
}

async function dueMillis(visit: Visit<WaitState>, now: number): Promise<number> {
  const { seconds, timestamp } = visit.state;
  const bindings = visit.bindings();
  const text = await visit.evaluateString(timestamp, bindings);
  if (text !== undefined) return parseTimestamp(visit, text);
  const wait = (await visit.evaluateNumber(seconds, bindings)) ?? 0;
  if (Number.isInteger(wait) && wait >= 0 && wait <= SECONDS_MAX) return now + wait * 1000;
  const what = `The Seconds field must be an integer between 0 and ${SECONDS_MAX}, but was: ${wait}`;
  throw visit.evaluationFailureAfter(what, 'Seconds');
}

/** "Wait workflow state" (Developer Guide). */
const SECONDS_MAX = 99_999_999;
const ISO_OFFSET = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?(Z|[+-]\d{2}:\d{2})$/;

function parseTimestamp(visit: Visit<WaitState>, text: string): number {
  const millis = ISO_OFFSET.test(text) ? Date.parse(text) : Number.NaN;
  if (Number.isFinite(millis)) return millis;
  const what = 'The Timestamp field cannot be parsed as an ISO-8601 extended offset date-time format string:';
  throw visit.evaluationFailureAfter(`${what} ${text}`, 'Timestamp');
}
