import type { VoiceCheck, Warning } from '../change/assume/check.ts';
import type { NamedVoice } from '../change/assume/voices.ts';
import type { Holder } from '../change/assume/ways.ts';
import { counted, type Paint, table } from './style.ts';

const statuses: Record<NamedVoice['status'], string> = {
  machine: "a machine's role",
  person: 'a person',
  shared: 'a role that people may assume: it decides nothing',
  missing: 'not in the account',
  elsewhere: 'of another account, which is not read',
};

const ways: Record<Holder['way'], (taken: string) => string> = {
  named: (taken) => `${taken} names it`,
  allowed: (taken) => `${taken} names the account, and its own policies allow it`,
  rewrites: (taken) => `may rewrite ${taken}`,
  keys: () => 'may make keys or a password',
};

/** Number of holders of a voice to show. `--json` has all. */
const shown = 12;

/** Formats who can speak as whom. Warnings come last, where they are noticed. */
export function governanceText(
  { voices, administrators, bySingleSignOn, warnings }: VoiceCheck,
  { account, environment }: { account: string; environment?: string },
  paint: Paint,
): string[] {
  const where = environment === undefined ? 'all environments' : `the environment ${environment}`;
  return [
    `Account ${account}, ${where}: the settings name ${counted(voices.length, 'user and role', 'users and roles')}.`,
    ...voices.flatMap((voice) => ['', ...voiceText(voice, paint)]),
    ...(bySingleSignOn.length === 0
      ? []
      : ['', `By Identity Center, which proves who signs in: ${bySingleSignOn.join(', ')}`]),
    ...(administrators.length === 0
      ? []
      : ['', `Administrators, who may change any identity: ${administrators.join(', ')}`]),
    '',
    ...(warnings.length === 0
      ? [paint('good', 'No warning: only administrators can speak as someone else who decides.')]
      : [paint('bad', `${counted(warnings.length, 'warning')}:`), ...warnings.flatMap(warningText(paint))]),
  ];
}

function voiceText({ voice, countsAs, named, status, arn, holders }: NamedVoice, paint: Paint): string[] {
  const as = countsAs === voice ? '' : `, counts as ${countsAs}`;
  const rows = holders
    .slice(0, shown)
    .map(({ who, way, through, maybe }) => [
      who,
      [
        ways[way](through[0] === undefined ? 'the trust policy' : `the trust policy of ${through[0]}`),
        ...(through.length > 0 ? [`through ${through.join(' and ')}`] : []),
        ...(maybe ? ['under a condition'] : []),
      ].join(', '),
    ]);
  const nobody = holders.length === 0 && arn !== undefined;
  return [
    `${paint('strong', voice)}  ${paint('quiet', named.join(', '))}`,
    `  ${statuses[status]}${as}${nobody ? '; nobody else can speak as it' : ''}`,
    ...table(rows, '    '),
    ...(holders.length > shown ? [`    and ${holders.length - shown} more: --json has them all`] : []),
  ];
}

const warningText =
  (paint: Paint) =>
  ({ code, message, remedy }: Warning): string[] => [
    `  ${paint('bad', '✗')} ${message} ${paint('quiet', `(${code})`)}`,
    `    ${remedy}`,
  ];
