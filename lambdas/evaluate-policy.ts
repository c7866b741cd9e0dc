import * as z from 'zod/mini';
import { handle } from '../lib/runtime/handler.ts';
import { engines } from '../lib/runtime/policies.ts';
import { documents, ledger, settings } from '../lib/runtime/services.ts';
import { evaluatePolicy } from '../lib/tasks/govern/evaluate-policy.ts';

const schema = z.object({ requestId: z.string(), now: z.string() });

/** State `EvaluatePolicy`. */
export const handler = handle(
  'evaluate-policy',
  schema,
  (input) =>
    evaluatePolicy({ ledger: ledger(), documents: documents(), settings: settings(), engines }, input),
  ({ decision }) => ({ PlansDenied: decision === 'deny' ? 1 : 0 }),
);
