import * as z from 'zod/mini';
import { executions, ledger } from '../lib/runtime/services.ts';
import { findRequests, findRequestsInput } from '../lib/tasks/scheduled/find-requests.ts';

const input = z.object({ input: findRequestsInput });

/** State `FindRequests`. */
export async function handler(event: unknown) {
  return findRequests({ ledger: ledger(), executions: executions() }, input.parse(event).input);
}
