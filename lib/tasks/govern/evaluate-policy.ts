import type { Documents } from '../../documents/documents.ts';
import { changeIdOf, type Ledger } from '../../ledger/ledger.ts';
import { actionOf } from '../../model/actions.ts';
import { strayIdentities, strayRoles } from '../../model/identities.ts';
import { changes, ends, makes, removes, shiftsTraffic } from '../../model/operations.ts';
import type { HashedPlan, Step } from '../../model/plan.ts';
import { onlyWarns, type Verdicts, type Violation } from '../../model/policy.ts';
import { withValueAt } from '../../model/property-path.ts';
import type { DesiredResource, DesiredState } from '../../model/request.ts';
import type { Settings } from '../../model/settings.ts';
import { watcherResources } from '../../model/watchers.ts';
import { fitsWildcard } from '../../model/wildcard.ts';
import {
  applicableTo,
  applyWaivers,
  type Doing,
  judgeDoing,
  type PolicyEngines,
  requestedWaivers,
  settingsWaivers,
} from '../../policy/index.ts';
import { getPlan } from '../documents-of.ts';
import { evidenceOf } from './policy-evidence.ts';
import { forbiddenZones } from './record-zones.ts';

export interface EvaluatePolicyServices {
  ledger: Ledger;
  documents: Documents;
  settings: Settings;
  /** Returns the policy engines of an environment, for desired resources and for deletions. */
  engines(environment: string): PolicyEngines;
}

/**
 * Evaluates policies for the whole request before the approval. Rules that wait for unknown values are pending: the
 * approver sees them, and they are evaluated again at the provider call.
 */
export async function evaluatePolicy(
  { ledger, documents, settings, engines }: EvaluatePolicyServices,
  { requestId, now }: { requestId: string; now: string },
): Promise<{ decision: Verdicts['decision']; scope: string }> {
  const request = await ledger.request(requestId);
  const desired = await documents.get<DesiredState>(request.desiredHash ?? '');
  const plan = await getPlan(documents, request.planHash ?? '');
  const judges = engines(desired.header.environment);
  const rules = rulesSpeakingOf(desired, plan, judges);
  const verdicts = { ...verdictsOf(desired, plan, settings, judges, now), rules, planHash: plan.hash };
  const { decision } = verdicts;
  const verdictsHash = await documents.put(verdicts);
  await keepRules(documents, judges);
  await ledger.updateRequest(requestId, { verdictsHash, decision, updatedAt: now });
  const changeId = changeIdOf(requestId);
  for (const entry of evidenceOf(verdicts, verdictsHash, now)) await ledger.record(changeId, entry);
  return { decision, scope: plan.scope };
}

/** The hashes of rules that a warm function has stored: hundreds of KB, and the same for all of its requests. */
const stored = new WeakMap<PolicyEngines, string>();

/** Stores the evaluated rules under the hash in verdicts, unless the bucket has them, so that they can be read later. */
async function keepRules(documents: Documents, engines: PolicyEngines): Promise<void> {
  const hash = stored.get(engines);
  if (hash !== undefined && (await documents.has(hash))) return;
  stored.set(engines, await documents.put(engines.rules));
}

/**
 * Returns all verdicts on a request and its plan: allowed types, desired resources and deletions, with waivers applied.
 */
export function verdictsOf(
  asked: DesiredState,
  plan: HashedPlan,
  settings: Settings,
  judges: PolicyEngines,
  now: string,
): Verdicts {
  const desired = asPlanned(asked, plan);
  const { header, resources, scope } = desired;
  const waivers = [...settingsWaivers(settings, header.environment), ...requestedWaivers(header)];
  const governance = settings.environments[header.environment]?.governance;
  const frame = { scope, now, approvable: (governance?.packs.length ?? 0) > 0 };
  const doings = doingsOf(header, resources, plan);
  const [judged, ...further] = doings.map((doing) =>
    applyWaivers(judgeDoing(judges, doing, 'admission'), waivers, frame),
  ) as [Verdicts, ...Verdicts[]];
  const all = [judged, ...further];
  const refused = outOfReach(desired, settings);
  const denied =
    refused.some(({ enforcement }) => enforcement === 'enforce') ||
    all.some(({ decision }) => decision === 'deny');
  return {
    ...judged,
    decision: denied ? 'deny' : 'allow',
    violations: [...refused, ...all.flatMap(({ violations }) => violations)],
    pending: all.flatMap(({ pending }) => pending),
    waived: all.flatMap(({ waived }) => waived),
    suppressed: all.flatMap(({ suppressed }) => suppressed),
    judged: all.reduce((sum, one) => sum + one.judged, 0),
  };
}

/** Returns the desired state as planned, with the values of other owners in place of the manifest's. */
function asPlanned(desired: DesiredState, { steps, unchanged }: HashedPlan): DesiredState {
  const keptOf = new Map(
    [...steps, ...unchanged].flatMap(({ resource, kept }) => (kept === undefined ? [] : [[resource, kept]])),
  );
  const resources = desired.resources.map((one) => ({
    ...one,
    properties: (keptOf.get(one.logicalId) ?? []).reduce(
      (properties, { path, value }) => withValueAt(properties, path, value),
      one.properties,
    ),
  }));
  return { ...desired, resources };
}

/**
 * Desired resources are provisioned, removed ones are decommissioned, and every other step has the action of its row,
 * whatever the header says. The provider call uses the same actions.
 */
function doingsOf(
  asked: DesiredState['header'],
  resources: DesiredResource[],
  { steps }: HashedPlan,
): [wanted: Doing, ...others: Doing[]] {
  const others = steps.filter((step) => !makes(step) && !changes(step) && !ends(step));
  const acting = [...Map.groupBy(others, actionOf)].flatMap(([action, some]): Doing[] =>
    action === undefined ? [] : [{ asked, action, resources: some.map(asItStands) }],
  );
  const deleted = steps.filter(removes);
  return [
    // The last weight of a shift is evaluated like any other update, and each of them again before it is sent.
    {
      asked,
      action: 'provision',
      resources: [...resources, ...steps.filter(shiftsTraffic).slice(-1).map(asItStands)],
    },
    { asked, action: 'decommission', resources: deleted.map(asItStands) },
    ...acting,
  ];
}

/** Returns the ids of the rules that apply to a request and its plan, with any result, for evidence. */
function rulesSpeakingOf(desired: DesiredState, plan: HashedPlan, judges: PolicyEngines): string[] {
  const { header, resources } = asPlanned(desired, plan);
  const found = doingsOf(header, resources, plan).flatMap((doing) => applicableTo(judges, doing));
  return [...new Set(found)].sort();
}

/**
 * Returns the resource that a step deletes or acts on, as it was requested, or the properties that the step sets. Rules
 * that name the action are evaluated for it.
 */
function asItStands(step: Step): DesiredResource {
  const { resource, type, previous = {}, relationships, deletionPolicy, updateReplacePolicy } = step;
  const { desired = previous } = step;
  return {
    logicalId: resource,
    ...{ type, properties: desired, dependsOn: relationships, deletionPolicy, updateReplacePolicy },
  };
}

/** Returns what the provisioning role of the environment can't do: types, identities, roles, services. */
function outOfReach(desired: DesiredState, settings: Settings): Violation[] {
  const environment = settings.environments[desired.header.environment];
  const enforcement = environment !== undefined && onlyWarns(environment) ? 'warn' : 'enforce';
  return [
    ...forbiddenTypes(desired, settings),
    ...forbiddenZones(desired, settings),
    ...strayIdentities(desired, enforcement),
    ...strayRoles(desired, settings.passableRoles),
    ...watcherResources(desired),
  ];
}

/** Returns resource types that the environment doesn't allow. */
function forbiddenTypes(
  { header, resources }: Pick<DesiredState, 'header' | 'resources'>,
  settings: Settings,
): Violation[] {
  const allowed = settings.environments[header.environment]?.resourceTypes ?? [];
  return resources
    .filter(({ type }) => !allowed.some((pattern) => fitsWildcard(pattern, type)))
    .map(({ logicalId, type }) => ({
      rule: 'RESOURCE_TYPE_ALLOWED',
      severity: 'high',
      enforcement: 'enforce',
      resource: logicalId,
      path: 'Type',
      message: `${type} may not be provisioned in ${header.environment}.`,
      remedy: `Use one of ${allowed.join(', ')}, or add the type to resourceTypes in the settings of the environment.`,
    }));
}
