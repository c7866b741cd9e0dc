import * as z from 'zod/mini';
import { handle } from '../lib/runtime/handler.ts';
import * as services from '../lib/runtime/services.ts';
import { settle } from '../lib/tasks/settle/settle.ts';

const schema = z.object({
  request: z.object({ requestId: z.string(), ending: z.boolean(), died: z.string() }),
  now: z.string(),
});

/** State `Settle`. */
export const handler = handle(
  'settle',
  schema,
  (input) =>
    settle(
      {
        ledger: services.ledger(),
        locks: services.locks(),
        documents: services.documents(),
        inventory: services.inventory(),
        providers: services.providers(),
        executions: services.executions(),
        tokens: services.tokens(),
        publisher: services.publisher(),
        lookup: services.lookup(),
        settings: services.settings(),
        pumpRunArn: services.pumpRunArn(),
      },
      input,
    ),
  ({ status }) => (status === undefined ? {} : { Requests: 1 }),
);
