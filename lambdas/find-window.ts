import * as z from 'zod/mini';
import { handle } from '../lib/runtime/handler.ts';
import { calendars, documents, ledger, publisher } from '../lib/runtime/services.ts';
import { findWindow } from '../lib/tasks/govern/find-window.ts';

const schema = z.object({ requestId: z.string(), planHash: z.string(), now: z.string() });

/** State `FindWindow`. */
export const handler = handle('find-window', schema, (input) =>
  findWindow({ ledger: ledger(), documents: documents(), publisher: publisher(), calendars }, input),
);
