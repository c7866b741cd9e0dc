import type { Documents } from '../../documents/documents.ts';
import type { Inventory } from '../../inventory/inventory.ts';
import { changeIdOf } from '../../ledger/ledger.ts';
import type { RequestRecord } from '../../ledger/records.ts';
import { failedSides } from '../../ledger/traffic.ts';
import type { Asset } from '../../model/asset.ts';
import { describeProblem, InvalidInput, PermanentError, type Problem } from '../../model/errors.ts';
import type { HashedPlan } from '../../model/plan.ts';
import type { DesiredState } from '../../model/request.ts';
import type { Settings } from '../../model/settings.ts';
import type { TypeLookup } from '../../model/spec.ts';
import { functionsOf } from '../../model/verdict.ts';
import type { Wish } from '../../model/wish.ts';
import {
  checkPlan,
  planDecommission,
  planChange as planOf,
  planShifts,
  planVerbs,
} from '../../planner/index.ts';
import { wishKinds } from '../../request/action.ts';
import { putPlan } from '../documents-of.ts';
import { touchedBy } from '../touched-by.ts';
import { deriveDesired } from './derive-desired.ts';
import { exportProblems } from './exports.ts';
import { type NamingServices, namingProblems, readAliases, sendings } from './named-assets.ts';
import { otherScalers } from './other-scalers.ts';
import { recordProblems } from './problems.ts';

/** The checker rejected a plan of the planner. This is a defect of Baton, never of the request. */
export class PlanUnsound extends PermanentError {
  override readonly name = 'PlanUnsound';
}

export interface PlanServices extends NamingServices {
  settings: Settings;
  documents: Documents;
  lookup: TypeLookup;
}

export interface Planning {
  status: 'Planned' | 'Rejected';
  planHash: string;
  stepCount: number;
  scope: string;
}

/** Compares the desired state with the inventory, checks the plan and stores it. */
export async function planChange(
  services: PlanServices,
  { requestId, now }: { requestId: string; now: string },
): Promise<Planning> {
  const { ledger, documents, inventory } = services;
  const request = await ledger.request(requestId);
  const asked = await documents.get<DesiredState>(request.desiredHash ?? '');
  const assets = await inventory.scopeAssets(asked.scope);
  let plan: HashedPlan;
  let desired: DesiredState;
  try {
    desired = await deriveDesired(services, requestId, asked, assets);
    plan = await planners[desired.wish.kind]({ services, requestId, desired, assets });
    const problems = [
      ...(await exportProblems(services, desired, plan)),
      ...(await foreignNames(services, request, plan)),
    ];
    if (problems.length > 0) throw new InvalidInput(problems);
  } catch (error) {
    if (!(error instanceof InvalidInput)) throw error;
    await recordProblems(services, requestId, error.problems, now);
    return { status: 'Rejected', planHash: '', stepCount: 0, scope: asked.scope };
  }
  await putPlan(documents, plan);
  const stepCount = plan.steps.length;
  const desiredHash = desired === asked ? request.desiredHash : await documents.put(desired);
  await ledger.updateRequest(requestId, {
    desiredHash,
    planHash: plan.hash,
    stepCount,
    ...locksAssets(desired, plan),
    status: 'Planned',
    updatedAt: now,
  });
  await ledger.record(changeIdOf(requestId), {
    key: `PlanMade-${plan.hash}`,
    event: 'PlanMade',
    actor: 'baton',
    at: now,
    detail: {
      ...{ planHash: plan.hash, stepCount, unchanged: plan.unchanged.length },
      ...(desired !== asked && { desiredHash }),
    },
  });
  return { status: 'Planned', planHash: plan.hash, stepCount, scope: plan.scope };
}

/** Returns the assets that a request locks: those that its plan touches. None if it locks its scope. */
function locksAssets({ wish }: DesiredState, plan: HashedPlan): Pick<RequestRecord, 'touches'> {
  if (wishKinds[wish.kind].locks === 'scope') return {};
  return { touches: touchedBy(plan).filter((id) => id !== undefined) };
}

/** Returns names of other teams' assets in what the plan would send. */
async function foreignNames(
  services: PlanServices,
  request: RequestRecord,
  plan: HashedPlan,
): Promise<Problem[]> {
  const sent = sendings(plan);
  if (sent.length === 0) return [];
  return namingProblems(services, plan, request, await readAliases(services, plan), sent);
}

/** The planner of each kind of wish. */
export const planners: Readonly<Record<Wish['kind'], (input: PlannerInput) => Promise<HashedPlan>>> = {
  resources: planResources,
  changes: planResources,
  assets: planRemoval,
  verbs: planActs,
  shifts: planTraffic,
};

export interface PlannerInput {
  services: Pick<PlanServices, 'inventory' | 'ledger' | 'lookup' | 'settings'>;
  requestId: string;
  desired: DesiredState;
  assets: Asset[];
}

async function planResources({
  services: { lookup, inventory },
  ...input
}: PlannerInput): Promise<HashedPlan> {
  const { desired, assets } = input;
  const scalers = await otherScalers(inventory, desired);
  return checked(planOf({ ...input, scalers, lookup }), { desired, assets, scalers, lookup });
}

async function planActs({ services: { lookup }, ...input }: PlannerInput): Promise<HashedPlan> {
  const { desired, assets } = input;
  return checked(planVerbs({ ...input, lookup }), { desired, assets, lookup });
}

/** The sides that failed an analysis are in the ledger, where the pump marks them. */
async function planTraffic({
  services: { ledger, lookup, settings },
  ...input
}: PlannerInput): Promise<HashedPlan> {
  const { desired, assets } = input;
  const named = desired.wish.kind === 'shifts' ? desired.wish.shifts : [];
  const marks = await Promise.all(named.map(({ asset }) => failedSides(ledger.table, asset)));
  const failed = marks.flat().filter(({ lifted }) => lifted === undefined);
  const { header, scope } = desired;
  const functions = [...functionsOf(settings, { environment: header.environment, scope }).keys()];
  return checked(planShifts({ ...input, failed, functions, lookup }), { desired, assets, lookup });
}

async function planRemoval({ services, requestId, desired, assets }: PlannerInput): Promise<HashedPlan> {
  const { inventory, lookup } = services;
  const { header, partition, account, region, wish } = desired;
  const dependents = await outsideDependents(inventory, assets);
  const assetIds = wish.kind === 'assets' && wish.ids.length > 0 ? wish.ids : undefined;
  const asked = { requestId, header, assetIds, partition, place: { account, region } };
  const plan = planDecommission({ ...asked, assets, dependents, lookup });
  return checked(plan, { assets, lookup });
}

/** @throws PlanUnsound */
export function checked(plan: HashedPlan, evidence: Parameters<typeof checkPlan>[1]): HashedPlan {
  const problems = checkPlan(plan, evidence);
  if (problems.length > 0) throw new PlanUnsound(problems.slice(0, 10).map(describeProblem).join('\n'));
  return plan;
}

async function outsideDependents(inventory: Inventory, assets: Asset[]): Promise<Asset[]> {
  const inside = new Set(assets.map(({ id }) => id));
  const ids = new Set<string>();
  for (const asset of assets)
    for (const dependent of await inventory.dependents(asset.id))
      if (!inside.has(dependent)) ids.add(dependent);
  return inventory.assets([...ids]);
}
