import * as z from 'zod/mini';
import { handle } from '../lib/runtime/handler.ts';
import { documents, ledger, publisher, settings } from '../lib/runtime/services.ts';
import { countDecisions } from '../lib/tasks/govern/count-decisions.ts';

const schema = z.object({ requestId: z.string(), now: z.string() });

/** State `CountDecisions`. */
export const handler = handle('count-decisions', schema, (input) =>
  countDecisions(
    { ledger: ledger(), documents: documents(), publisher: publisher(), settings: settings() },
    input,
  ),
);
