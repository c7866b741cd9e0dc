import * as z from 'zod/mini';
import { ledger, locks, settings, tokens } from '../lib/runtime/services.ts';
import { cancelRequest } from '../lib/tasks/settle/cancel-request.ts';

const input = z.object({ id: z.string(), source: z.string(), time: z.string(), detail: z.unknown() });

/** Target of the rule for `Cancellation Requested`. */
export async function handler(event: unknown): Promise<void> {
  await cancelRequest(
    { ledger: ledger(), locks: locks(), tokens: tokens(), settings: settings() },
    input.parse(event),
  );
}
