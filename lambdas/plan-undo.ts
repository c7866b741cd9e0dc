import * as z from 'zod/mini';
import { handle } from '../lib/runtime/handler.ts';
import { documents, inventory, ledger, lookup } from '../lib/runtime/services.ts';
import { planUndo } from '../lib/tasks/govern/plan-undo.ts';

const schema = z.object({ requestId: z.string(), runId: z.string(), now: z.string() });

/** State `PlanUndo`. */
export const handler = handle('plan-undo', schema, (input) =>
  planUndo({ ledger: ledger(), documents: documents(), inventory: inventory(), lookup: lookup() }, input),
);
