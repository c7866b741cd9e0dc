import * as z from 'zod/mini';
import { documents, inventory, ledger, locks, lookup } from '../lib/runtime/services.ts';
import { beginRun } from '../lib/tasks/apply/begin-run.ts';

const input = z.object({
  requestId: z.string(),
  planHash: z.string(),
  runId: z.string(),
  executionArn: z.string(),
  now: z.string(),
});

/** State `BeginRun`. */
export async function handler(event: unknown) {
  return beginRun(
    { ledger: ledger(), documents: documents(), inventory: inventory(), lookup: lookup(), locks: locks() },
    input.parse(event),
  );
}
