import type { AccountIdentities, AccountIdentity } from '../../model/account-identities.ts';
import type { Settings } from '../../model/settings.ts';
import { fitsWildcard } from '../../model/wildcard.ts';
import { humanOf } from '../humans.ts';
import { isOfMachines } from '../role-trust.ts';
import { type Holder, holdersOf } from './ways.ts';

/** The settings that name users and roles, and the groups that each environment's levels and policies name. */
export interface NamingRules extends Pick<Settings, 'groups' | 'people' | 'senders' | 'mayAsk' | 'scopes'> {
  environments: Record<string, { groups: string[] }>;
}

/** A user or role that the settings name, and who can speak as it. */
export interface NamedVoice {
  /** `user/ana`, `role/Deploy`; of a sender, the pattern where nobody fits it. */
  voice: string;
  /** The voice it counts as: `person/ben` where the settings say whose it is. */
  countsAs: string;
  /** Where the settings name it. */
  named: string[];
  /** Groups it is in, of those that count. */
  groups: string[];
  /**
   * `machine`: a role that the door takes for a machine's. `person`: a user, or a role the settings give to somebody.
   * `shared`: a role that people may assume, which decides nothing. `missing`: not in the account. `elsewhere`: of
   * another account, which can't be read from here.
   */
  status: 'machine' | 'person' | 'shared' | 'missing' | 'elsewhere';
  arn?: string;
  holders: Holder[];
}

const voiceForm = /^(user|role)\/(?:(\d{12})\/)?([\w+=,.@-]+)$/;

/** The groups that count: of one environment, or all. */
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

/** Every user and role of the settings with who can speak as it; those of Identity Center are proven by the door. */
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
  // Names of users and roles do not differ by case alone ("CreateRole", IAM API Reference).
  const identity = account.identities.find(
    (one) => one.kind === kind && one.name.toLowerCase() === name?.toLowerCase(),
  );
  if (identity === undefined) return { ...voice, status: 'missing', holders: [] };
  const holders = holdersOf(identity, account, administrators);
  return { ...voice, status: statusOf(voice, identity), arn: identity.arn, holders };
}

/** As the door decides it when the role speaks: lib/change/speaker.ts. */
function statusOf({ voice, countsAs }: Pick<NamedVoice, 'voice' | 'countsAs'>, identity: AccountIdentity) {
  if (identity.kind === 'user' || countsAs !== voice) return 'person';
  return isOfMachines({ trust: identity.trust ?? '' }) ? 'machine' : 'shared';
}

/** The voices of a sender's principal (`role/ci/Deploy`, an ARN, with `*`); the pattern itself where nobody fits it. */
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
