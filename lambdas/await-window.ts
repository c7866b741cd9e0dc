import * as z from 'zod/mini';
import { handle } from '../lib/runtime/handler.ts';
import { ledger, locks, tokens } from '../lib/runtime/services.ts';
import { awaitWindow } from '../lib/tasks/govern/await-window.ts';

const schema = z.object({ requestId: z.string(), taskToken: z.string() });

/** State `AwaitWindow`. */
export const handler = handle('await-window', schema, (input) =>
  awaitWindow({ ledger: ledger(), locks: locks(), tokens: tokens() }, input),
);
