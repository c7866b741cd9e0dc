import type { Binding, Holder } from '../model/binding.ts';
import type { Problem } from '../model/errors.ts';
import type { Header } from '../model/request.ts';
import type { Settings } from '../model/settings.ts';
import { fitsWildcard } from '../model/wildcard.ts';
import { humanOf, type People, voicesOf } from './humans.ts';

/** The settings that control who may submit requests. */
export type AskingRules = Pick<Settings, 'groups' | 'people' | 'mayAsk' | 'scopes'>;

/** The parts of a request that matter for deciding whether the requester may submit it. */
export interface Claim {
  requestId: string;
  scope: string;
  header: Pick<Header, 'environment' | 'service' | 'owner' | 'change'>;
  /** The voice of the requester. */
  voice: string;
  /** Whether Baton itself submits the request. Then the request keeps the binding of the scope as it is. */
  own: boolean;
  now: string;
}

export interface Standing {
  /** The binding of the scope before this request. */
  current?: Binding;
  /** Whether the scope has no assets and no open request. Anyone may claim such a scope. */
  free: boolean;
}

/** The binding under which a request is admitted. As `administrator`, the request doesn't have to match it. */
export type Bound = { binding: Binding; as: 'holder' | 'administrator' | 'emergency' | 'baton' };

/**
 * Decides whether a request may change its scope, and which binding the scope has afterwards. The first request creates
 * the binding, the setting `scopes` overrides it, and a scope with no assets left is free again. Pure.
 * @returns the binding, or the reason for refusing the request
 */
export function decideBinding(
  rules: AskingRules,
  claim: Claim,
  { current, free }: Standing,
): Bound | Problem {
  const { header, scope, voice } = claim;
  const rows = claim.own ? [] : rowsFor(rules, claim);
  if (!claim.own && rows.length === 0)
    return refusal(
      'AskerRefused',
      'environment',
      `${voice} may not ask for service ${header.service} in ${header.environment}; expected a requester in a row of the setting "mayAsk". Ask one of them to submit it, or have the setting changed.`,
    );
  const anyScope = rows.some((row) => row.anyScope);
  const bound = given(rules, claim, current) ?? (free ? undefined : current);
  if (bound === undefined) return firstBinding(rules, claim, current, anyScope);
  const { service, owner } = bound;
  const same = service === header.service && owner === header.owner;
  if (same && bound.holder === undefined && !anyScope && !claim.own) return takenUp(rules, claim, bound);
  const fits = claim.own || bound.holder === undefined || holds(rules, bound.holder, voice);
  if (fits && same) return { binding: bound, as: roleOf(claim, bound) };
  const emergency = header.change === 'emergency' && rows.some((row) => row.emergencies);
  if (same && emergency) return { binding: bound, as: 'emergency' };
  if (anyScope) return { binding: same ? bound : renamed(bound, claim), as: 'administrator' };
  const why = fits
    ? `the request says service ${header.service} and owner ${header.owner}`
    : `${voice} may not ask for it`;
  return refusal(
    'ScopeBound',
    fits && service === header.service ? 'owner' : 'name',
    `The scope ${scope} is bound to service ${service}, owner ${owner} and ${inWords(bound.holder)} since ${bound.since} (request ${bound.requestId}); ${why}. Have them submit it, choose another name, or have the scope handed over with the setting "scopes".`,
  );
}

/**
 * Returns the role in which a matching request is admitted. A scope without a holder stays without one if an
 * administrator submits again.
 */
function roleOf({ own }: Claim, { holder }: Binding): Bound['as'] {
  if (own) return 'baton';
  return holder === undefined ? 'administrator' : 'holder';
}

/** Tells whether a voice is one of the holders of a scope. */
export function holds(
  { groups, people }: Pick<AskingRules, 'groups' | 'people'>,
  holder: Holder,
  voice: string,
): boolean {
  return holder.voice === voice || holder.groups.some((name) => isMember(groups[name], people, voice));
}

/** Describes the holder of a scope in words. */
export function inWords(holder: Holder | undefined): string {
  if (holder === undefined) return 'whoever asks next';
  const { voice, groups } = holder;
  const names = groups.length === 0 ? [] : [`the group${groups.length > 1 ? 's' : ''} ${groups.join(', ')}`];
  return [...(voice === undefined ? [] : [voice]), ...names].join(' and ') || 'nobody';
}

/**
 * Returns the voice and the groups it is a member of. If the owner is one of these groups, returns that group alone.
 */
export function holderOf(
  { groups, people }: Pick<AskingRules, 'groups' | 'people'>,
  voice: string,
  owner: string,
): Holder {
  const memberOf = Object.keys(groups).filter((name) => isMember(groups[name], people, voice));
  return memberOf.includes(owner) ? { groups: [owner] } : { voice, groups: memberOf.sort() };
}

function firstBinding(
  rules: AskingRules,
  claim: Claim,
  former: Binding | undefined,
  anyScope: boolean,
): Bound | Problem {
  const { scope, header, voice, requestId, now } = claim;
  const { service, owner } = header;
  if (claim.own)
    return refusal(
      'ScopeUnbound',
      'name',
      `Baton itself asks for ${scope}, which is bound to nobody; expected a scope with assets.`,
    );
  if (!anyScope && !mayOwn(rules, voice, owner)) return ownerRefused(voice, owner);
  const binding: Binding = {
    ...{ scope, service, owner },
    // An administrator submits on behalf of others, and so doesn't become the holder.
    ...(anyScope ? {} : { holder: holderOf(rules, voice, owner) }),
    version: (former?.version ?? 0) + 1,
    origin: former === undefined ? 'first' : 'released',
    ...{ requestId, since: now },
  };
  return { binding, as: anyScope ? 'administrator' : 'holder' };
}

/** Makes the requester the holder of a scope that an administrator created. */
function takenUp(rules: AskingRules, { voice, requestId, now }: Claim, bound: Binding): Bound | Problem {
  const { owner, version } = bound;
  if (!mayOwn(rules, voice, owner)) return ownerRefused(voice, owner);
  const holder = holderOf(rules, voice, owner);
  const next = { holder, version: version + 1, origin: 'taken-up' as const, requestId, since: now };
  return { binding: { ...bound, ...next }, as: 'holder' };
}

/** Tells whether a voice may name this owner. An owner with the name of a group stands for that group. */
function mayOwn({ groups, people }: AskingRules, voice: string, owner: string): boolean {
  return !Object.hasOwn(groups, owner) || isMember(groups[owner], people, voice);
}

function ownerRefused(voice: string, owner: string): Problem {
  const message = `${voice} names the group ${owner} as owner and is no member of it; expected a group of its own, or a name that is no group.`;
  return refusal('OwnerRefused', 'owner', message);
}

/** Returns the binding that the settings give a scope. Keeps the current binding if both agree. */
function given(
  rules: AskingRules,
  { scope, requestId, now }: Claim,
  current: Binding | undefined,
): Binding | undefined {
  const row = Object.hasOwn(rules.scopes, scope) ? rules.scopes[scope] : undefined;
  if (row === undefined) return undefined;
  const { service, owner, group } = row;
  const alike =
    current !== undefined &&
    current.service === service &&
    current.owner === owner &&
    current.holder?.voice === undefined &&
    current.holder?.groups.join() === group;
  if (alike) return current;
  const version = (current?.version ?? 0) + 1;
  return {
    scope,
    service,
    owner,
    holder: { groups: [group] },
    version,
    origin: 'settings',
    requestId,
    since: now,
  };
}

function renamed(bound: Binding, { header: { service, owner }, requestId, now }: Claim): Binding {
  return {
    ...bound,
    service,
    owner,
    version: bound.version + 1,
    origin: 'administrator',
    requestId,
    since: now,
  };
}

function rowsFor({ mayAsk, groups, people }: AskingRules, { header, voice }: Claim): AskingRules['mayAsk'] {
  const among = (patterns: readonly string[], text: string) =>
    patterns.some((one) => fitsWildcard(one, text));
  const isAmong = (who: readonly string[]) =>
    who.some(
      (one) =>
        isMember(groups[one], people, voice) || humanOf(one, people) === voice || fitsWildcard(one, voice),
    );
  return mayAsk.filter(
    ({ who, environments, services }) =>
      isAmong(who) && among(environments, header.environment) && among(services, header.service),
  );
}

function isMember(members: readonly string[] | undefined, people: People, voice: string): boolean {
  return members !== undefined && voicesOf(members, people).includes(voice);
}

function refusal(code: string, path: string, message: string): Problem {
  return { path, code, message };
}

/**
 * Returns who may submit requests in scopes of others in an environment, each person under one voice. Part of the
 * governance of the environment.
 */
export function anyScopeIn(
  { mayAsk, people }: Pick<AskingRules, 'mayAsk' | 'people'>,
  environment: string,
): { who: string[]; services: string[] }[] {
  return mayAsk
    .filter((row) => row.anyScope && row.environments.some((one) => fitsWildcard(one, environment)))
    .map(({ who, services }) => ({ who: who.map((one) => humanOf(one, people)), services }));
}

/** Tells whether the governance of the environment lets a voice submit requests for a service in scopes of others. */
export function mayAskAnywhere(
  rows: readonly { who: string[]; services: string[] }[],
  groups: Readonly<Record<string, string[]>>,
  { voice, service }: { voice: string; service: string },
): boolean {
  return rows.some(
    ({ who, services }) =>
      services.some((one) => fitsWildcard(one, service)) &&
      who.some((one) => groups[one]?.includes(voice) || fitsWildcard(one, voice)),
  );
}
