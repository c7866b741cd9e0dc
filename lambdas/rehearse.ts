import * as z from 'zod/mini';
import { documents, ledger } from '../lib/services.ts';

const input = z.object({ requestId: z.string(), planHash: z.string(), now: z.string() });

/** State `Rehearse`. */
export async function handler(event: unknown) {
  const { requestId, now } = input.parse(event);
  const rehearsal = { outcome: 'none', steps: 0, undoSteps: 0, differences: [], irreversible: [] };
  const rehearsalHash = await documents().put(rehearsal);
  await ledger().updateRequest(requestId, { rehearsalHash, updatedAt: now });
  return { rehearsal: 'none' };
}
