import type { Asset } from '../model/asset.ts';
import { hashOf, type JsonObject } from '../model/json.ts';
import { makes } from '../model/operations.ts';
import { type Place, placeOfStep } from '../model/place.ts';
import type { HashedPlan, Step } from '../model/plan.ts';
import type { StepStatus } from '../model/run.ts';
import { planUndo, type StepOutcome } from './plan-undo.ts';
import type { UndoSpec } from './undo-spec.ts';

/** The journal data of one step. */
export interface JournalRecord {
  index: number;
  status: StepStatus;
  identifier?: string;
  preImage?: JsonObject;
}

/** An asset when the rollback was planned. */
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
 * The complete input of a rollback in addition to the plan of the run, as a separate document. Every reader derives the
 * same inverse plan from it, even years later.
 */
export interface UndoSource {
  runId: string;
  planHash: string;
  /** Steps that began, by index. */
  journal: JournalRecord[];
  /** Steps whose new resource belongs to another owner in the inventory. The rollback ignores them. */
  taken: number[];
  /** The asset versions for which the steps were planned. */
  before: Asset[];
  standing: StandingAsset[];
  /** The specs of all known types in the plan. */
  types: Record<string, UndoSpec>;
}

/** Returns the steps of a journal that began, in order. The others need no rollback. */
export function begunSteps<T extends Pick<JournalRecord, 'index' | 'status'>>(records: readonly T[]): T[] {
  return records
    .filter(({ status }) => status !== 'Waiting' && status !== 'Skipped')
    .sort((a, b) => a.index - b.index);
}

/** Returns the inverse plan of a run from its plan and the records. The same input gives the same plan. Pure. */
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

/** Returns the effect of a step for planUndo. `standingAsset` returns the current asset of its resource. */
export function stepOutcome(
  step: Step,
  record: Omit<JournalRecord, 'index'> | undefined,
  standingAsset: (identifier: string) => Pick<StandingAsset, 'id' | 'version'> | undefined,
): StepOutcome {
  const isMaking = makes(step);
  // For a replacement that was never created, the identifier in the plan is the old one's, which stays.
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

/** Returns the sent properties, the dependencies and the owners in the version for which the step was planned. */
function beforeOf(
  asset: Asset | undefined,
): Pick<
  StepOutcome,
  'previousApplied' | 'previousDependsOn' | 'previousOwners' | 'previousScaling' | 'previousTraffic'
> {
  if (asset === undefined) return {};
  const { applied, dependsOn, owners, scaling, traffic } = asset;
  return {
    previousApplied: applied,
    previousDependsOn: dependsOn,
    ...(owners === undefined ? {} : { previousOwners: owners }),
    ...(scaling === undefined ? {} : { previousScaling: scaling }),
    ...(traffic === undefined ? {} : { previousTraffic: traffic }),
  };
}

/**
 * Returns the fingerprint of a journal: its data about the steps that began. `preImageHash` stands for a pre-image that
 * is stored elsewhere.
 */
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

/** Describes the first difference between a plan and the derived one. Undefined if they are equal. */
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

/** Names the field that differs, without the values, which may be long. */
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
