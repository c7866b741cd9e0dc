import * as z from 'zod/mini';
import { handle } from '../lib/runtime/handler.ts';
import { documents, inventory, ledger, publisher } from '../lib/runtime/services.ts';
import { registerAsset } from '../lib/tasks/apply/register-asset.ts';

const schema = z.object({ runId: z.string(), index: z.int(), now: z.string() });

/** State `RegisterAsset`. */
export const handler = handle('register-asset', schema, (input) =>
  registerAsset(
    { ledger: ledger(), inventory: inventory(), documents: documents(), publisher: publisher() },
    input,
  ),
);
