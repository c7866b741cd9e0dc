import * as z from 'zod/mini';
import { documents, ledger, locks } from '../lib/services.ts';
import { beginRun } from '../lib/tasks/begin-run.ts';

const input = z.object({
  requestId: z.string(),
  planHash: z.string(),
  runId: z.string(),
  executionArn: z.string(),
  now: z.string(),
});

/** State `BeginRun`. */
export async function handler(event: unknown) {
  return beginRun({ ledger: ledger(), documents: documents(), locks: locks() }, input.parse(event));
}
