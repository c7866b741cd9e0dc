import * as z from 'zod/mini';
import { documents, inventory, ledger, lookup, settings } from '../lib/runtime/services.ts';
import { planChange } from '../lib/tasks/govern/plan-change.ts';

const input = z.object({ requestId: z.string(), now: z.string() });

/** State `PlanChange`. */
export async function handler(event: unknown) {
  return planChange(
    {
      ledger: ledger(),
      documents: documents(),
      inventory: inventory(),
      lookup: lookup(),
      settings: settings(),
    },
    input.parse(event),
  );
}
