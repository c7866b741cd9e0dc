import * as z from 'zod/mini';
import { handle } from '../lib/runtime/handler.ts';
import { ledger, tokens } from '../lib/runtime/services.ts';
import { perform } from '../lib/tasks/apply/perform.ts';

const schema = z.object({ runId: z.string(), index: z.int(), taskToken: z.string() });

/** State `Perform`. */
export const handler = handle('perform', schema, (input) =>
  perform({ ledger: ledger(), tokens: tokens() }, input),
);
