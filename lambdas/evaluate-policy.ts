import * as z from 'zod/mini';
import { engines } from '../lib/runtime/policies.ts';
import { documents, ledger, settings } from '../lib/runtime/services.ts';
import { evaluatePolicy } from '../lib/tasks/govern/evaluate-policy.ts';

const input = z.object({ requestId: z.string(), now: z.string() });

/** State `EvaluatePolicy`. */
export async function handler(event: unknown) {
  return evaluatePolicy(
    { ledger: ledger(), documents: documents(), settings: settings(), engines },
    input.parse(event),
  );
}
