import type { PassState } from '../definition.ts';
import type { Outcome } from '../progress.ts';
import type { Visit } from '../visit.ts';

/** Passes its input on through Output and Assign. */
export async function runPass(visit: Visit<PassState>): Promise<Outcome> {
  return await visit.exit(visit.state, visit.input);
}
