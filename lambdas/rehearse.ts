import * as z from 'zod/mini';
import { handle } from '../lib/runtime/handler.ts';
import { documents, inventory, ledger, lookup, providers } from '../lib/runtime/services.ts';
import { rehearse } from '../lib/tasks/govern/rehearse.ts';

const schema = z.object({ requestId: z.string(), planHash: z.string(), now: z.string() });

/** State `Rehearse`. */
export const handler = handle('rehearse', schema, (input) =>
  rehearse(
    {
      ledger: ledger(),
      documents: documents(),
      inventory: inventory(),
      providers: providers(),
      lookup: lookup(),
    },
    input,
  ),
);
