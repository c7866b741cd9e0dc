import type { Documents } from '../documents/documents.ts';
import { whole } from '../documents/spill.ts';
import { ConditionFailed } from '../dynamodb/table.ts';
import type { OutgoingEvent } from '../events/catalogue.ts';
import type { Publisher } from '../events/publisher.ts';
import type { AssetVersion, Inventory } from '../inventory/inventory.ts';
import { assetIdOf } from '../inventory/keys.ts';
import { appendWrites, chainHead } from '../ledger/audit-chain.ts';
import { assetChain } from '../ledger/keys.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { RunRecord, StepRecord } from '../ledger/records.ts';
import type { Asset } from '../model/asset.ts';
import { hashOf } from '../model/json.ts';
import type { HashedPlan, Step } from '../model/plan.ts';
import { merged } from '../providers/update-patch.ts';
import { getPlan } from './documents-of.ts';
import { isHeldByOther, takenMessage } from './ownership.ts';

export interface RegisterServices {
  ledger: Ledger;
  inventory: Inventory;
  documents: Documents;
  publisher: Publisher;
}

/**
 * Registers what a step did: asset, version, relationships, the entry on the asset's audit chain and the
 * step's completion in one transaction. A step that did nothing, or is registered, changes nothing.
 */
export async function registerAsset(
  services: RegisterServices,
  { runId, index, now }: { runId: string; index: number; now: string },
): Promise<void> {
  const run = await services.ledger.run(runId);
  const plan = await getPlan(services.documents, run.planHash);
  await registerStep(services, run, plan, index, now);
}

/**
 * Whether a step leaves something to register: it is done, or it is an update that was sent and failed, after which the
 * resource may be as it was, as it was asked to be, or neither.
 */
export function leavesSomething(
  plan: Pick<HashedPlan, 'steps'>,
  { index, status, intent }: Pick<StepRecord, 'index' | 'status' | 'intent'>,
): boolean {
  if (status === 'Succeeded') return true;
  return status === 'Failed' && intent !== undefined && plan.steps[index]?.operation === 'update';
}

/** The same for whoever holds run and plan already. @returns false where the identifier is somebody else's */
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
  // The transaction below holds on to exactly this version.
  if (version.before !== undefined && isHeldByOther(version.before, plan, step))
    return refuse(services, run, step, record, version.before, now);
  const chain = assetChain(version.assetId);
  const entry = {
    key: `version-${version.version}`,
    event: record.status === 'Failed' ? 'AssetUnsettled' : eventOf[step.operation],
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
      /** What the inventory says of the asset from here on. */
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

/** Registers nothing, since the identifier is somebody else's: an undo leaves it alone, as the inventory tells it. */
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

const eventOf = {
  create: 'AssetRegistered',
  replace: 'AssetRegistered',
  update: 'AssetChanged',
  delete: 'AssetRetired',
  retain: 'AssetRetained',
} as const;

/** The version of the asset that a done step makes. */
async function nextVersion(
  services: RegisterServices,
  run: RunRecord,
  plan: HashedPlan,
  step: Step,
  record: StepRecord,
  now: string,
): Promise<AssetVersion> {
  const { account, region } = plan;
  const identifier = record.identifier ?? step.identifier ?? '';
  const id = assetIdOf({ provider: 'cloud-control', account, region, type: step.type, identifier });
  const before = await services.inventory.asset(id);
  const version = (before?.version ?? 0) + 1;
  const origin = { requestId: run.requestId, changeId: run.changeId, runId: run.runId, updatedAt: now };
  const gone = step.operation === 'delete' || step.operation === 'retain';
  const status = gone ? (step.operation === 'delete' ? 'Retired' : 'Retained') : 'Active';
  const settled = record.status !== 'Failed' || before === undefined;
  const after: Asset = !settled
    ? { ...unsettledBy(before, step, record), ...origin, version }
    : gone
      ? { ...(before ?? blankAsset(plan, step, id, identifier)), ...origin, version, status }
      : {
          ...blankAsset(plan, step, id, identifier),
          ...origin,
          version,
          status,
          desired: step.desired ?? {},
          applied: record.applied ?? {},
          attributes: record.attributes ?? {},
          ...declaredBy(plan, step, before),
          dependsOn: step.relationships,
          dependsOnAssets: await relatedAssets(services, run, plan, step),
        };
  return {
    assetId: id,
    version,
    before,
    after,
    runId: run.runId,
    changeId: run.changeId,
    actor: run.requestId,
    at: now,
  };
}

/** What a step says of its resource beside the properties; an undo declares no health checks, and the last ones stand. */
function declaredBy(
  { direction }: HashedPlan,
  step: Step,
  before: Asset | undefined,
): Pick<Asset, 'owners' | 'health'> {
  const health = direction === 'undo' ? before?.health : step.health;
  return {
    ...(step.owners === undefined ? {} : { owners: step.owners }),
    ...(health === undefined ? {} : { health }),
  };
}

/**
 * An asset after an update of it that failed: what was asked for, what was sent and what was read afterwards, each as it
 * is, and what the next update has to reckon with.
 */
function unsettledBy(before: Asset, step: Step, record: StepRecord): Asset {
  const { desired, applied, unsettled = { desired: {}, applied: {} } } = before;
  return {
    ...before,
    desired: step.desired ?? {},
    applied: record.applied ?? {},
    attributes: record.attributes ?? before.attributes,
    unsettled: {
      desired: merged(unsettled.desired, desired),
      applied: merged(unsettled.applied, applied),
    },
  };
}

function blankAsset(plan: HashedPlan, step: Step, id: string, identifier: string): Asset {
  return {
    id,
    version: 0,
    provider: 'cloud-control',
    account: plan.account,
    region: plan.region,
    type: step.type,
    identifier,
    logicalId: step.resource,
    scope: plan.scope,
    environment: plan.environment,
    service: plan.service,
    owner: plan.owner,
    status: 'Active',
    desired: step.previous ?? {},
    applied: {},
    attributes: {},
    dependsOn: [],
    dependsOnAssets: [],
    deletionPolicy: step.deletionPolicy,
    updateReplacePolicy: step.updateReplacePolicy,
    requestId: plan.requestId,
    changeId: '',
    runId: '',
    updatedAt: '',
  };
}

/** Asset ids of the resources a step refers to: from the plan where unchanged, else from the run. */
async function relatedAssets(
  { ledger }: RegisterServices,
  run: RunRecord,
  plan: HashedPlan,
  step: Step,
): Promise<string[]> {
  const related = new Set(step.relationships);
  const { account, region } = plan;
  const unchanged = plan.unchanged
    .filter(({ resource }) => related.has(resource))
    .map(({ assetId }) => assetId);
  const indexes = plan.steps.flatMap(({ resource, desired }, index) =>
    desired !== undefined && related.has(resource) ? [index] : [],
  );
  const records = await ledger.someSteps(run.runId, indexes);
  const recordOf = new Map(records.map((record) => [record.index, record]));
  const made = indexes.flatMap((index) => {
    // An undo puts back what is there already, in reverse order: it may come after this.
    const { type, identifier: known } = plan.steps[index] ?? {};
    const identifier = recordOf.get(index)?.identifier ?? known;
    if (type === undefined || identifier === undefined) return [];
    return [assetIdOf({ provider: 'cloud-control', account, region, type, identifier })];
  });
  return [...new Set([...unchanged, ...made])].sort();
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
  await publisher.publish({ detailType: outgoingOf[step.operation], detail });
}

const outgoingOf = {
  create: 'Asset Registered',
  replace: 'Asset Registered',
  update: 'Asset Changed',
  delete: 'Asset Retired',
  retain: 'Asset Retired',
} as const satisfies Record<Step['operation'], OutgoingEvent['detailType']>;
