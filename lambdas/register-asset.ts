import * as z from 'zod/mini';
import { documents, inventory, ledger, publisher } from '../lib/runtime/services.ts';
import { registerAsset } from '../lib/tasks/apply/register-asset.ts';

const input = z.object({ runId: z.string(), index: z.int(), now: z.string() });

/** State `RegisterAsset`. */
export async function handler(event: unknown) {
  return registerAsset(
    { ledger: ledger(), inventory: inventory(), documents: documents(), publisher: publisher() },
    input.parse(event),
  );
}
