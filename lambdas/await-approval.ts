import * as z from 'zod/mini';
import { documents, ledger, tokens } from '../lib/services.ts';
import { awaitApproval } from '../lib/tasks/await-approval.ts';

const input = z.object({ requestId: z.string(), taskToken: z.string(), now: z.string() });

/** State `AwaitApproval`. */
export async function handler(event: unknown): Promise<void> {
  await awaitApproval({ ledger: ledger(), documents: documents(), tokens: tokens() }, input.parse(event));
}
