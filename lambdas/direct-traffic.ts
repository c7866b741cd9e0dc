import * as z from 'zod/mini';
import { handle } from '../lib/runtime/handler.ts';
import { ledger, locks, settings, tokens } from '../lib/runtime/services.ts';
import { directTraffic } from '../lib/tasks/settle/direct-traffic.ts';

const schema = z.object({ id: z.string(), time: z.string(), detail: z.unknown() });

/** Target of the rule for `Traffic Directive`. */
export const handler = handle('direct-traffic', schema, (input) =>
  directTraffic({ ledger: ledger(), locks: locks(), tokens: tokens(), settings: settings() }, input),
);
