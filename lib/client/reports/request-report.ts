import * as z from 'zod';
import { stepFields } from './step.ts';

/**
 * What `--json` prints. The form is contract: fields are added with care, none is renamed or taken away.
 * `plan` and `run` are null where a request never came so far.
 */
export const requestReport = z.strictObject({
  file: z.string(),
  requestId: z.string(),
  /** `Waiting`: nobody has decided on its change yet. */
  status: z.enum(['Completed', 'Rejected', 'Failed', 'RolledBack', 'Waiting']),
  errors: z.array(z.strictObject({ path: z.string(), message: z.string() })),
  violations: z.array(
    z.strictObject({
      rule: z.string(),
      severity: z.enum(['low', 'medium', 'high', 'critical']),
      resource: z.string(),
      path: z.string(),
      message: z.string(),
    }),
  ),
  plan: z.nullable(
    z.strictObject({
      hash: z.string(),
      steps: z.array(z.strictObject(stepFields)),
    }),
  ),
  run: z.nullable(
    z.strictObject({
      /** ISO 8601 instants, simulated time on the local cloud. */
      startedAt: z.string(),
      finishedAt: z.string(),
      makespanSeconds: z.number(),
      /** Longest chain of steps by the durations they really had. */
      criticalPathSeconds: z.number(),
      /** Of all executions of the request: governance, plan, children, pump, undo. */
      stateTransitions: z.int(),
      pumpTicks: z.int(),
      /** Events in the longest history of them: Step Functions allows 25,000 an execution. */
      historyEvents: z.int(),
    }),
  ),
  assets: z.array(
    z.strictObject({
      id: z.string(),
      resource: z.string(),
      type: z.string(),
      identifier: z.string(),
      status: z.enum(['Active', 'Retired', 'Retained', 'Unknown']),
      version: z.int(),
    }),
  ),
});
export type RequestReport = z.output<typeof requestReport>;

export const report = z.strictObject({ requests: z.array(requestReport) });
export type Report = z.output<typeof report>;
