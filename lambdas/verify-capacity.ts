import * as z from 'zod/mini';
import { handle } from '../lib/runtime/handler.ts';
import { ledger, locks, providers, scaling, tokens } from '../lib/runtime/services.ts';
import { verifyCapacity } from '../lib/tasks/scaling/verify-capacity.ts';

const schema = z.object({
  assetId: z.string(),
  property: z.string(),
  requestId: z.string(),
  now: z.string(),
});

/** State `VerifyCapacity`. */
export const handler = handle('verify-capacity', schema, (input) =>
  verifyCapacity(
    {
      ...{ scaling: scaling(), providers: providers() },
      ...{ ledger: ledger(), locks: locks(), tokens: tokens() },
    },
    input,
  ),
);
