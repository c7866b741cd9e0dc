import type { Documents } from '../../documents/documents.ts';
import { whole } from '../../documents/spill.ts';
import { ConditionFailed } from '../../dynamodb/table.ts';
import type { Publisher } from '../../events/publisher.ts';
import type { Inventory } from '../../inventory/inventory.ts';
import { appendWrites, chainHead } from '../../ledger/audit-chain.ts';
import { assetChain } from '../../ledger/keys.ts';
import type { Ledger } from '../../ledger/ledger.ts';
import type { RunRecord, StepRecord } from '../../ledger/records.ts';
import type { Asset } from '../../model/asset.ts';
import type { AssetEntry } from '../../model/audit-entries.ts';
import { hashOf } from '../../model/json.ts';
import { changes, operations, waits } from '../../model/operations.ts';
import type { HashedPlan, Step } from '../../model/plan.ts';
import { getPlan } from '../documents-of.ts';
import { isHeldByOther, takenMessage } from '../govern/ownership.ts';
import { stepBefore } from '../step-before.ts';
import { nextVersion } from './asset-version.ts';

export interface RegisterServices {
  ledger: Ledger;
  inventory: Inventory;
  documents: Documents;
  publisher: Publisher;
}

/**
 * Registers the effect of a step: asset, version, relationships, the entry on the asset's audit chain and the step's
 * completion in one transaction. A step without an effect, or that is already registered, changes nothing.
 */
export async function registerAsset(
  services: RegisterServices,
  { runId, index, now }: { runId: string; index: number; now: string },
): Promise<{ scope: string }> {
  const run = await services.ledger.run(runId);
  const plan = await getPlan(services.documents, run.planHash);
  await registerStep(services, run, plan, index, now);
  return { scope: plan.scope };
}

/**
 * Tells whether a step has an effect to register: it completed, or it is an update that was sent and failed, after
 * which the resource may be as before, as requested, or neither.
 */
export function leavesSomething(
  plan: Pick<HashedPlan, 'steps'>,
  { index, status, intent }: Pick<StepRecord, 'index' | 'status' | 'intent'>,
): boolean {
  if (status === 'Succeeded') return true;
  const step = plan.steps[index];
  return status === 'Failed' && intent !== undefined && step !== undefined && changes(step);
}

/**
 * Does the same for callers that already have the run and plan. @returns false if the identifier belongs to another
 * owner
 */
export async function registerStep(
  services: RegisterServices,
  run: RunRecord,
  plan: HashedPlan,
  index: number,
  now: string,
): Promise<boolean> {
  const stored = await services.ledger.step(run.runId, index);
  const step = plan.steps[index];
  if (step === undefined || stored === undefined || !leavesSomething(plan, stored)) return true;
  // The step that created or changed the verified resource is registered first, whichever execution comes here first.
  const verified = waits(step) ? stepBefore(plan, step) : undefined;
  if (verified !== undefined && !(await registerStep(services, run, plan, verified, now))) return false;
  const record = await whole(services.documents, stored);
  const asset =
    record.registeredAssetId === undefined
      ? await write(services, run, plan, step, record, now)
      : await services.inventory.asset(record.registeredAssetId);
  if (asset !== undefined && stored.status === 'Succeeded') await publish(services, run, step, asset);
  return asset !== undefined;
}

async function write(
  services: RegisterServices,
  run: RunRecord,
  plan: HashedPlan,
  step: Step,
  record: StepRecord,
  now: string,
): Promise<Asset | undefined> {
  const { ledger, inventory } = services;
  const version = await nextVersion(services, run, plan, step, record, now);
  // The transaction below requires exactly this version.
  if (version.before !== undefined && isHeldByOther(version.before, plan, step))
    return refuse(services, run, step, record, version.before, now);
  const chain = assetChain(version.assetId);
  const entry: AssetEntry = {
    key: `version-${version.version}`,
    event: record.status === 'Failed' ? 'AssetUnsettled' : operations[step.operation].recordedAs,
    actor: run.requestId,
    at: now,
    capsule: run.capsuleHash,
    detail: {
      version: version.version,
      runId: run.runId,
      changeId: run.changeId,
      step: step.id,
      payloadHash: record.intent?.payloadHash,
      operationToken: record.operationToken,
      /** The asset in the inventory from now on. */
      assetHash: hashOf(version.after),
      ...(record.note && { note: record.note }),
      ...(record.warned && { warned: record.warned }),
      ...(record.waived && { waived: record.waived }),
    },
  };
  await inventory.writeFurtherRelationships(version);
  const head = await chainHead(ledger.table, chain);
  const done = ledger.taskUpdate(run.runId, record.index, {
    set: { registeredAssetId: version.assetId },
    condition: { expression: 'attribute_not_exists(registeredAssetId)' },
  });
  try {
    await ledger.table.transact([
      ...(await inventory.versionWrites(version)),
      ...appendWrites(ledger.table, chain, head, entry),
      done,
    ]);
  } catch (error) {
    const again = await ledger.step(run.runId, record.index);
    if (!(error instanceof ConditionFailed) || again?.registeredAssetId === undefined) throw error;
  }
  return version.after;
}

/** Registers nothing, because the identifier belongs to another owner. A rollback ignores it. */
async function refuse(
  { ledger }: RegisterServices,
  run: RunRecord,
  step: Step,
  record: StepRecord,
  holder: Asset,
  now: string,
): Promise<undefined> {
  const reason = takenMessage(holder);
  await ledger.record(run.changeId, {
    key: `RegistrationRefused-${run.runId}-${record.index}`,
    event: 'RegistrationRefused',
    actor: 'baton',
    at: now,
    capsule: run.capsuleHash,
    reason,
    detail: { runId: run.runId, step: step.id, assetId: holder.id, scope: holder.scope },
  });
  await ledger.noteTask(run.runId, record.index, { registrationRefused: `IdentifierTaken: ${reason}` });
}

async function publish(
  { publisher }: RegisterServices,
  run: RunRecord,
  step: Step,
  asset: Asset,
): Promise<void> {
  const { version, type, identifier, environment, service } = asset;
  const detail = {
    assetId: asset.id,
    version,
    type,
    identifier,
    environment,
    service,
    requestId: run.requestId,
  };
  const { publishedAs } = operations[step.operation];
  if (publishedAs !== undefined) await publisher.publish({ detailType: publishedAs, detail });
}
