import * as z from 'zod/mini';
import { calendars, documents, ledger, publisher } from '../lib/runtime/services.ts';
import { findWindow } from '../lib/tasks/govern/find-window.ts';

const input = z.object({ requestId: z.string(), planHash: z.string(), now: z.string() });

/** State `FindWindow`. */
export async function handler(event: unknown) {
  const services = { ledger: ledger(), documents: documents(), publisher: publisher(), calendars };
  return findWindow(services, input.parse(event));
}
