import * as z from 'zod/mini';
import { documents, inventory, ledger, publisher } from '../lib/runtime/services.ts';
import { closeRun } from '../lib/tasks/apply/close-run.ts';

const input = z.object({ runId: z.string(), now: z.string() });

/** State `CloseRun`. */
export async function handler(event: unknown) {
  return closeRun(
    { ledger: ledger(), inventory: inventory(), documents: documents(), publisher: publisher() },
    input.parse(event),
  );
}
