import * as z from 'zod/mini';
import {
  documents,
  inventory,
  ledger,
  lookup,
  provider,
  provisioningRoleArn,
} from '../lib/runtime/services.ts';
import { rehearse } from '../lib/tasks/govern/rehearse.ts';

const input = z.object({ requestId: z.string(), planHash: z.string(), now: z.string() });

/** State `Rehearse`. */
export async function handler(event: unknown) {
  return rehearse(
    {
      ledger: ledger(),
      documents: documents(),
      inventory: inventory(),
      provider: provider(),
      lookup: lookup(),
      roleArn: provisioningRoleArn,
    },
    input.parse(event),
  );
}
