import * as z from 'zod/mini';
import { handle } from '../lib/runtime/handler.ts';
import { documents, ledger, publisher, tokens } from '../lib/runtime/services.ts';
import { reviewChanges } from '../lib/tasks/scheduled/review-changes.ts';

const schema = z.object({
  time: z.string(),
  /** The detail of `Change Decision Recorded`. The schedule names no change. */
  detail: z._default(z.object({ changeId: z.optional(z.string()) }), {}),
});

/** Target of a schedule, and of the rule for `Change Decision Recorded`. */
export const handler = handle(
  'review-changes',
  schema,
  ({ time, detail }) =>
    reviewChanges(
      { ledger: ledger(), documents: documents(), publisher: publisher(), tokens: tokens() },
      { now: new Date(time).toISOString(), ...detail },
    ),
  // An invocation for one event doesn't count all reviews.
  ({ overdue }, { detail }) => (detail.changeId === undefined ? { ReviewsOverdue: overdue } : {}),
);
