import type { Documents } from '../documents/documents.ts';
import { documentOf, whole } from '../documents/spill.ts';
import type { Inventory } from '../inventory/inventory.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { RequestRecord, RunRecord, StepRecord } from '../ledger/records.ts';
import type { Capsule } from '../model/change.ts';
import { makes } from '../model/operations.ts';
import type { HashedPlan } from '../model/plan.ts';
import type { TypeLookup } from '../model/spec.ts';
import { begunSteps, journalHash, type UndoSource, undoFrom, undoSpecOf } from '../planner/index.ts';
import { getPlan } from './documents-of.ts';
import { otherHolder } from './govern/ownership.ts';

export interface UndoServices {
  ledger: Ledger;
  documents: Documents;
  inventory: Inventory;
  lookup: TypeLookup;
}

/** The rollback of a run and its input. */
export interface DerivedUndo {
  undo: HashedPlan;
  source: UndoSource;
}

/**
 * Tells whether a run is to be rolled back at all: one that completed before its execution died is kept, and so is one
 * that the request asks to keep.
 */
export function mayUndo(
  request: Pick<RequestRecord, 'cancelRequestedBy'>,
  { header }: Pick<Capsule, 'header'>,
  run: Pick<RunRecord, 'status' | 'direction'>,
): boolean {
  if (run.direction !== 'forward' || run.status === 'Succeeded') return false;
  return header.onFailure !== 'keep' || request.cancelRequestedBy !== undefined;
}

/**
 * Derives the rollback of a run that is at rest from its plan, its journal and the inventory. PlanUndo, BeginRun and
 * CloseChange each do so, so that none has to trust the others.
 */
export async function deriveUndo(services: UndoServices, run: RunRecord): Promise<DerivedUndo> {
  const { ledger, documents, inventory } = services;
  const plan = await getPlan(documents, run.planHash);
  const begun = begunSteps(await ledger.journal(run.runId));
  const records = await Promise.all(begun.map((record) => whole(documents, record)));
  const before = await Promise.all(
    records.map(async ({ index }) => {
      const { assetId, assetVersion } = plan.steps[index] ?? {};
      if (assetId === undefined || assetVersion === undefined) return undefined;
      return (await inventory.version(assetId, assetVersion))?.after;
    }),
  );
  const assets = await inventory.scopeAssets(plan.scope);
  const source: UndoSource = {
    runId: run.runId,
    planHash: run.planHash,
    journal: records.map(({ index, status, identifier, preImage }) => ({
      index,
      status,
      ...(identifier === undefined ? {} : { identifier }),
      ...(preImage === undefined ? {} : { preImage }),
    })),
    taken: await takenSteps(services, plan, records),
    before: before.filter((asset) => asset !== undefined),
    standing: assets.map(({ id, type, identifier, version, account, region }) => ({
      ...{ id, type, identifier, version, account, region },
    })),
    types: typesOf(services, plan),
  };
  return { undo: undoFrom(plan, source), source };
}

/** Returns steps whose new resource could not be registered, because it belongs to another owner. */
async function takenSteps(
  { inventory }: UndoServices,
  plan: HashedPlan,
  records: readonly StepRecord[],
): Promise<number[]> {
  const taken = await Promise.all(
    records.map(async ({ index, status, identifier }) => {
      const step = plan.steps[index];
      if (step === undefined || status !== 'Succeeded' || !makes(step)) return [];
      return (await otherHolder(inventory, plan, step, identifier ?? '')) === undefined ? [] : [index];
    }),
  );
  return taken.flat();
}

function typesOf({ lookup }: UndoServices, plan: HashedPlan): UndoSource['types'] {
  const types = [...new Set(plan.steps.map(({ type }) => type))].sort();
  return Object.fromEntries(
    types.flatMap((type) => {
      const spec = lookup(type);
      return spec === undefined ? [] : [[type, undoSpecOf(spec)]];
    }),
  );
}

/** Returns the journal hash of an ended run in the audit trail, or undefined if there is none. */
export async function endedJournalHash(ledger: Ledger, run: RunRecord): Promise<unknown> {
  const ends = await Promise.all(
    (['RunEnded', 'RunSettled'] as const).map((event) => ledger.entry(run.changeId, `${event}-${run.runId}`)),
  );
  const last = ends.filter((entry) => entry !== undefined).sort((a, b) => b.number - a.number)[0];
  return last?.detail.journalHash;
}

/** Returns the fingerprint of a stored journal. For values that are separate documents, the hash is known. */
export function storedJournalHash(steps: readonly StepRecord[]): string {
  return journalHash(
    steps.map(({ index, status, identifier, preImage }) => {
      const preImageHash = documentOf(preImage);
      return { index, status, identifier, ...(preImageHash === undefined ? { preImage } : { preImageHash }) };
    }),
  );
}
