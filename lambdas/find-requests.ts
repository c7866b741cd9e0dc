import * as z from 'zod/mini';
import { handle } from '../lib/runtime/handler.ts';
import { executions, ledger, locks } from '../lib/runtime/services.ts';
import { findRequests, findRequestsInput } from '../lib/tasks/scheduled/find-requests.ts';

const schema = z.object({ input: findRequestsInput });

/** State `FindRequests`. */
export const handler = handle(
  'find-requests',
  schema,
  ({ input }) => findRequests({ ledger: ledger(), locks: locks(), executions: executions() }, input),
  ({ longestQueue }) => (longestQueue === undefined ? {} : { LockQueue: longestQueue }),
);
