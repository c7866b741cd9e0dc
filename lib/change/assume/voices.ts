import type { AccountIdentities, AccountIdentity } from '../../model/account-identities.ts';
import type { Settings } from '../../model/settings.ts';
import { fitsWildcard } from '../../model/wildcard.ts';
import { humanOf } from '../humans.ts';
import { isOfMachines } from '../role-trust.ts';
import { type Holder, holdersOf } from './ways.ts';

/** The settings that name users and roles, and the groups that the levels and policies of each environment name. */
export interface NamingRules extends Pick<Settings, 'groups' | 'people' | 'senders' | 'mayAsk' | 'scopes'> {
  environments: Record<string, { groups: string[] }>;
}

/** A user or role that the settings name, and who can speak as it. */
export interface NamedVoice {
  /** Such as `user/ana` or `role/Deploy`. For a sender without a matching identity, the pattern itself. */
  voice: string;
  /** The voice that its decisions count under: `person/ben` if the setting `people` names its owner. */
  countsAs: string;
  /** The settings that name it. */
  named: string[];
  /** Its groups, out of the groups that count. */
  groups: string[];
  /**
   * - `machine`: a role that the front door accepts as a machine.
   * - `person`: a user, or a role that the settings assign to a person.
   * - `shared`: a role that people may assume; its decisions don't count.
   * - `missing`: not in the account.
   * - `elsewhere`: in another account, which can't be read from here.
   */
  status: 'machine' | 'person' | 'shared' | 'missing' | 'elsewhere';
  arn?: string;
  holders: Holder[];
}

const voiceForm = /^(user|role)\/(?:(\d{12})\/)?([\w+=,.@-]+)$/;

/** Returns the groups that count, of one environment or of all. */
export function groupsOf(rules: NamingRules, environment?: string): string[] {
  if (environment === undefined) return Object.keys(rules.groups);
  const named = new Set([
    ...(rules.environments[environment]?.groups ?? []),
    ...askingIn(rules, environment).flatMap(({ who }) => who),
    ...scopesIn(rules, environment).map(([, { group }]) => group),
  ]);
  return Object.keys(rules.groups).filter((name) => named.has(name));
}

function askingIn({ mayAsk }: NamingRules, environment: string | undefined): NamingRules['mayAsk'] {
  const fits = (pattern: string) => environment === undefined || fitsWildcard(pattern, environment);
  return mayAsk.filter(({ environments }) => environments.some(fits));
}

function scopesIn({ scopes }: NamingRules, environment: string): [string, { group: string }][] {
  return Object.entries(scopes).filter(([scope]) => scope.startsWith(`${environment}/`));
}

/**
 * Returns every user and role in the settings with the identities that can speak as it. Identity Center users are not
 * included: the front door proves them.
 */
export function namedVoices(
  rules: NamingRules,
  account: AccountIdentities,
  administrators: ReadonlySet<string>,
  environment?: string,
): NamedVoice[] {
  const counted = groupsOf(rules, environment);
  const places = new Map<string, string[]>();
  const note = (voice: string, place: string) =>
    places.set(voice, [...new Set([...(places.get(voice) ?? []), place])]);
  for (const group of counted)
    for (const voice of rules.groups[group] ?? []) if (voiceForm.test(voice)) note(voice, `group ${group}`);
  for (const [name, voices] of Object.entries(rules.people))
    for (const voice of voices) if (voiceForm.test(voice)) note(voice, `person ${name}`);
  for (const { who } of askingIn(rules, environment))
    for (const voice of who) if (voiceForm.test(voice)) note(voice, 'mayAsk');
  for (const [source, { principals }] of Object.entries(rules.senders))
    for (const voice of principals.flatMap((principal) => sendingAs(principal, account)))
      note(voice, `sender ${source}`);
  return [...places]
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([voice, named]) => {
      const groups = counted.filter((group) => rules.groups[group]?.includes(voice));
      return describe(
        { voice, named, groups, countsAs: humanOf(voice, rules.people) },
        account,
        administrators,
      );
    });
}

function describe(
  voice: Pick<NamedVoice, 'voice' | 'named' | 'groups' | 'countsAs'>,
  account: AccountIdentities,
  administrators: ReadonlySet<string>,
): NamedVoice {
  const [, kind, owner, name] = voiceForm.exec(voice.voice) ?? [];
  if (owner !== undefined && owner !== account.account) return { ...voice, status: 'elsewhere', holders: [] };
  // Names of users and roles are case-insensitive ("CreateRole", IAM API Reference).
  const identity = account.identities.find(
    (one) => one.kind === kind && one.name.toLowerCase() === name?.toLowerCase(),
  );
  if (identity === undefined) return { ...voice, status: 'missing', holders: [] };
  const holders = holdersOf(identity, account, administrators);
  return { ...voice, status: statusOf(voice, identity), arn: identity.arn, holders };
}

/** Applies the same rules as the front door: lib/change/speaker.ts. */
function statusOf({ voice, countsAs }: Pick<NamedVoice, 'voice' | 'countsAs'>, identity: AccountIdentity) {
  if (identity.kind === 'user' || countsAs !== voice) return 'person';
  return isOfMachines({ trust: identity.trust ?? '' }) ? 'machine' : 'shared';
}

/**
 * Returns the voices that match a sender's principal (`role/ci/Deploy`, or an ARN with `*`). Without a match, returns
 * the pattern itself.
 */
function sendingAs(principal: string, { account, identities }: AccountIdentities): string[] {
  if (principal === '*') return [];
  const [, owner, rest = principal] = /^arn:[^:]*:iam::(\d{12}):(.+)$/.exec(principal) ?? [];
  if (owner !== undefined && owner !== account) {
    const [kind, ...path] = rest.split('/');
    return [`${kind}/${owner}/${path.at(-1)}`];
  }
  const found = identities.filter(({ arn }) => fitsWildcard(rest, arn.split(':').slice(5).join(':')));
  if (found.length > 0) return found.map(({ kind, name }) => `${kind}/${name}`);
  const [kind, ...path] = rest.split('/');
  return rest.includes('*') ? [] : [`${kind}/${path.at(-1)}`];
}
