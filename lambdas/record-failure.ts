import * as z from 'zod/mini';
import { ledger } from '../lib/runtime/services.ts';
import { recordFailure } from '../lib/tasks/apply/record-failure.ts';

const input = z.object({
  runId: z.string(),
  index: z.int(),
  failure: z.object({ Error: z.optional(z.string()), Cause: z.optional(z.string()) }),
});

/** State `RecordFailure`. */
export async function handler(event: unknown) {
  return recordFailure({ ledger: ledger() }, input.parse(event));
}
