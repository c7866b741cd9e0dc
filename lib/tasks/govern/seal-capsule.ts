import {
  capsuleStepOf,
  exceptionsOf,
  governedScaling,
  highestSeverity,
  typesOf,
  vehiclesOf,
} from '../../change/capsule.ts';
import { decideApprovals } from '../../change/decide-approvals.ts';
import { type GovernedChange, type Objection, objections } from '../../change/governance.ts';
import type { GovernanceBundle } from '../../change/governance-bundle.ts';
import type { Touched } from '../../change/overlaps.ts';
import { pointsOf, riskOf } from '../../change/risk.ts';
import { waitingFrom } from '../../change/windows.ts';
import type { Documents } from '../../documents/documents.ts';
import type { Inventory } from '../../inventory/inventory.ts';
import { changeIdOf } from '../../ledger/ledger.ts';
import type { RequestRecord } from '../../ledger/records.ts';
import { scalingFrame, type Tallies, type TallyFrame } from '../../ledger/tallies.ts';
import { actionsOf } from '../../model/actions.ts';
import { scalingFactsOf } from '../../model/capacity/scaling-step.ts';
import type { Capsule, ChangeWindow, Overlap, Rehearsal, ScalingTimes } from '../../model/change.ts';
import type { HashedPlan } from '../../model/plan.ts';
import type { Verdicts } from '../../model/policy.ts';
import type { DesiredState } from '../../model/request.ts';
import { getPlan } from '../documents-of.ts';
import { requesterOf } from './asked.ts';
import { impactOf, novelTypes } from './impact.ts';

export interface SealServices {
  documents: Documents;
  inventory: Inventory;
  governance(environment: string): GovernanceBundle;
  tallies: Tallies;
  /** Returns when the plan may run, according to the calendars. */
  window(environment: string, now: string, durationSeconds: number): ChangeWindow;
  predicted(plan: HashedPlan, inverse: HashedPlan | undefined): Promise<Capsule['predicted']>;
  overlaps(touched: Touched): Promise<Overlap[]>;
}

/**
 * Returns the capsule of a planned and evaluated request, with everything its change depends on and the approvals that
 * policy requires, and the policies that forbid the request.
 */
export async function sealCapsule(
  services: SealServices,
  request: RequestRecord,
  verdicts: Verdicts,
  now: string,
): Promise<{ capsule: Capsule; refusals: Objection[] }> {
  const { documents, inventory } = services;
  const { requestId, header, scope = '', attempt, desiredHash = '', verdictsHash = '' } = request;
  if (header === undefined) throw new Error(`Request ${requestId} has no header.`);
  const plan = await getPlan(documents, request.planHash ?? '');
  const { rehearsal, inverse } = await rehearsed(documents, request, plan);
  const impact = await impactOf(inventory, plan);
  const assetIds = impact.flatMap(({ assetId, relation }) => (relation === 'changed' ? [assetId] : []));
  const dependentIds = impact.flatMap(({ assetId, relation }) => (relation === 'dependent' ? [assetId] : []));
  const resources = plan.steps.map(({ resource }) => resource);
  const overlaps = await services.overlaps({ requestId, scope, assetIds, dependentIds, resources });
  const waived = exceptionsOf(verdicts);
  const risk = riskOf({
    plan,
    verdicts,
    rehearsal,
    exceptions: waived.filter(({ source }) => source === 'request').length,
    blastRadius: impact.length - assetIds.length,
    novelTypes: await novelTypes(inventory, plan),
  });
  const predicted = await services.predicted(plan, inverse);
  const changeId = changeIdOf(requestId);
  const requester = requesterOf(request);
  const governance = services.governance(header.environment);
  // Policy knows when the change would run, and which changes ran today.
  const window = waitingFrom(
    services.window(header.environment, now, predicted.doSeconds),
    request.createdAt,
    now,
  );
  const frame = { environment: header.environment, scope, service: header.service };
  const points = pointsOf(plan);
  if (points > 0) await services.tallies.note(frame, { changeId, points, at: now });
  const dayPoints = await services.tallies.lastDay(frame, now);
  const times = await scalingTimes(services.tallies, frame, { changeId, plan, now });
  const beyond = await asksBeyond(documents, desiredHash);
  const scaling = governedScaling(plan.steps, { ...times, ...(beyond && { beyond }) });
  const governed: GovernedChange = {
    changeId,
    type: header.change === 'emergency' ? 'emergency' : 'normal',
    header,
    actions: actionsOf(plan.steps),
    waitsSeconds: window.waitsSeconds ?? 0,
    frozen: window.freeze !== undefined,
    dayPoints,
    scaling,
    scope,
    requester,
    risk,
    predicted,
    resourceTypes: typesOf(plan.steps),
    vehicles: vehiclesOf(plan.steps),
    overlaps: overlaps.length,
  };
  const { approvals, refusals } = decideApprovals(governance, governed);
  // The governance that decided on the approvals is a separate document with the hash in the capsule.
  const { hash: governanceHash, ...rules } = governance;
  await documents.put(rules);
  const standard = governed.type === 'normal' && approvals.length === 0;
  // A change with an approval doesn't count toward the points of changes without one.
  if (points > 0 && !standard) await services.tallies.note(frame, { changeId, points: 0, at: now });
  const worst = highestSeverity(verdicts);
  const capsule: Capsule = {
    version: 1,
    changeId,
    requestId,
    attempt,
    type: standard ? 'standard' : governed.type,
    header,
    requester,
    scope,
    desiredHash,
    planHash: plan.hash,
    ...(inverse === undefined ? {} : { inverseHash: inverse.hash }),
    bundleHash: verdicts.bundleHash,
    verdictsHash,
    governanceHash,
    violations: verdicts.violations,
    waived,
    pending: verdicts.pending,
    steps: plan.steps.map(capsuleStepOf),
    impact,
    overlaps,
    risk,
    approvals,
    dayPoints,
    ...(scaling.count === 0 && beyond === undefined
      ? {}
      : { scaling: { ...times, ...(beyond && { beyond }) } }),
    window: { ...window, ...bypassOf(governance, governed) },
    predicted,
    rehearsal,
    ...(worst === undefined ? {} : { highestSeverity: worst }),
  };
  return { capsule, refusals };
}

/** Returns how often the scope or service scaled today. Steps that only scale are counted apart from other changes. */
async function scalingTimes(
  tallies: Tallies,
  { environment, scope, service }: TallyFrame,
  { changeId, plan, now }: { changeId: string; plan: HashedPlan; now: string },
): Promise<ScalingTimes> {
  const { count } = scalingFactsOf(plan.steps);
  const utcHour = new Date(now).getUTCHours();
  if (count === 0) return { dayScales: 0, utcHour };
  const frame = scalingFrame({ environment, scope, service });
  await tallies.note(frame, { changeId, points: count, at: now });
  return { dayScales: await tallies.lastDay(frame, now), utcHour };
}

/** Tells whether scaling asks for a capacity beyond its policy. */
async function asksBeyond(documents: Documents, desiredHash: string): Promise<true | undefined> {
  const { wish } = await documents.get<DesiredState>(desiredHash);
  const asks = wish.kind === 'changes' && wish.changes.some(({ beyondPolicy }) => beyondPolicy === true);
  return asks || undefined;
}

/** Returns the rehearsal of exactly this plan. If Rehearse died, the result is unknown, which counts as a failure. */
async function rehearsed(
  documents: Documents,
  { rehearsalHash, inverseHash }: RequestRecord,
  plan: HashedPlan,
): Promise<{ rehearsal: Rehearsal; inverse?: HashedPlan }> {
  const held = rehearsalHash === undefined ? undefined : await documents.get<Rehearsal>(rehearsalHash);
  if (held?.planHash === plan.hash)
    return {
      rehearsal: held,
      ...(inverseHash === undefined ? {} : { inverse: await getPlan(documents, inverseHash) }),
    };
  const message = 'The rehearsal ended without a result';
  const differences = [{ resource: '', path: '', message }];
  const { hash: planHash } = plan;
  return {
    rehearsal: {
      outcome: 'failed',
      planHash,
      seed: 'live',
      steps: 0,
      undoSteps: 0,
      differences,
      irreversible: [],
    },
  };
}

/** An emergency bypasses its window, unless a policy forbids that to this requester. */
function bypassOf(governance: GovernanceBundle, change: GovernedChange): Pick<ChangeWindow, 'bypass'> {
  if (change.type !== 'emergency') return {};
  const kept = objections(governance, 'bypass-window', change.requester.voice, change);
  return kept.length > 0 ? {} : { bypass: 'an emergency does not wait for its window' };
}
