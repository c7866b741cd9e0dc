import * as z from 'zod/mini';
import { handle } from '../lib/runtime/handler.ts';
import { documents, inventory, ledger, lookup, settings } from '../lib/runtime/services.ts';
import { planChange } from '../lib/tasks/govern/plan-change.ts';

const schema = z.object({ requestId: z.string(), now: z.string() });

/** State `PlanChange`. */
export const handler = handle('plan-change', schema, (input) =>
  planChange(
    {
      ledger: ledger(),
      documents: documents(),
      inventory: inventory(),
      lookup: lookup(),
      settings: settings(),
    },
    input,
  ),
);
