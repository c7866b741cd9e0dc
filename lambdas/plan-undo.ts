import * as z from 'zod/mini';
import { documents, inventory, ledger, lookup } from '../lib/runtime/services.ts';
import { planUndo } from '../lib/tasks/govern/plan-undo.ts';

const input = z.object({ requestId: z.string(), runId: z.string(), now: z.string() });

/** State `PlanUndo`. */
export async function handler(event: unknown) {
  return planUndo(
    { ledger: ledger(), documents: documents(), inventory: inventory(), lookup: lookup() },
    input.parse(event),
  );
}
