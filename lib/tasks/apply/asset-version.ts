import type { AssetVersion, Inventory } from '../../inventory/inventory.ts';
import type { Ledger } from '../../ledger/ledger.ts';
import type { RunRecord, StepRecord } from '../../ledger/records.ts';
import type { Asset } from '../../model/asset.ts';
import { ends, keeps, operations, waits } from '../../model/operations.ts';
import { placeOfStep } from '../../model/place.ts';
import type { HashedPlan, Step } from '../../model/plan.ts';
import { providerOf } from '../../providers/registry.ts';
import { merged } from '../../providers/update-patch.ts';
import { assetOfStep } from '../asset-of-step.ts';

interface VersionServices {
  ledger: Pick<Ledger, 'someSteps'>;
  inventory: Pick<Inventory, 'asset'>;
}

/** Returns the asset version that a completed step creates. */
export async function nextVersion(
  services: VersionServices,
  run: RunRecord,
  plan: HashedPlan,
  step: Step,
  record: StepRecord,
  now: string,
): Promise<AssetVersion> {
  const identifier = record.identifier ?? step.identifier ?? '';
  const id = assetOfStep(plan, step, identifier);
  const before = await services.inventory.asset(id);
  const version = (before?.version ?? 0) + 1;
  const origin = { requestId: run.requestId, changeId: run.changeId, runId: run.runId, updatedAt: now };
  const { status } = operations[step.operation];
  const settled = record.status !== 'Failed' || before === undefined;
  const same = sameAs(before, step, record, now);
  const after: Asset = !settled
    ? { ...unsettledBy(before, step, record), ...origin, version }
    : same !== undefined
      ? { ...same, ...origin, version }
      : ends(step)
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

/**
 * Returns the asset after a step that changes none of its properties: the value that triggers a verb is stored nowhere.
 */
function sameAs(
  before: Asset | undefined,
  step: Step,
  { attributes }: StepRecord,
  now: string,
): Asset | undefined {
  if (before === undefined || !keeps(step)) return undefined;
  const seen = { ...before, attributes: attributes ?? before.attributes };
  // The analysis of a weight is no verification of health checks.
  return waits(step) && step.shift === undefined ? { ...seen, verifiedAt: now } : seen;
}

/**
 * Returns the declarations of a step other than properties. A rollback declares no health checks, so the last ones
 * stay.
 */
function declaredBy(
  { direction }: HashedPlan,
  step: Step,
  before: Asset | undefined,
): Pick<Asset, 'owners' | 'scaling' | 'traffic' | 'health' | 'bakeSeconds' | 'updatePolicy'> {
  const { health, bakeSeconds, updatePolicy } = (direction === 'undo' ? before : step) ?? {};
  return {
    ...owned(step),
    ...(health === undefined ? {} : { health }),
    ...(bakeSeconds === undefined ? {} : { bakeSeconds }),
    ...(updatePolicy === undefined ? {} : { updatePolicy }),
  };
}

/**
 * Returns an asset after a failed update: the requested, sent and read values, and what the next update must take into
 * account.
 */
function unsettledBy(before: Asset, step: Step, record: StepRecord): Asset {
  const { desired, applied, unsettled = { desired: {}, applied: {} } } = before;
  const { owners: _, scaling: __, traffic: ___, ...rest } = before;
  return {
    ...rest,
    // Owners belong to the requested values. The previous owners would claim values that were not configured.
    ...owned(step),
    desired: step.desired ?? {},
    applied: record.applied ?? {},
    attributes: record.attributes ?? before.attributes,
    unsettled: {
      desired: merged(unsettled.desired, desired),
      applied: merged(unsettled.applied, applied),
    },
  };
}

/** Returns who owns which properties after a step, and what is declared under `scaling` and `traffic`. */
function owned({ owners, baton }: Step): Pick<Asset, 'owners' | 'scaling' | 'traffic'> {
  const { scaling, traffic } = baton ?? {};
  return {
    ...(owners === undefined ? {} : { owners }),
    ...(scaling === undefined ? {} : { scaling }),
    ...(traffic === undefined ? {} : { traffic }),
  };
}

function blankAsset(plan: HashedPlan, step: Step, id: string, identifier: string): Asset {
  return {
    id,
    version: 0,
    provider: providerOf(step.type),
    ...placeOfStep(plan, step),
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

/**
 * Returns the asset ids of the resources that a step refers to: from the plan if they are unchanged, and otherwise from
 * the run.
 */
async function relatedAssets(
  { ledger }: VersionServices,
  run: RunRecord,
  plan: HashedPlan,
  step: Step,
): Promise<string[]> {
  const related = new Set(step.relationships);
  const unchanged = plan.unchanged
    .filter(({ resource }) => related.has(resource))
    .map(({ assetId }) => assetId);
  const indexes = plan.steps.flatMap(({ resource, desired }, index) =>
    desired !== undefined && related.has(resource) ? [index] : [],
  );
  const records = await ledger.someSteps(run.runId, indexes);
  const recordOf = new Map(records.map((record) => [record.index, record]));
  const made = indexes.flatMap((index) => {
    // A rollback restores existing resources in reverse order, so this one may be restored later.
    const other = plan.steps[index];
    const identifier = recordOf.get(index)?.identifier ?? other?.identifier;
    return other === undefined || identifier === undefined ? [] : [assetOfStep(plan, other, identifier)];
  });
  return [...new Set([...unchanged, ...made])].sort();
}
