import * as z from 'zod/mini';
import { documents, ledger, publisher } from '../lib/services.ts';
import { openChange } from '../lib/tasks/open-change.ts';

const input = z.object({ requestId: z.string(), planHash: z.string(), now: z.string() });

/** State `OpenChange`. */
export async function handler(event: unknown) {
  return openChange({ ledger: ledger(), documents: documents(), publisher: publisher() }, input.parse(event));
}
