import * as z from 'zod';
import type { Decision } from '../model/change.ts';

// The parts of entries and documents that verification reads. A bundle comes from those whose work is verified, so
// nothing in it is assumed to have the format that Baton writes.

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

/** The lines of a bundle. */
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

const hash = text.regex(/^[0-9a-f]{64}$/);

/** The details of entries that grant or need authority. */
export const detailForms: Record<string, z.ZodType> = {
  RequestReceived: z.object({ desiredHash: hash.optional() }),
  ScopeBound: z.object({
    ...{ scope: text, service: text, owner: text, version: z.int(), origin: text, as: text },
    holder: z.object({ voice: text.optional(), groups: z.array(text) }).optional(),
  }),
  PlanRehearsed: z.object({ planHash: text, rehearsalHash: hash }),
  PlanMade: z.object({ planHash: text, desiredHash: hash.optional() }),
  PolicyEvaluated: z.object({ verdictsHash: text, decision: text }),
  ChangeOpened: z.object({ expiresAt: text.optional() }),
  DecisionRecorded: decisionForm.pick({ kind: true, speaker: true }),
  UndoPlanned: z.object({ planHash: text, runId: text }),
  RunBegun: z.object({ runId: text, planHash: text, sourceHash: hash.optional() }),
  Revalidated: z.object({ planHash: text, calendarsHash: hash.optional() }),
  RegistrationRefused: z.object({ runId: text, step: text }),
  StepsStarted: z.object({ runId: text, started: z.array(z.object({ step: text })) }),
  RunEnded: z.object({ runId: text, succeeded: z.int(), journalHash: hash.optional() }),
  RunSettled: z.object({
    runId: text,
    steps: z.object({ Succeeded: z.int().optional() }),
    journalHash: hash.optional(),
  }),
};

const seen = z.object({ version: z.int(), changeId: text, assetHash: hash });
const changed = seen.extend({ runId: text, step: text });

/** The details of the entries of assets, for every event. */
export const assetForms: Record<string, z.ZodType> = {
  ...{ AssetObserved: seen, AssetGone: seen },
  ...{ AssetRegistered: changed, AssetChanged: changed, AssetRetired: changed, AssetRetained: changed },
  ...{ AssetUnsettled: changed, AssetActedOn: changed, AssetVerified: changed },
};

/** Describes why a detail doesn't match its schema. Undefined if it does. */
export function formProblem(form: z.ZodType, detail: unknown): string | undefined {
  const { error } = form.safeParse(detail);
  return error?.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('; ');
}
