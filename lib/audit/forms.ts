import * as z from 'zod';
import type { Capsule, Decision } from '../model/change.ts';

// What verification reads of entries and documents. A bundle comes from those who are to be checked: nothing in it is
// taken to have its form because Baton would have written it so.

const text = z.string();

const speaker = z.object({ voice: text, arn: text });

export const decisionForm = z.object({
  changeId: text,
  capsuleHash: text,
  kind: z.enum(['approve', 'reject', 'withdraw']),
  speaker,
  reason: text,
  at: text,
}) satisfies z.ZodType<Decision>;

const sealForm = z.object({ number: z.int(), hash: text, at: text, signature: text, keyId: text });

const entryForm = z.looseObject({
  key: text,
  event: text,
  actor: text,
  at: text,
  capsule: text.optional(),
  reason: text.optional(),
  detail: z.record(text, z.unknown()),
  number: z.int(),
  previousHash: text,
  hash: text,
});

/** Lines of a bundle. */
export const recordForm = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('header'),
    format: z.literal('baton-audit'),
    version: z.literal(1),
    account: text,
    region: text,
    from: text.optional(),
    to: text.optional(),
  }),
  z.object({ kind: z.literal('seal'), seal: sealForm }),
  z.object({ kind: z.literal('entry'), chain: text, entry: entryForm }),
  z.object({ kind: z.literal('decision'), decision: decisionForm }),
  z.object({
    kind: z.literal('asset'),
    asset: z.object({ assetId: text, version: z.int(), hash: text }),
  }),
  z.object({ kind: z.literal('document'), hash: text, document: z.unknown() }),
  z.object({ kind: z.literal('end'), lines: z.int() }),
]);

/** The signed document, and a page of its heads. */
export const sealDocumentForm = z.strictObject({
  version: z.literal(1),
  number: z.int(),
  previousHash: text,
  at: text,
  pages: z.array(z.strictObject({ hash: text, heads: z.int() })),
});
export const pageForm = z.strictObject({ heads: z.array(z.tuple([text, z.int(), text])) });

/** Of a capsule, what the counting of decisions and the checks of runs go by. */
export type ReadCapsule = Pick<
  Capsule,
  'changeId' | 'type' | 'requester' | 'planHash' | 'verdictsHash' | 'approvals'
> & { header: { change?: Capsule['header']['change'] | undefined } };

export const capsuleForm: z.ZodType<ReadCapsule> = z.object({
  changeId: text,
  type: z.enum(['standard', 'normal', 'emergency']),
  requester: speaker,
  header: z.object({ change: z.enum(['normal', 'emergency']).optional() }),
  planHash: text,
  verdictsHash: text,
  approvals: z.array(
    z.object({
      level: text,
      quorum: z.int(),
      groups: z.array(text),
      eligible: z.array(text),
      because: z.array(z.object({ rule: text, message: text })),
    }),
  ),
});

export const planForm = z.object({
  direction: z.enum(['forward', 'undo']),
  undoes: text.optional(),
  steps: z.array(
    z.object({ id: text, resource: text, operation: text.optional(), assetId: text.optional() }),
  ),
});
export type ReadPlan = z.output<typeof planForm>;

export const verdictsForm = z.object({ decision: z.enum(['allow', 'deny']) });

/** Details of the entries that authorise something or are authorised. */
export const detailForms: Record<string, z.ZodType> = {
  PlanMade: z.object({ planHash: text }),
  PolicyEvaluated: z.object({ verdictsHash: text, decision: text }),
  ChangeOpened: z.object({ expiresAt: text.optional() }),
  DecisionRecorded: decisionForm.pick({ kind: true, speaker: true }),
  UndoPlanned: z.object({ planHash: text, runId: text }),
  RunBegun: z.object({ runId: text, planHash: text }),
  StepsStarted: z.object({ runId: text, started: z.array(z.object({ step: text })) }),
};
