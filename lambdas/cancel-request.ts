import * as z from 'zod/mini';
import { handle } from '../lib/runtime/handler.ts';
import { ledger, locks, settings, tokens } from '../lib/runtime/services.ts';
import { cancelRequest } from '../lib/tasks/settle/cancel-request.ts';

const schema = z.object({ id: z.string(), source: z.string(), time: z.string(), detail: z.unknown() });

/** Target of the rule for `Cancellation Requested`. */
export const handler = handle('cancel-request', schema, (input) =>
  cancelRequest({ ledger: ledger(), locks: locks(), tokens: tokens(), settings: settings() }, input),
);
