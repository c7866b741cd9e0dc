import * as z from 'zod/mini';
import { documents, ledger, publisher, settings } from '../lib/runtime/services.ts';
import { countDecisions } from '../lib/tasks/govern/count-decisions.ts';

const input = z.object({ requestId: z.string(), now: z.string() });

/** State `CountDecisions`. */
export async function handler(event: unknown) {
  return countDecisions(
    { ledger: ledger(), documents: documents(), publisher: publisher(), settings: settings() },
    input.parse(event),
  );
}
