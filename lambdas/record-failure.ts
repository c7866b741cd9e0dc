import * as z from 'zod';
import { ledger } from '../lib/services.ts';
import { recordFailure } from '../lib/tasks/record-failure.ts';

const input = z.object({
  runId: z.string(),
  index: z.number().int().min(0),
  failure: z.object({ Error: z.string().optional(), Cause: z.string().optional() }),
});

/** State `RecordFailure`. */
export async function handler(event: unknown) {
  return recordFailure({ ledger: ledger() }, input.parse(event));
}
