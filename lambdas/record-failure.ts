import * as z from 'zod/mini';
import { handle } from '../lib/runtime/handler.ts';
import { ledger } from '../lib/runtime/services.ts';
import { recordFailure } from '../lib/tasks/apply/record-failure.ts';

const schema = z.object({
  runId: z.string(),
  index: z.int(),
  failure: z.object({ Error: z.optional(z.string()), Cause: z.optional(z.string()) }),
});

/** State `RecordFailure`. */
export const handler = handle('record-failure', schema, (input) =>
  recordFailure({ ledger: ledger() }, input),
);
