import * as z from 'zod/mini';
import { handle } from '../lib/runtime/handler.ts';
import { documents, inventory, ledger, publisher } from '../lib/runtime/services.ts';
import { closeRun } from '../lib/tasks/apply/close-run.ts';

const schema = z.object({ runId: z.string(), now: z.string() });

/** State `CloseRun`. */
export const handler = handle(
  'close-run',
  schema,
  (input) =>
    closeRun(
      { ledger: ledger(), inventory: inventory(), documents: documents(), publisher: publisher() },
      input,
    ),
  () => ({ Runs: 1 }),
);
