import * as z from 'zod/mini';
import { documents, ledger, publisher, tokens } from '../lib/runtime/services.ts';
import { reviewChanges } from '../lib/tasks/scheduled/review-changes.ts';

const input = z.object({
  time: z.string(),
  /** Of `Change Decision Recorded`; the schedule names no change. */
  detail: z._default(z.object({ changeId: z.optional(z.string()) }), {}),
});

/**
 * Target of a schedule, and of `Change Decision Recorded`. The line it logs is a metric in CloudWatch's embedded
 * metric format, which the alarm looks at ("Specification: Embedded metric format", CloudWatch User Guide).
 */
export async function handler(event: unknown): Promise<void> {
  const { time, detail } = input.parse(event);
  const { overdue } = await reviewChanges(
    { ledger: ledger(), documents: documents(), publisher: publisher(), tokens: tokens() },
    { now: new Date(time).toISOString(), ...detail },
  );
  // What one event looks at is no count of all.
  if (detail.changeId !== undefined) return;
  const metric = {
    Namespace: 'Baton',
    Dimensions: [[]],
    Metrics: [{ Name: 'ReviewsOverdue', Unit: 'Count' }],
  };
  const _aws = { Timestamp: Date.parse(time), CloudWatchMetrics: [metric] };
  console.log(JSON.stringify({ _aws, ReviewsOverdue: overdue }));
}
