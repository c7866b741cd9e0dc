import * as z from 'zod/mini';
import { ledger, locks, tokens } from '../lib/runtime/services.ts';
import { awaitWindow } from '../lib/tasks/govern/await-window.ts';

const input = z.object({ requestId: z.string(), taskToken: z.string() });

/** State `AwaitWindow`. */
export async function handler(event: unknown): Promise<void> {
  await awaitWindow({ ledger: ledger(), locks: locks(), tokens: tokens() }, input.parse(event));
}
