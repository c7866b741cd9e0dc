import type { EntityJson } from '@cedar-policy/cedar-wasm/web';
import { loadCedar } from '../cedar/cedar.ts';
import type { ScalingFacts } from '../model/capacity/scaling-step.ts';
import type { ChangeType, RequiredApproval, Risk, ScalingTimes, Speaker } from '../model/change.ts';
import { PermanentError } from '../model/errors.ts';
import { hashOf } from '../model/json.ts';
import type { AvailableAction, Header } from '../model/request.ts';
import type { GovernanceBundle, GovernancePolicy } from './governance-bundle.ts';
import type { GovernanceAction } from './governance-schema.ts';

/** A governance policy can't be evaluated. No decision is made, and the request stops. */
export class GovernanceNotUsable extends PermanentError {
  override readonly name = 'GovernanceNotUsable';
}

/** The governance as it is stored. Its hash is the hash of the document. */
export type GovernanceRules = Omit<GovernanceBundle, 'hash'>;

/** A change in the form that governance policies evaluate. */
export interface GovernedChange {
  changeId: string;
  type: ChangeType;
  header: Pick<Header, 'environment' | 'service' | 'owner'>;
  /** The actions of the steps. Policies are evaluated once for each. */
  actions: readonly AvailableAction[];
  scope: string;
  requester: Speaker;
  risk: Risk;
  resourceTypes: string[];
  /** The types of vehicles among the steps' types; see `vehiclesOf`. */
  vehicles: string[];
  overlaps: number;
  predicted: { doSeconds: number; undoSeconds: number };
  /** Seconds from submission until the calendars allow the change to run. */
  waitsSeconds: number;
  /** Whether the change waits for a freeze to end. */
  frozen: boolean;
  /** Points of the standard changes in its scope or service within 24 hours, including its own. */
  dayPoints: number;
  /** What its steps do that only scale. */
  scaling: ScalingFacts & ScalingTimes;
}

/** A policy that forbids an action. */
export type Objection = Pick<GovernancePolicy, 'id' | 'message'>;

/** Returns the policies that forbid a voice to act on a change, for any action of its steps. */
function forbidding(
  bundle: GovernanceRules,
  action: GovernanceAction,
  voice: string,
  change: GovernedChange,
): GovernancePolicy[] {
  const found = new Set(change.actions.flatMap((done) => forbiddingAs(done, bundle, action, voice, change)));
  return bundle.policies.filter(({ key }) => found.has(key));
}

/**
 * Returns the keys of the policies that forbid the action, for one action of the steps. Pure, except for Cedar's cache.
 */
function forbiddingAs(
  done: AvailableAction,
  bundle: GovernanceRules,
  action: GovernanceAction,
  voice: string,
  change: GovernedChange,
): string[] {
  const answer = loadCedar().statefulIsAuthorized({
    principal: { type: 'Baton::Person', id: voice },
    action: { type: 'Baton::Action', id: action },
    resource: { type: 'Baton::Change', id: change.changeId },
    context: {},
    preparsedPolicySetId: policySetOf(bundle),
    entities: entitiesOf(bundle, voice, change, done),
  });
  const errors =
    answer.type === 'failure'
      ? answer.errors.map(({ message }) => message)
      : answer.response.diagnostics.errors.map(({ error }) => error.message);
  if (answer.type === 'failure' || errors.length > 0) throw new GovernanceNotUsable(errors.join('; '));
  if (answer.response.decision === 'allow') return [];
  return answer.response.diagnostics.reason;
}

/**
 * The names of the policy sets that Cedar has parsed, and the name for each bundle. Parsing takes six times as long as
 * an evaluation.
 */
const held = new Set<string>();
const names = new WeakMap<GovernanceRules, string>();

/**
 * Returns the name of a bundle's policy set in Cedar. The first call parses the policies. @throws GovernanceNotUsable
 */
function policySetOf(bundle: GovernanceRules): string {
  const known = names.get(bundle);
  if (known !== undefined) return known;
  const staticPolicies = {
    everything: 'permit (principal, action, resource);',
    ...Object.fromEntries(bundle.policies.map(({ key, text }) => [key, text])),
  };
  const name = `governance-${hashOf(staticPolicies)}`;
  if (!held.has(name)) {
    const parsed = loadCedar().preparsePolicySet(name, { staticPolicies });
    if (parsed.type === 'failure')
      throw new GovernanceNotUsable(parsed.errors.map(({ message }) => message).join('; '));
    held.add(name);
  }
  names.set(bundle, name);
  return name;
}

const kindsOf = (exposed: Risk['exposed']) => [...new Set(exposed.map(({ kind }) => kind))];

function entitiesOf(
  bundle: GovernanceRules,
  voice: string,
  change: GovernedChange,
  action: AvailableAction,
): EntityJson[] {
  const person = (one: string): EntityJson => ({
    uid: { type: 'Baton::Person', id: one },
    attrs: { kind: one.split('/')[0] ?? '' },
    parents: Object.entries(bundle.groups)
      .filter(([, members]) => members.includes(one))
      .map(([group]) => ({ type: 'Baton::Group', id: group })),
  });
  const { header, risk, requester, predicted } = change;
  const { level: riskLevel, exposed, ...facts } = risk;
  const people = [...new Set([voice, requester.voice])].map(person);
  const attrs = {
    type: change.type,
    environment: header.environment,
    service: header.service,
    owner: header.owner,
    action,
    scope: change.scope,
    requester: { __entity: { type: 'Baton::Person', id: requester.voice } },
    riskLevel,
    ...facts,
    exposures: kindsOf(exposed),
    highExposures: kindsOf(exposed.filter(({ level }) => level === 'high')),
    resourceTypes: change.resourceTypes,
    vehicles: change.vehicles,
    overlaps: change.overlaps,
    ...predicted,
    waitsSeconds: change.waitsSeconds,
    frozen: change.frozen,
    dayPoints: change.dayPoints,
    dayPointsMax: bundle.dayPointsMax,
    scaledWithinBounds: change.scaling.withinBounds,
    scaleOutPercent: change.scaling.outPercent,
    scaleInPercent: change.scaling.inPercent,
    dayScales: change.scaling.dayScales,
    utcHour: change.scaling.utcHour,
  };
  return [...people, { uid: { type: 'Baton::Change', id: change.changeId }, attrs, parents: [] }];
}

/**
 * Returns the approvals that a change needs before it runs, by level: one for each level that a policy on `proceed`
 * names.
 * @throws GovernanceNotUsable
 */
export function requiredApprovals(bundle: GovernanceRules, change: GovernedChange): RequiredApproval[] {
  const asking = forbidding(bundle, 'proceed', change.requester.voice, change);
  const byLevel = Map.groupBy(asking, ({ level }) => level ?? '');
  return [...byLevel]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([level, policies]) => {
      const defined = bundle.levels[level];
      if (defined === undefined) throw new GovernanceNotUsable(`No level of approval is called ${level}.`);
      const because = policies.map(({ id, message }) => ({ rule: id, message }));
      return { level, ...defined, because };
    });
}

/**
 * Returns the policies that forbid a voice to act on a change. Empty if the action is allowed.
 * @throws GovernanceNotUsable
 */
export function objections(
  bundle: GovernanceRules,
  action: Exclude<GovernanceAction, 'proceed'>,
  voice: string,
  change: GovernedChange,
): Objection[] {
  return forbidding(bundle, action, voice, change).map(({ id, message }) => ({ id, message }));
}
