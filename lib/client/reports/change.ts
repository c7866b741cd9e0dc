import * as z from 'zod';
import { properties, stepFields } from './step.ts';

/**
 * The output of `changes show --json`, `changes list --json` and the decision commands. Fields keep their names and
 * meanings; new ones may be added.
 */
const hash = z.string().regex(/^[0-9a-f]{64}$/);
const severity = z.enum(['low', 'medium', 'high', 'critical']);
const enforcement = z.enum(['enforce', 'warn']);
const changeType = z.enum(['standard', 'normal', 'emergency']);
const riskLevel = z.enum(['low', 'medium', 'high']);
const kind = z.enum(['approve', 'reject', 'withdraw']);
const speaker = z.looseObject({ voice: z.string(), arn: z.string(), shared: z.literal(true).optional() });

const step = z.looseObject({
  ...stepFields,
  assetId: z.string().optional(),
  assetVersion: z.int().optional(),
  /** What a rollback restores in addition to the requested properties. */
  restore: properties.optional(),
  /** Why the step can't be rolled back. Absent if it can. */
  irreversible: z.string().optional(),
  /** Why nothing has to be undone, of a step without an inverse. */
  nothingToUndo: z.string().optional(),
});

const change = z.looseObject({
  changeId: z.string(),
  requestId: z.string(),
  type: changeType,
  status: z.enum([
    ...(['AwaitingApproval', 'Approved', 'Rejected', 'Withdrawn', 'Expired', 'Refused'] as const),
    ...(['ReviewDue', 'ReviewOverdue', 'Closed'] as const),
  ]),
  capsuleHash: hash,
  environment: z.string(),
  service: z.string(),
  requester: speaker,
  riskLevel,
  expiresAt: z.string().optional(),
  reviewBy: z.string().optional(),
  reason: z.string().optional(),
  planHashes: z.array(hash),
  openedAt: z.string(),
  closedAt: z.string().optional(),
});

const violation = z.looseObject({
  rule: z.string(),
  severity,
  enforcement,
  resource: z.string(),
  path: z.string(),
  message: z.string(),
});

const capsule = z.looseObject({
  version: z.literal(1),
  changeId: z.string(),
  requestId: z.string(),
  attempt: z.int(),
  type: changeType,
  header: z.looseObject({
    environment: z.string(),
    service: z.string(),
    owner: z.string(),
    reason: z.string(),
  }),
  requester: speaker,
  scope: z.string(),
  ...{ desiredHash: hash, planHash: hash, bundleHash: hash, verdictsHash: hash, governanceHash: hash },
  inverseHash: hash.optional(),
  violations: z.array(violation),
  waived: z.array(
    z.looseObject({ rule: z.string(), resource: z.string(), reason: z.string(), expires: z.string() }),
  ),
  pending: z.array(
    z.looseObject({
      rule: z.string(),
      resource: z.string(),
      path: z.string(),
      unknowns: z.array(z.string()),
    }),
  ),
  steps: z.array(step),
  impact: z.array(
    z.looseObject({
      assetId: z.string(),
      logicalId: z.string(),
      scope: z.string(),
      version: z.int(),
      relation: z.enum(['changed', 'dependent']),
    }),
  ),
  overlaps: z.array(z.looseObject({ changeId: z.string(), assets: z.array(z.string()) })),
  risk: z.looseObject({ level: riskLevel, blastRadius: z.int(), irreversibleSteps: z.int() }),
  approvals: z.array(
    z.looseObject({
      level: z.string(),
      quorum: z.int(),
      groups: z.array(z.string()),
      eligible: z.array(z.string()),
      because: z.array(z.looseObject({ rule: z.string(), message: z.string() })),
    }),
  ),
  window: z.looseObject({ calendars: z.array(z.string()), opensAt: z.string().optional() }),
  predicted: z.looseObject({ doSeconds: z.number(), undoSeconds: z.number() }),
  rehearsal: z.looseObject({ outcome: z.enum(['passed', 'failed', 'none']) }),
  highestSeverity: severity.optional(),
});

const decision = z.looseObject({
  changeId: z.string(),
  capsuleHash: hash,
  kind,
  speaker,
  reason: z.string(),
  at: z.string(),
});

/** The output of `changes show --json`. */
export const changeReport = z.looseObject({ change, capsule, decisions: z.array(decision) });

/** The output of `changes list --json`. */
export const changesReport = z.looseObject({ changes: z.array(change) });

/** The output of `approve`, `reject` and `withdraw` with `--json`. */
export const decisionReport = z.looseObject({
  changeId: z.string(),
  capsuleHash: hash,
  decision: kind,
  voice: z.string(),
  at: z.string(),
  /** Whether the decision existed already, so that nothing changed. */
  already: z.boolean(),
  /** The state of the approvals after the decision. */
  standing: z.looseObject({
    status: z.enum(['Approved', 'Rejected', 'Withdrawn', 'Expired', 'Waiting']),
    levels: z.array(
      z.looseObject({
        level: z.string(),
        quorum: z.int(),
        given: z.array(z.string()),
        /** The voices that can still approve. */
        open: z.array(z.string()),
      }),
    ),
    /** The change runs at this time at the earliest. */
    opensAt: z.string().optional(),
    opensReason: z.string().optional(),
  }),
});
