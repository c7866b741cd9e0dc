import * as z from 'zod/mini';
import { handle } from '../lib/runtime/handler.ts';
import * as services from '../lib/runtime/services.ts';
import { closeChange } from '../lib/tasks/govern/close-change.ts';

const schema = z.object({ requestId: z.string(), now: z.string() });

/** State `CloseChange`. */
export const handler = handle(
  'close-change',
  schema,
  (input) =>
    closeChange(
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
      input,
    ),
  () => ({ Requests: 1 }),
);
