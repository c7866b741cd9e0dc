import * as z from 'zod/mini';
import { documents, sealingKey, seals } from '../lib/runtime/services.ts';
import { sealLedger } from '../lib/tasks/scheduled/seal-ledger.ts';

const input = z.object({ time: z.string() });

/** Target of a schedule. */
export async function handler(event: unknown) {
  const { time } = input.parse(event);
  const key = sealingKey();
  return sealLedger(
    { seals: seals(), documents: documents(), sign: (text) => key.sign(text) },
    { now: new Date(time).toISOString() },
  );
}
