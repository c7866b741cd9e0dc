import type { SucceedState } from '../definition.ts';
import type { Outcome } from '../progress.ts';
import type { Visit } from '../visit.ts';

/** Ends its scope: an execution, a branch or an iteration. */
export async function runSucceed(visit: Visit<SucceedState>): Promise<Outcome> {
  return await visit.exit({ ...visit.state, next: undefined }, visit.input);
}
