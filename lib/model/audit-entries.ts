import * as z from 'zod';

// The catalog of the audit trail: every entry by name, in a table for each chain that it belongs to. Functions write
// through the types below and import no schema; the verifier parses with the schemas. Names and fields are stable:
// trails of earlier versions must stay verifiable.

/** The common fields of all entries: who, when, why. */
export interface EntryHeader {
  /** Identifies the entry in its chain. Writing it twice has one effect. */
  key: string;
  actor: string;
  /** ISO 8601 instant. */
  at: string;
  /** Hash of the capsule, if there is one. */
  capsule?: string;
  /** The reason, in the words of the person or rule that decided. */
  reason?: string;
}

type Shape = Record<string, z.ZodType>;

/** The fields of an entry's detail. A new field of an old entry belongs to `told`, so that older trails verify. */
interface Row<Needed extends Shape = Shape, Told extends Shape = Shape> {
  /** Fields that verification needs. An entry without them is malformed. */
  needed: Needed;
  /** Fields that are always written now, and that entries of earlier versions may lack. */
  told: Told;
}

const row = <Needed extends Shape, Told extends Shape>(needed: Needed, told: Told): Row<Needed, Told> => ({
  needed,
  told,
});

const text = z.string();
const count = z.int();
const names = z.array(text);
const hash = text.regex(/^[0-9a-f]{64}$/);

const opening = row(
  { expiresAt: text.optional() },
  {
    ...{ planHash: text, type: text, status: text, risk: text },
    ...{ verdictsHash: text, bundleHash: text, governanceHash: text },
    approvals: z.array(z.object({ level: text, quorum: count })),
  },
);
const conclusion = row({}, { levels: z.array(z.object({ level: text, quorum: count, given: names })) });
const waiting = row({}, { opensAt: text.optional(), reason: text });
const locking = row({}, { scope: text, planHash: text, assets: names.optional() });
const review = row({ reviewBy: text.optional() }, {});
const closing = row({ reviewBy: text.optional() }, { status: text });
const failure = { runId: text, step: text, code: text, message: text };

/** The entries on the chain of a change, from the request to its end. */
export const changeEntries = {
  RequestReceived: row(
    { desiredHash: hash.optional() },
    { executionArn: text, scope: text.optional(), reason: text.optional(), problems: count.optional() },
  ),
  // Only `decide-capacity` writes it, before the request: Admit trusts a request of scaling for exactly this detail.
  CapacityDecided: row(
    { decisionHash: hash, detailHash: hash },
    { assetId: text, property: text, from: z.number(), to: z.number(), wanted: z.number() },
  ),
  ScopeBound: row(
    {
      ...{ scope: text, service: text, owner: text, version: count, origin: text, as: text },
      holder: z.object({ voice: text.optional(), groups: names }).optional(),
    },
    { requestId: text, since: text },
  ),
  PlanMade: row({ planHash: text, desiredHash: hash.optional() }, { stepCount: count, unchanged: count }),
  PolicyEvaluated: row(
    { verdictsHash: text, decision: text },
    {
      ...{ bundleHash: text, rules: count.optional(), violations: count },
      ...{ enforced: count, enforcedRules: names },
      // Shadow mode: what rules on `warn` would have stopped.
      ...{ warned: count, warnedRules: names },
      ...{ pending: count, waived: count, suppressed: count },
    },
  ),
  WaiversUsed: row(
    {},
    {
      ...{ verdictsHash: text, count },
      waivers: z.array(
        z.object({
          ...{ rule: text, resource: text, reason: text, approver: text.optional(), expires: text },
          ...{ source: text, count, resources: names },
        }),
      ),
    },
  ),
  PlanRehearsed: row(
    { planHash: text, rehearsalHash: hash },
    { inverseHash: text.nullable(), outcome: text, seed: text, steps: count, undoSteps: count },
  ),
  ChangeOpened: opening,
  ChangeRefused: opening,
  DecisionRecorded: row(
    { kind: z.enum(['approve', 'reject', 'withdraw']), speaker: z.object({ voice: text, arn: text }) },
    {},
  ),
  ApprovalReminder: row({}, { expiresAt: text.optional() }),
  ChangeApproved: conclusion,
  ChangeRejected: conclusion,
  ChangeWithdrawn: conclusion,
  ChangeExpired: conclusion,
  ChangeScheduled: waiting,
  WindowNeverOpens: waiting,
  ScopeQueued: locking,
  ScopeLocked: locking,
  Revalidated: row({ planHash: text, calendarsHash: hash.optional() }, { runId: text }),
  CapsuleStale: row({}, { planHash: text.optional(), moved: text }),
  RunBegun: row(
    { runId: text, planHash: text, sourceHash: hash.optional() },
    { direction: text, executionArn: text },
  ),
  StepsStarted: row(
    {
      runId: text,
      started: z.array(
        z.object({
          ...{ step: text, type: text.optional(), operation: text.optional() },
          ...{ payloadHash: text.optional(), clientToken: text.optional() },
        }),
      ),
    },
    {},
  ),
  StepRetried: row(
    {},
    {
      ...failure,
      ...{ operationToken: text.optional(), failures: count.optional(), refusals: count.optional() },
    },
  ),
  StepFailed: row({}, failure),
  // Every decision on a shift of traffic that did more than wait, with all that it was made from.
  ShiftDecided: row(
    { decisionHash: hash },
    { runId: text, step: text, rule: text, action: text, weight: z.number() },
  ),
  // Only `direct-traffic` writes them, for a voice that the front door has proven.
  TrafficDirected: row({ directive: text }, { runId: text.optional() }),
  DirectiveRefused: row({}, { directive: text }),
  RegistrationRefused: row({ runId: text, step: text }, { assetId: text, scope: text }),
  RunEnded: row(
    { runId: text, succeeded: count, journalHash: hash.optional() },
    { status: text, steps: count, stopping: text.nullable() },
  ),
  RunSettled: row(
    { runId: text, steps: z.object({ Succeeded: count.optional() }), journalHash: hash.optional() },
    {},
  ),
  UndoPlanned: row({ planHash: text, runId: text }, { sourceHash: text, stepCount: count }),
  CancellationRequested: row({}, { runId: text.optional() }),
  CancellationRefused: row({}, {}),
  RequestClosed: row({}, { status: text, runId: text.optional(), undoRunId: text.optional() }),
  ChangeClosed: closing,
  ChangeReviewDue: closing,
  ChangeReviewed: review,
  ChangeReviewOverdue: review,
} satisfies Record<string, Row>;

const seen = { version: count, changeId: text, assetHash: hash };
const observed = row(seen, {});
const changed = row(
  { ...seen, runId: text, step: text },
  {
    ...{ payloadHash: text.optional(), operationToken: text.optional(), note: text.optional() },
    ...{ warned: names.optional(), waived: names.optional() },
  },
);

/** The entries on the chain of an asset: one for each version. */
export const assetEntries = {
  ...{ AssetObserved: observed, AssetGone: observed },
  ...{ AssetRegistered: changed, AssetChanged: changed, AssetRetired: changed, AssetRetained: changed },
  ...{ AssetUnsettled: changed, AssetActedOn: changed, AssetVerified: changed },
} satisfies Record<string, Row>;

/** Entries of changes that earlier versions wrote. Nothing writes them now. */
export const formerEntries = { PlanStale: row({}, {}) } satisfies Record<string, Row>;

export type ChangeEntryName = keyof typeof changeEntries;
export type AssetEntryName = keyof typeof assetEntries;
export type EntryName = ChangeEntryName | AssetEntryName;
type RowOf<Name extends EntryName> = (typeof changeEntries & typeof assetEntries)[Name];
type Detail<Name extends EntryName> =
  RowOf<Name> extends Row<infer Needed, infer Told> ? z.output<z.ZodObject<Needed & Told>> : never;

/** The detail of an entry as it was read: fields that earlier versions did not write may be missing. */
export type ReadDetail<Name extends EntryName> = Partial<Detail<Name>> &
  Pick<Detail<Name>, keyof RowOf<Name>['needed'] & keyof Detail<Name>>;

/** An entry to write, with every field of its row. */
export type EntryOf<Name extends EntryName> = {
  [One in Name]: EntryHeader & { event: One; detail: Detail<One> };
}[Name];
export type ChangeEntry = EntryOf<ChangeEntryName>;
export type AssetEntry = EntryOf<AssetEntryName>;
/** The key of an entry of a change that is read by its key. */
export type ChangeEntryKey = `${ChangeEntryName}-${string}`;

const schemas = new WeakMap<Row, z.ZodType>();

/** Returns the schema of a detail by the name of its entry, or undefined if the table has none. Accepts other fields. */
export function schemaIn(table: Readonly<Record<string, Row>>, name: string): z.ZodType | undefined {
  const row = Object.hasOwn(table, name) ? table[name] : undefined;
  if (row === undefined) return undefined;
  const schema = schemas.get(row) ?? z.object({ ...row.needed, ...z.object(row.told).partial().shape });
  schemas.set(row, schema);
  return schema;
}
