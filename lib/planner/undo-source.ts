import type { Asset } from '../model/asset.ts';
import { hashOf, type JsonObject } from '../model/json.ts';
import { makes } from '../model/operations.ts';
import { type Place, placeOfStep } from '../model/place.ts';
import type { HashedPlan, Step } from '../model/plan.ts';
import type { StepStatus } from '../model/run.ts';
import { planUndo, type StepOutcome } from './plan-undo.ts';
import type { UndoSpec } from './undo-spec.ts';

/** What the journal of a run says of one of its steps. */
export interface JournalRecord {
  index: number;
  status: StepStatus;
  identifier?: string;
  preImage?: JsonObject;
}

/** An asset as it stood when the undo was planned. */
export interface StandingAsset {
  id: string;
  type: string;
  identifier: string;
  version: number;
  /** Absent in what was recorded before places were: then there was one place. */
  account?: string;
  region?: string;
}

/**
 * All that an undo is derived from besides the plan of the run, a document of its own: whoever reads it derives the
 * same undo, today or years later.
 */
export interface UndoSource {
  runId: string;
  planHash: string;
  /** Steps that began, by index. */
  journal: JournalRecord[];
  /** Steps that made something which the inventory knows as somebody else's: the undo leaves it alone. */
  taken: number[];
  /** The versions of assets that the steps were planned against. */
  before: Asset[];
  standing: StandingAsset[];
  /** Of every type of the plan that is known. */
  types: Record<string, UndoSpec>;
}

/** Steps of a journal that began: of the others nothing can be undone. In order. */
export function begunSteps<T extends Pick<JournalRecord, 'index' | 'status'>>(records: readonly T[]): T[] {
  return records
    .filter(({ status }) => status !== 'Waiting' && status !== 'Skipped')
    .sort((a, b) => a.index - b.index);
}

/** The undo of a run, from its plan and what was recorded; the same input gives the same plan. Pure. */
export function undoFrom(plan: HashedPlan, source: UndoSource): HashedPlan {
  const taken = new Set(source.taken);
  const journal = source.journal.filter(({ index }) => !taken.has(index));
  const recordOf = new Map(journal.map((record) => [record.index, record]));
  const before = new Map(source.before.map((asset) => [`${asset.id} ${asset.version}`, asset]));
  const standing = Map.groupBy(source.standing, ({ type, identifier }) => `${type} ${identifier}`);
  const outcomes = plan.steps.map((step, index) => ({
    ...stepOutcome(step, recordOf.get(index), (identifier) =>
      standing.get(`${step.type} ${identifier}`)?.find((asset) => isAt(asset, placeOfStep(plan, step))),
    ),
    ...beforeOf(before.get(`${step.assetId} ${step.assetVersion}`)),
  }));
  const lookup = (type: string) => (Object.hasOwn(source.types, type) ? source.types[type] : undefined);
  return planUndo({ plan, outcomes, requestId: plan.requestId, runId: source.runId, lookup });
}

function isAt({ account, region }: StandingAsset, place: Place): boolean {
  return account === undefined || (account === place.account && region === place.region);
}

/** What a step did, as the planner of undos wants it; `standingAsset` finds the asset of its resource as it is now. */
export function stepOutcome(
  step: Step,
  record: Omit<JournalRecord, 'index'> | undefined,
  standingAsset: (identifier: string) => Pick<StandingAsset, 'id' | 'version'> | undefined,
): StepOutcome {
  const isMaking = makes(step);
  // Of a replacement that was never made, the identifier in the plan is the old one's: that stays.
  const identifier = record?.identifier ?? (isMaking ? undefined : step.identifier);
  const asset = identifier === undefined ? undefined : standingAsset(identifier);
  return {
    stepId: step.id,
    status: record?.status ?? 'Waiting',
    identifier,
    assetId: asset?.id ?? step.assetId,
    assetVersion: asset?.version,
    preImage: record?.preImage,
    previousDesired: step.previous,
  };
}

/** What had been sent for the resource, what it needed and who decided its properties, in the version planned against. */
function beforeOf(
  asset: Asset | undefined,
): Pick<StepOutcome, 'previousApplied' | 'previousDependsOn' | 'previousOwners'> {
  if (asset === undefined) return {};
  const { applied, dependsOn, owners } = asset;
  return {
    previousApplied: applied,
    previousDependsOn: dependsOn,
    ...(owners === undefined ? {} : { previousOwners: owners }),
  };
}

/** Fingerprint of a journal: what it says of the steps that began. `preImageHash` stands for a pre-image kept elsewhere. */
export function journalHash(
  records: readonly (Omit<JournalRecord, 'preImage'> & { preImage?: JsonObject; preImageHash?: string })[],
): string {
  return hashOf(
    begunSteps(records).map(({ index, status, identifier, preImage, preImageHash }) => [
      index,
      status,
      identifier ?? null,
      preImageHash ?? (preImage === undefined ? null : hashOf(preImage)),
    ]),
  );
}

/** The first thing in which a plan is not the one that was derived, in words; undefined where it is. */
export function undoDifference(
  derived: HashedPlan,
  given: HashedPlan,
): [expected: string, found: string] | undefined {
  if (derived.hash === given.hash) return undefined;
  const steps = new Map(given.steps.map((step) => [step.id, step]));
  for (const step of derived.steps) {
    const other = steps.get(step.id);
    if (other === undefined) return [`step ${step.id}`, 'none'];
    const difference = fieldDifference(step, other, `${step.id}: `);
    if (difference !== undefined) return difference;
    steps.delete(step.id);
  }
  const [more] = steps.keys();
  if (more !== undefined) return ['no further step', `step ${more}`];
  return fieldDifference(derived, given, '') ?? [`plan ${derived.hash}`, `plan ${given.hash}`];
}

/** Values are not shown, since they may be long; where they differ is. */
function fieldDifference<T extends object>(
  expected: T,
  found: T,
  prefix: string,
): [expected: string, found: string] | undefined {
  const names = new Set([...Object.keys(expected), ...Object.keys(found)]) as Set<keyof T & string>;
  names.delete('hash' as keyof T & string);
  for (const name of names) {
    const [one, other] = [expected[name], found[name]].map((value) =>
      JSON.parse(JSON.stringify(value ?? null)),
    );
    if (hashOf(one) === hashOf(other)) continue;
    const shown = (value: unknown) => {
      if (value === null) return 'none';
      return typeof value === 'object' ? hashOf(value as JsonObject).slice(0, 12) : String(value);
    };
    return [`${prefix}${name} ${shown(one)}`, `${name} ${shown(other)}`];
  }
  return undefined;
}
