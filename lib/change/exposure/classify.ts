import { scalesWithinBounds } from '../../model/capacity/scaling-step.ts';
import type { Exposure } from '../../model/change.ts';
import { canonicalJson, isObject, type JsonObject, type JsonValue } from '../../model/json.ts';
import { acts, changes, ends, waits } from '../../model/operations.ts';
import type { Plan, Step } from '../../model/plan.ts';
import type { Harm } from '../../model/verbs/verb.ts';
import { isCidr, publicShare, worldShare } from './addresses.ts';
import { findingsAt } from './by-property.ts';
import { isReviewed, kindsOfTypes } from './by-type.ts';
import { trafficFindings } from './traffic.ts';
import type { Finding, Frame, Place } from './types.ts';

export type ClassifiedPlan = Pick<Plan, 'steps'> & Partial<Pick<Plan, 'account'>>;

/** Deeper levels of a value are not checked. The whole property then counts as unknown. */
const depthMax = 40;

/**
 * Returns the exposures of the steps of a plan: once per step and kind, with the highest level. Checks both sides of a
 * change, so removing an exposure counts as much as adding it, and so does what a rollback would restore. Pure.
 */
export function exposuresOf(plan: ClassifiedPlan): Exposure[] {
  const frame = { account: plan.account ?? '' };
  const found = plan.steps.flatMap((step) => ofStep(step, frame));
  return [...found, ...ofTogether(plan.steps)].sort((a, b) => (sortKey(a) < sortKey(b) ? -1 : 1));
}

const sortKey = ({ level, kind, step, path }: Exposure) =>
  `${level === 'high' ? 0 : 1} ${kind} ${step} ${path}`;

/** What a verb may do, and how much that weighs. */
const harmful: Partial<Record<Harm, Finding>> = {
  'brief outage': {
    kind: 'outage',
    level: 'medium',
    message: 'may interrupt what the asset serves for a short time',
  },
  'data loss': { kind: 'data-loss', level: 'high', message: 'loses data of the asset' },
};

function ofStep(step: Step, frame: Frame): Exposure[] {
  // A verb sets nothing: it bears what it may do. What is verified was declared by the step before.
  const harm = harmful[step.act?.harm ?? 'none'];
  if (acts(step)) return harm === undefined ? [] : worstOfEach(step.id, [['', harm]]);
  if (waits(step)) return [];
  const touched = touchedOf(step);
  // An update that changes only tags or the order adds no exposure, nor does a capacity within its approved bounds.
  const whole = !changes(step) || (!scalesWithinBounds(step) && touched.some((name) => !harmless.has(name)));
  const findings: [path: string, finding: Finding][] = whole ? ofType(step.type).map((one) => ['', one]) : [];
  for (const side of [step.desired ?? {}, step.previous ?? {}, step.restore ?? {}])
    for (const name of touched) {
      const value = side[name];
      if (value !== undefined) visit({ type: step.type, path: [name], name, value }, frame, findings, 0);
    }
  for (const { path } of step.changes ?? [])
    if (/^(?:DeletionPolicy|UpdateReplacePolicy)$/.test(path))
      findings.push([
        path,
        { kind: 'data-protection', level: 'medium', message: 'says what becomes of its data' },
      ]);
  findings.push(...trafficFindings(step).map((one): [string, Finding] => ['', one]));
  for (const [at, check] of (step.health ?? []).entries())
    if (check.kind === 'http' || check.kind === 'tcp')
      findings.push([
        `Baton.health.${at}`,
        { kind: 'health-url', level: 'medium', message: 'makes Baton call an address' },
      ]);
  return worstOfEach(step.id, findings);
}

/** Properties that don't affect what a resource does. */
const harmless: ReadonlySet<string> = new Set([
  'Tags',
  'Description',
  'DependsOn',
  'TagSpecifications',
  'Metadata',
]);

/** Returns the names of the properties that a step sets, changes or removes. */
function touchedOf(step: Step): string[] {
  const { desired = {}, previous = {}, restore = {} } = step;
  const names = new Set([...Object.keys(desired), ...Object.keys(previous), ...Object.keys(restore)]);
  if (!changes(step)) return [...names].sort();
  // A value may change only through its references. In that case, only the plan lists the change.
  const said = new Set((step.changes ?? []).map(({ path }) => path.split('.')[0] ?? path));
  // After a failed update, Baton sends every property that differs from the desired state.
  if (said.has('LastUpdate')) return [...names].sort();
  const differs = (name: string) => text(desired[name]) !== text(previous[name]) || name in restore;
  return [...names].filter((name) => said.has(name) || differs(name)).sort();
}

const text = (value: JsonValue | undefined) => (value === undefined ? '' : canonicalJson(value));

function ofType(type: string): Finding[] {
  const row = kindsOfTypes.find(([pattern]) => pattern.test(type));
  if (row !== undefined) return [{ kind: row[1], level: 'medium', message: row[2] }];
  if (isReviewed(type)) return [];
  return [{ kind: 'unreviewed-type', level: 'medium', message: 'is of a type nobody has reviewed' }];
}

function visit(place: Place, frame: Frame, into: [string, Finding][], depth: number): void {
  for (const finding of findingsAt(place, frame)) into.push([place.path.join('.'), finding]);
  const { value } = place;
  if (depth >= depthMax)
    into.push([
      place.path.join('.'),
      { kind: 'unreviewed-type', level: 'medium', message: 'is nested too deep to be looked at' },
    ]);
  else if (Array.isArray(value))
    for (const one of value)
      if (typeof one === 'object') visit({ ...place, value: one }, frame, into, depth + 1);
      else
        for (const finding of findingsAt({ ...place, value: one }, frame))
          into.push([place.path.join('.'), finding]);
  else if (isObject(value))
    for (const [name, inner] of Object.entries(value))
      visit({ ...place, path: [...place.path, name], name, value: inner }, frame, into, depth + 1);
}

/**
 * Keeps the highest finding of each kind, and the first for each place, so that a step with a hundred rules yields one
 * finding.
 */
function worstOfEach(step: string, findings: [string, Finding][]): Exposure[] {
  const byKind = Map.groupBy(findings, ([, { kind }]) => kind);
  return [...byKind].flatMap(([kind, all]) => {
    const [path, finding] = all.find(([, one]) => one.level === 'high') ?? all[0] ?? [];
    return path === undefined || finding === undefined
      ? []
      : [{ kind, level: finding.level, step, path, message: finding.message }];
  });
}

/** Types whose networks are inbound. Other types only store networks. */
const inbound =
  /^AWS::EC2::(?:SecurityGroup|SecurityGroupIngress|NetworkAclEntry|PrefixList)$|WAFv2::IPSet$|^AWS::EKS::Cluster$/;

/**
 * Adds up the networks that all steps allow, so that the world in two halves, or in sixteen, still counts as the world.
 */
function ofTogether(steps: readonly Step[]): Exposure[] {
  const letting = steps
    .filter((step) => inbound.test(step.type) && !ends(step))
    .map((step) => ({ step, cidrs: cidrsIn(letIn(step)) }))
    .filter(({ cidrs }) => cidrs.length > 0 && publicShare(cidrs) > 0);
  const all = letting.flatMap(({ cidrs }) => cidrs);
  if (publicShare(all) < worldShare) return [];
  return letting.map(({ step, cidrs }) => ({
    ...{ kind: 'network', level: 'high', step: step.id, path: '' },
    message: `lets ${[...new Set(cidrs)].slice(0, 4).join(', ')} in: together the world, or much of it`,
  }));
}

function letIn({ type, desired = {}, restore }: Step): JsonObject {
  const sent = { ...desired, ...restore };
  if (type === 'AWS::EC2::NetworkAclEntry')
    return sent.Egress === true || sent.RuleAction === 'deny' ? {} : sent;
  const { SecurityGroupEgress: _, ...rest } = sent;
  return rest;
}

function cidrsIn(value: JsonValue, depth = 0): string[] {
  if (typeof value === 'string') return value.includes('/') && isCidr(value) ? [value] : [];
  if (depth > depthMax || typeof value !== 'object' || value === null) return [];
  return Object.values(value).flatMap((one) => cidrsIn(one as JsonValue, depth + 1));
}
