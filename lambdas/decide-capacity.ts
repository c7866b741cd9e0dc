import * as z from 'zod/mini';
import { governance } from '../lib/runtime/governance.ts';
import { handle } from '../lib/runtime/handler.ts';
import { documents, inventory, ledger, scaling, tallies } from '../lib/runtime/services.ts';
import { decideCapacity } from '../lib/tasks/scaling/decide-capacity.ts';

const schema = z.object({
  assetId: z.string(),
  property: z.string(),
  inputHash: z.string(),
  executionArn: z.string(),
  now: z.string(),
});

/** State `DecideCapacity`. */
export const handler = handle('decide-capacity', schema, (input) =>
  decideCapacity(
    {
      ...{ scaling: scaling(), inventory: inventory(), documents: documents(), ledger: ledger() },
      ...{ governance, tallies: tallies() },
    },
    input,
  ),
);
