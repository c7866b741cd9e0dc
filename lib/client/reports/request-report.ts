import * as z from 'zod';
import { stepFields } from './step.ts';

/**
 * The output of `--json`. It is a stable format: no field is renamed or removed. `plan` and `run` are null if the
 * request didn't get that far.
 */
export const requestReport = z.strictObject({
  file: z.string(),
  requestId: z.string(),
  /** `Waiting`: the decision on its change is pending. */
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
      /** ISO 8601 instants, in simulated time on the local cloud. */
      startedAt: z.string(),
      finishedAt: z.string(),
      makespanSeconds: z.number(),
      /** The longest chain of steps by their actual durations. */
      criticalPathSeconds: z.number(),
      /** Total of all executions of the request: governance, plan, children, pump, undo. */
      stateTransitions: z.int(),
      pumpTicks: z.int(),
      /** Events in the longest of their histories. Step Functions allows 25,000 in an execution. */
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
