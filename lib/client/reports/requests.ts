import * as z from 'zod';

/** The output of `requests list --json`. Fields keep their names and meanings; new ones may be added. */
const request = z.looseObject({
  requestId: z.string(),
  status: z.enum([
    ...(['Admitted', 'Planned', 'Approved', 'Applying', 'Undoing'] as const),
    ...(['Completed', 'Rejected', 'Failed', 'RolledBack'] as const),
  ]),
  /** Absent, like the next three fields, if the request could not be read. */
  action: z.string().optional(),
  environment: z.string().optional(),
  service: z.string().optional(),
  scope: z.string().optional(),
  /** The proven voice of a person, or the source on the bus. */
  requester: z.string(),
  /** ISO 8601 instants, in simulated time on the local cloud. */
  submittedAt: z.string(),
  closedAt: z.string().optional(),
  /** Why the request ended this way. */
  reason: z.string().optional(),
  changeId: z.string().optional(),
  runId: z.string().optional(),
  undoRunId: z.string().optional(),
  executionArn: z.string(),
});

/** The output of `requests list --json`. */
export const requestsReport = z.looseObject({ requests: z.array(request) });
export type RequestSummary = z.output<typeof request>;
