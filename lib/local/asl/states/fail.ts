import type { FailState } from '../definition.ts';
import { StateFailure } from '../errors.ts';
import type { Outcome } from '../progress.ts';
import type { Visit } from '../visit.ts';

/** Fails with the state's own Error and Cause. Both are optional. */
export async function runFail(visit: Visit<FailState>): Promise<Outcome> {
  const bindings = visit.bindings();
  const error = await visit.evaluateString(visit.state.error, bindings);
  const cause = await visit.evaluateString(visit.state.cause, bindings);
  throw new StateFailure(error, cause);
}
