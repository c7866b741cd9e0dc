import * as z from 'zod/mini';
import { ledger, tokens } from '../lib/runtime/services.ts';
import { perform } from '../lib/tasks/apply/perform.ts';

const input = z.object({ runId: z.string(), index: z.int(), taskToken: z.string() });

/** State `Perform`. */
export async function handler(event: unknown) {
  return perform({ ledger: ledger(), tokens: tokens() }, input.parse(event));
}
