import * as z from 'zod/mini';
import { handle } from '../lib/runtime/handler.ts';
import { documents, ledger, locks, tokens } from '../lib/runtime/services.ts';
import { awaitApproval } from '../lib/tasks/govern/await-approval.ts';

const schema = z.object({ requestId: z.string(), taskToken: z.string(), now: z.string() });

/** State `AwaitApproval`. */
export const handler = handle('await-approval', schema, (input) =>
  awaitApproval({ ledger: ledger(), locks: locks(), documents: documents(), tokens: tokens() }, input),
);
