import * as z from 'zod/mini';
import { handle } from '../lib/runtime/handler.ts';
import { documents, sealingKey, seals } from '../lib/runtime/services.ts';
import { sealLedger } from '../lib/tasks/scheduled/seal-ledger.ts';

const schema = z.object({ time: z.string() });

/** Target of a schedule. */
export const handler = handle('seal-ledger', schema, ({ time }) =>
  sealLedger(
    { seals: seals(), documents: documents(), sign: (text) => sealingKey().sign(text) },
    { now: new Date(time).toISOString() },
  ),
);
