import * as z from 'zod/mini';
import { handle } from '../lib/runtime/handler.ts';
import { ledger, locks, tokens } from '../lib/runtime/services.ts';
import { lockScope } from '../lib/tasks/govern/lock-scope.ts';

const schema = z.object({
  requestId: z.string(),
  planHash: z.string(),
  taskToken: z.string(),
  now: z.string(),
});

/** State `LockScope`. */
export const handler = handle('lock-scope', schema, (input) =>
  lockScope({ ledger: ledger(), locks: locks(), tokens: tokens() }, input),
);
