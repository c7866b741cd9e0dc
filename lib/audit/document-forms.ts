import * as z from 'zod';
import type { Calendars } from '../change/calendar.ts';
import type { GovernanceRules } from '../change/governance.ts';
import type { Capsule } from '../model/change.ts';
import type { Operation, Plan } from '../model/plan.ts';
import type { Verdicts } from '../model/policy.ts';
import type { DesiredState } from '../model/request.ts';
import { stepStatuses } from '../model/run.ts';
import { harms } from '../model/verbs/verb.ts';
import type { UndoSource } from '../planner/index.ts';

// The parts of documents that verification reads, because their authors must be verified.

const text = z.string();
/** The operations that verification knows. */
export const auditedOperations: readonly Operation[] = [
  ...(['create', 'update', 'replace', 'delete', 'retain', 'act', 'verify'] as const),
];
const operation = z.custom<Operation>((name) => auditedOperations.some((one) => one === name));
const count = z.int();
const speaker = z.object({ voice: text, arn: text });
const header = z.object({
  environment: text,
  service: text,
  owner: text,
  action: text,
  change: z.enum(['normal', 'emergency']).optional(),
});
const act = z.object({ verb: text, harm: z.enum(harms) });
const changes = z.array(z.object({ path: text }));
const waiver = z.object({ source: z.enum(['settings', 'request']) });

const rehearsal = z.object({
  outcome: z.enum(['passed', 'failed', 'none']),
  planHash: text.optional(),
  irreversible: z.array(z.object({ step: text, reason: text })),
});

const approvals = z.array(
  z.object({
    level: text,
    quorum: count,
    groups: z.array(text),
    eligible: z.array(text),
    because: z.array(z.object({ rule: text, message: text })),
  }),
);

const risk = z.object({
  level: z.enum(['low', 'medium', 'high']),
  creates: count,
  updates: count,
  replaces: count,
  deletes: count,
  blastRadius: count,
  irreversibleSteps: count,
  dataLosses: count,
  novelTypes: z.array(text),
  policyWarnings: count,
  pendingResiduals: count,
  exceptions: count,
  exposed: z.array(
    z.object({ kind: text, level: z.enum(['medium', 'high']), step: text, path: text, message: text }),
  ),
  rehearsal: rehearsal.shape.outcome,
});

const capsule = z.object({
  changeId: text,
  type: z.enum(['standard', 'normal', 'emergency']),
  header,
  requester: speaker,
  scope: text,
  desiredHash: text,
  planHash: text,
  bundleHash: text,
  verdictsHash: text,
  governanceHash: text,
  violations: z.array(z.unknown()),
  waived: z.array(z.unknown()),
  pending: z.array(z.unknown()),
  steps: z.array(z.object({ type: text, operation, act: act.optional(), changes: changes.optional() })),
  impact: z.array(z.object({ relation: z.enum(['changed', 'dependent']) })),
  overlaps: z.array(z.unknown()),
  risk,
  approvals,
  dayPoints: count,
  scaling: z.object({ dayScales: count, utcHour: count, beyond: z.literal(true).optional() }).optional(),
  window: z.object({ waitsSeconds: count.optional(), freeze: text.optional() }),
  predicted: z.object({ doSeconds: count, undoSeconds: count }),
  rehearsal,
});

const plan = z.object({
  direction: z.enum(['forward', 'undo']),
  undoes: text.optional(),
  account: text.optional(),
  region: text.optional(),
  environment: text.optional(),
  steps: z.array(
    z.object({
      id: text,
      place: z.object({ account: text, region: text }).optional(),
      resource: text,
      type: text,
      operation,
      dependsOn: z.array(text),
      holdsData: z.boolean(),
      inverse: z.object({ irreversible: text.optional() }),
      assetId: text.optional(),
      assetVersion: count.optional(),
      relationships: z.array(text).optional(),
      changes: changes.optional(),
      act: act.optional(),
    }),
  ),
  unchanged: z.array(z.object({ resource: text })).optional(),
});

const verdicts = z.object({
  decision: z.enum(['allow', 'deny']),
  planHash: text,
  bundleHash: text,
  violations: z.array(z.object({ severity: text })),
  pending: z.array(z.unknown()),
  waived: z.array(z.object({ waiver })),
});

const governance = z.object({
  policies: z.array(z.object({ key: text, id: text, text, message: text, level: text.optional() })),
  levels: z.record(text, z.object({ groups: z.array(text), quorum: count, eligible: z.array(text) })),
  groups: z.record(text, z.array(text)),
  dayPointsMax: count,
  anyScope: z.array(z.object({ who: z.array(text), services: z.array(text) })).optional(),
  unattendedDeletion: text.optional(),
});

const record = z.record(text, z.unknown());
const paths = z.array(text);

const undoSource = z.object({
  runId: text,
  planHash: text,
  journal: z.array(
    z.object({
      ...{ index: count, status: z.enum(stepStatuses) },
      ...{ identifier: text.optional(), preImage: record.optional() },
    }),
  ),
  taken: z.array(count),
  before: z.array(z.object({ id: text, version: count, applied: record, dependsOn: paths })),
  standing: z.array(
    z.object({
      ...{ id: text, type: text, identifier: text, version: count },
      ...{ account: text.optional(), region: text.optional() },
    }),
  ),
  types: z.record(
    text,
    z.object({
      ...{ readOnly: paths, writeOnly: paths, sensitive: paths },
      properties: z.record(text, z.object({ required: z.boolean() })),
    }),
  ),
});

const calendar = z.object({ name: text, events: z.array(z.looseObject({})), zones: record });
const calendars = z.object({ maintenance: z.array(calendar), freezes: z.array(calendar) });

export type ReadPlan = Pick<Plan, 'direction' | 'undoes' | 'steps'> &
  Partial<Pick<Plan, 'account' | 'unchanged'>>;
export type ReadVerdicts = Pick<
  Verdicts,
  'decision' | 'planHash' | 'bundleHash' | 'violations' | 'pending' | 'waived'
>;

/** The schema of each kind of document. Fields outside of the schemas are only covered by the document's hash. */
interface Kinds {
  capsule: Capsule;
  plan: ReadPlan;
  verdicts: ReadVerdicts;
  governance: GovernanceRules;
  desired: Pick<DesiredState, 'header' | 'scope'> & Partial<Pick<DesiredState, 'wish'>>;
  undoSource: UndoSource;
  calendars: Calendars;
}

const forms: Record<keyof Kinds, z.ZodType> = {
  ...{ capsule, plan, verdicts, governance, undoSource, calendars },
  desired: z.object({
    header,
    scope: text,
    wish: z
      .object({
        kind: text,
        changes: z.array(z.object({ asset: text })).optional(),
        verbs: z.array(z.object({ asset: text, verb: text })).optional(),
        shifts: z.array(z.object({ asset: text })).optional(),
      })
      .refine(({ kind, changes }) => kind !== 'changes' || changes !== undefined)
      .refine(({ kind, verbs }) => kind !== 'verbs' || verbs !== undefined)
      .refine(({ kind, shifts }) => kind !== 'shifts' || shifts !== undefined)
      .optional(),
  }),
};

/** Returns the document unchanged if it matches the schema of its kind. */
export function documentAs<Kind extends keyof Kinds>(kind: Kind, document: unknown): Kinds[Kind] | undefined {
  return forms[kind].safeParse(document).success ? (document as Kinds[Kind]) : undefined;
}
