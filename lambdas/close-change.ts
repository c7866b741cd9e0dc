import * as z from 'zod/mini';
import * as services from '../lib/runtime/services.ts';
import { closeChange } from '../lib/tasks/govern/close-change.ts';

const input = z.object({ requestId: z.string(), now: z.string() });

/** State `CloseChange`. */
export async function handler(event: unknown) {
  return closeChange(
    {
      ledger: services.ledger(),
      locks: services.locks(),
      documents: services.documents(),
      inventory: services.inventory(),
      tokens: services.tokens(),
      publisher: services.publisher(),
      lookup: services.lookup(),
      settings: services.settings(),
    },
    input.parse(event),
  );
}
