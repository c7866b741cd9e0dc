import * as z from 'zod/mini';
import { ledger, locks, tokens } from '../lib/runtime/services.ts';
import { lockScope } from '../lib/tasks/govern/lock-scope.ts';

const input = z.object({
  requestId: z.string(),
  planHash: z.string(),
  taskToken: z.string(),
  now: z.string(),
});

/** State `LockScope`. */
export async function handler(event: unknown) {
  return lockScope({ ledger: ledger(), locks: locks(), tokens: tokens() }, input.parse(event));
}
