import type { EntityJson } from '@cedar-policy/cedar-wasm/web';
import { loadCedar } from '../cedar/cedar.ts';
import type { ChangeType, RequiredApproval, Risk, Speaker } from '../model/change.ts';
import { BatonError } from '../model/errors.ts';
import { hashOf } from '../model/json.ts';
import type { AvailableAction, Header } from '../model/request.ts';
import type { GovernanceBundle, GovernancePolicy } from './governance-bundle.ts';
import type { GovernanceAction } from './governance-schema.ts';

/** A governance policy could not be evaluated: nothing is decided, and nothing goes on. */
export class GovernanceNotUsable extends BatonError {
  override readonly name = 'GovernanceNotUsable';
}

/** All that decides, as it is stored: its hash is the document's. */
export type GovernanceRules = Omit<GovernanceBundle, 'hash'>;

/** A change as governance policies see it. */
export interface GovernedChange {
  changeId: string;
  type: ChangeType;
  header: Pick<Header, 'environment' | 'service' | 'owner'>;
  /** What the steps of its plan do: policies are evaluated for each of these. */
  actions: readonly AvailableAction[];
  scope: string;
  requester: Speaker;
  risk: Risk;
  resourceTypes: string[];
  /** Types among them that, once made, act by themselves: see `vehiclesOf`. */
  vehicles: string[];
  overlaps: number;
  predicted: { doSeconds: number; undoSeconds: number };
  /** Seconds from when it was submitted to when it may run, as the calendars stand. */
  waitsSeconds: number;
  /** Whether it waits for the end of a freeze. */
  frozen: boolean;
  /** Points of the standard changes of its scope or service within 24 hours, its own included. */
  dayPoints: number;
}

/** Why somebody may not do something: the policies that forbid it. Empty when they may. */
export type Objection = Pick<GovernancePolicy, 'id' | 'message'>;

/** What policies forbid somebody to do with a change, for any of the actions its steps come to. */
function forbidding(
  bundle: GovernanceRules,
  action: GovernanceAction,
  voice: string,
  change: GovernedChange,
): GovernancePolicy[] {
  const found = new Set(change.actions.flatMap((done) => forbiddingAs(done, bundle, action, voice, change)));
  return bundle.policies.filter(({ key }) => found.has(key));
}

/** Keys of the policies that forbid it, where the change does one thing; pure but for Cedar's own memory. */
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

/** Names of parsed policy sets: those Cedar holds, and by bundle. Parsing takes six times as long as an answer. */
const held = new Set<string>();
const names = new WeakMap<GovernanceRules, string>();

/** What Cedar knows the policies of a bundle by; parsed at the first call. @throws GovernanceNotUsable */
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
  };
  return [...people, { uid: { type: 'Baton::Change', id: change.changeId }, attrs, parents: [] }];
}

/**
 * The approvals a change needs before it runs, by level: what every policy that forbids to proceed asks for.
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
 * Why a voice may not do something with a change; nothing when it may.
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
