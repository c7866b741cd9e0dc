import * as z from 'zod/mini';
import { documents, ledger, locks, tokens } from '../lib/runtime/services.ts';
import { awaitApproval } from '../lib/tasks/govern/await-approval.ts';

const input = z.object({ requestId: z.string(), taskToken: z.string(), now: z.string() });

/** State `AwaitApproval`. */
export async function handler(event: unknown): Promise<void> {
  const services = { ledger: ledger(), locks: locks(), documents: documents(), tokens: tokens() };
  await awaitApproval(services, input.parse(event));
}
