import * as z from 'zod/mini';
import { handle } from '../lib/runtime/handler.ts';
import { documents, inventory, ledger, locks, lookup } from '../lib/runtime/services.ts';
import { beginRun } from '../lib/tasks/apply/begin-run.ts';

const schema = z.object({
  requestId: z.string(),
  planHash: z.string(),
  runId: z.string(),
  executionArn: z.string(),
  now: z.string(),
});

/** State `BeginRun`. */
export const handler = handle('begin-run', schema, (input) =>
  beginRun(
    { ledger: ledger(), documents: documents(), inventory: inventory(), lookup: lookup(), locks: locks() },
    input,
  ),
);
