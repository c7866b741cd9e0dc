import type { AccountIdentities, AccountIdentity } from '../../model/account-identities.ts';
import { identityPath, provisioningRolePrefix } from '../../model/identities.ts';
import { humanOf, voicesOf } from '../humans.ts';
import { allows } from './grants.ts';
import { groupsOf, type NamedVoice, type NamingRules, namedVoices } from './voices.ts';
import { type Holder, isAdministrator, isOfBaton, nameOf } from './ways.ts';

/** A way to speak as another identity that defeats the intent of the settings. */
export interface Warning {
  code: string;
  /** The voice that the warning is about. */
  voice: string;
  /** The identity that can speak as this voice. */
  who?: string;
  message: string;
  remedy: string;
}

export interface VoiceCheck {
  voices: NamedVoice[];
  /** Identities that may change any other identity. They can assume every voice, so holders don't repeat them. */
  administrators: string[];
  /** Group members who sign in through Identity Center. The front door proves them; IAM has no record of them. */
  bySingleSignOn: string[];
  warnings: Warning[];
}

/**
 * Finds who can speak as each user and role in the settings, and warns where that defeats the intent of the settings:
 * one person with several voices, an outsider with a voice, or a voice that anyone can assume. Pure.
 *
 * @param environment limits the check to the groups of one environment
 */
export function checkVoices(
  rules: NamingRules,
  account: AccountIdentities,
  environment?: string,
): VoiceCheck {
  const administrators = account.identities.filter(isAdministrator);
  const names = administrators.map(nameOf);
  const voices = namedVoices(rules, account, new Set(administrators.map(({ arn }) => arn)), environment);
  const context = { ...contextOf(rules, account, environment), administrators: new Set(names) };
  const warnings = [
    ...voices.flatMap((voice) => [...ofVoice(voice, context), ...ofHolders(voice, context)]),
    ...twoVoices(voices, context),
    ...administratorsInGroups(administrators, context),
  ];
  return { voices, administrators: names, bySingleSignOn: context.bySingleSignOn, warnings };
}

interface Context {
  rules: NamingRules;
  account: AccountIdentities;
  /** People in the groups that count, each with their groups. */
  members: Map<string, string[]>;
  /** Members who sign in through Identity Center. IAM doesn't tell which permission sets they have. */
  bySingleSignOn: string[];
  provisioning: AccountIdentity[];
  administrators: ReadonlySet<string>;
}

function contextOf(
  rules: NamingRules,
  account: AccountIdentities,
  environment?: string,
): Omit<Context, 'administrators'> {
  const groups = groupsOf(rules, environment);
  const members = new Map<string, string[]>();
  for (const group of groups)
    for (const human of voicesOf(rules.groups[group] ?? [], rules.people))
      members.set(human, [...(members.get(human) ?? []), group]);
  const raw = groups.flatMap((group) => rules.groups[group] ?? []);
  return {
    ...{ rules, account, members },
    bySingleSignOn: [...new Set(raw.filter((voice) => voice.startsWith('sso/')))].sort(),
    provisioning: account.identities.filter(
      (one) => isOfBaton(one) && one.name.startsWith(provisioningRolePrefix),
    ),
  };
}

/** `the group a`, `the groups a and b`. */
const inGroups = (groups: readonly string[]) =>
  `the group${groups.length > 1 ? 's' : ''} ${groups.join(' and ')}`;
const namedIn = ({ named }: NamedVoice) => named.join(', ');

/** Warnings about the voice itself. */
function ofVoice(voice: NamedVoice, context: Context): Warning[] {
  if (voice.status === 'missing') return [missing(voice, context)];
  if (voice.status === 'shared' && voice.groups.length > 0)
    return [
      {
        code: 'SharedRole',
        voice: voice.voice,
        message: `${voice.voice} is in ${inGroups(voice.groups)}, but people may assume it: the door refuses its decisions`,
        remedy:
          'Let its trust policy name services and roles of machines alone, or say under "people" whose it is.',
      },
    ];
  return [];
}

function missing(voice: NamedVoice, { account: { account, identities }, provisioning }: Context): Warning {
  const [kind = '', name = ''] = [voice.voice.split('/')[0], voice.voice.split('/').at(-1)];
  const partition = identities[0]?.arn.split(':')[1] ?? 'aws';
  const action = kind === 'user' ? 'iam:CreateUser' : 'iam:CreateRole';
  const makers = provisioning.filter((who) => {
    const path = identityPath(who.name.slice(provisioningRolePrefix.length));
    const resource = `arn:${partition}:iam::${account}:${kind}${path}${name}`;
    return allows(who, { action, resource, who }) !== 'no';
  });
  const also = makers.length === 0 ? '' : `; ${makers.map(nameOf).join(' and ')} may make it on request`;
  return {
    code: 'NoSuchIdentity',
    voice: voice.voice,
    message: `${voice.voice} is named (${namedIn(voice)}) and does not exist: whoever makes it has its voice${also}`,
    remedy: 'Make it yourself, or take it out of the settings.',
  };
}

/** Warnings about who can speak as a voice. The first row that applies is used. */
const rows: {
  code: string;
  applies: (holder: Holder, voice: NamedVoice, context: Context) => boolean;
  message: (holder: Holder, voice: NamedVoice, context: Context) => string;
  remedy: string;
}[] = [
  {
    code: 'Everybody',
    applies: ({ kind }) => kind === 'everybody',
    message: (holder, voice) => `${doing(holder, voice)}, whatever the account`,
    remedy: 'Name in the trust policy who is meant.',
  },
  {
    code: 'OtherAccount',
    applies: ({ kind }) => kind === 'account',
    message: (holder, voice) => `${doing(holder, voice)}: who that is, is decided there`,
    remedy: 'Take the other account out of the trust policy, or the role out of the settings.',
  },
  {
    code: 'Workload',
    applies: ({ kind }, { groups }) => kind === 'workload' && groups.length > 0,
    message: (holder, voice) =>
      `${doing(holder, voice)}: whoever deploys code there with this role decides as ${voice.countsAs}, in ${inGroups(voice.groups)}`,
    remedy: 'Give workloads a role of their own, which is in no group.',
  },
  {
    code: 'OwnAndRole',
    applies: (holder, voice, context) => ownGroups(holder, voice, context).length > 0,
    message: (holder, voice, context) =>
      `${holder.who} is in ${inGroups(ownGroups(holder, voice, context))}, and ${can(holder, voice)}, which is in ${inGroups(voice.groups)}: one person, two voices`,
    remedy:
      'Take one of the two out of the groups, say under "people" that both are theirs, or let the trust policy name machines alone.',
  },
  {
    code: 'SignsInToo',
    applies: ({ kind }, { groups }, { bySingleSignOn }) =>
      kind === 'permission-set' && groups.length > 0 && bySingleSignOn.length > 0,
    message: (holder, voice, { bySingleSignOn }) =>
      `${doing(holder, voice)}, which is in ${inGroups(voice.groups)}; ${bySingleSignOn.join(', ')} ${bySingleSignOn.length > 1 ? 'decide' : 'decides'}, too, and may have that permission set`,
    remedy:
      'See in Identity Center that nobody in a group has it, or let the trust policy name machines alone.',
  },
  {
    code: 'ProvisioningRole',
    applies: ({ who }) => who.startsWith(`role/${provisioningRolePrefix}`),
    message: (holder, voice) => `${doing(holder, voice)}: a request to Baton can do it`,
    remedy: 'Deploy Baton again, so that its provisioning roles are denied every identity in the settings.',
  },
  {
    code: 'Takes',
    applies: ({ way }) => way === 'rewrites' || way === 'keys',
    message: (holder, voice) => `${doing(holder, voice)}, and so speak as ${voice.countsAs}`,
    remedy: 'Take that right from them, or deny it for the users and roles that the settings name.',
  },
  {
    code: 'SomebodyElse',
    applies: (holder, { countsAs, groups }, { rules }) =>
      countsAs.startsWith('person/') &&
      groups.length > 0 &&
      holder.kind !== 'service' &&
      humanOf(holder.who, rules.people) !== countsAs,
    message: (holder, voice) => `${doing(holder, voice)}, which counts as ${voice.countsAs}`,
    remedy: 'Let its trust policy name that person alone.',
  },
  {
    code: 'PeopleAssume',
    applies: ({ kind }, { status, groups }) =>
      status === 'machine' && groups.length > 0 && ['user', 'permission-set', 'federated'].includes(kind),
    message: (holder, voice) => `${doing(holder, voice)}, which the door takes for a machine's`,
    remedy: 'Let the roles that its trust policy names trust machines alone, too.',
  },
];

function ofHolders(voice: NamedVoice, context: Context): Warning[] {
  return voice.holders.flatMap((holder) => {
    const row = rows.find(({ applies }) => applies(holder, voice, context));
    if (row === undefined || takesAnyway(holder, context)) return [];
    const { code, message, remedy } = row;
    return [{ code, voice: voice.voice, who: holder.who, message: message(holder, voice, context), remedy }];
  });
}

/** Administrators get a single warning, and only if they are approvers: no change to this voice would restrict them. */
function takesAnyway({ who, way }: Holder, { administrators }: Context): boolean {
  return way !== 'named' && administrators.has(who);
}

/** Returns the groups of a person who can also speak as another approver. */
function ownGroups({ who }: Holder, { countsAs, groups }: NamedVoice, { rules, members }: Context): string[] {
  const human = humanOf(who, rules.people);
  return groups.length === 0 || human === countsAs ? [] : (members.get(human) ?? []);
}

/** `can go through role/Deploy to assume role/Release (under a condition)`. */
function can({ way, through, maybe }: Holder, { voice }: NamedVoice): string {
  const [first, ...others] = through;
  const chain = through.length === 0 ? '' : `go through ${through.join(' and ')} to `;
  const rewritten =
    first === undefined
      ? `rewrite the trust policy of ${voice}`
      : `rewrite the trust policy of ${first}, and go through ${[first, ...others].join(' and ')} to assume ${voice}`;
  const verbs: Record<Holder['way'], string> = {
    named: `${chain}assume ${voice}`,
    allowed: `${chain}assume ${voice}`,
    rewrites: rewritten,
    keys: `make keys of ${voice}`,
  };
  return `can ${verbs[way]}${maybe ? ' (under a condition)' : ''}`;
}

function doing(holder: Holder, voice: NamedVoice): string {
  return `${holder.who} ${can(holder, voice)}`;
}

const several: readonly Holder['kind'][] = ['user', 'permission-set', 'federated', 'account', 'everybody'];

/** Warns about a person in no group who can speak as two other voices. */
function twoVoices(voices: readonly NamedVoice[], context: Context): Warning[] {
  const { rules, members } = context;
  const pairs = voices
    .filter(({ groups }) => groups.length > 0)
    .flatMap((voice) =>
      voice.holders
        .filter((holder) => several.includes(holder.kind) && !takesAnyway(holder, context))
        .filter(({ who }) => !members.has(humanOf(who, rules.people)))
        .map(({ who }) => ({ who, voice })),
    );
  return [...Map.groupBy(pairs, ({ who }) => who)].flatMap(([who, held]) => {
    const counted = [...new Set(held.map(({ voice }) => voice.countsAs))];
    if (counted.length < 2) return [];
    return [
      {
        code: 'TwoVoices',
        voice: counted.join(', '),
        who,
        message: `${who} can speak as ${counted.join(' and ')}: one person, ${counted.length} voices`,
        remedy: 'Let the trust policies name machines alone, or have the roles assumed by different people.',
      },
    ];
  });
}

function administratorsInGroups(
  administrators: readonly AccountIdentity[],
  { rules, members }: Context,
): Warning[] {
  return administrators.flatMap((identity) => {
    const who = nameOf(identity);
    const groups = members.get(humanOf(who, rules.people));
    if (groups === undefined) return [];
    return [
      {
        code: 'AdministratorDecides',
        voice: who,
        who,
        message: `${who} is in ${inGroups(groups)} and may change any identity of the account: every voice is in reach`,
        remedy: 'Let those who decide sign in without the rights of an administrator.',
      },
    ];
  });
}
