import type { JsonValue } from '../../../model/json.ts';
import { isAbsent } from '../../unknown.ts';
import { demands, type Test, testsOf } from './conditions.ts';
import type { Statement } from './documents.ts';

/** Identity providers that hand a token to everybody who signs up, for whatever audience they ask. */
const shared = /(githubusercontent\.com|gitlab\.com|terraform\.io|buildkite\.com|circleci\.com)/;

/** Audiences that say what a token is for, and nothing of whose it is. */
const sharedAudience = /^(sts\.amazonaws\.com(\.cn)?|aws\.workload\.identity)$/i;

/**
 * Whether what a subject spells out before its first wildcard names somebody: `repo:OWNER/...`,
 * `system:serviceaccount:...`, not `repo:*` or `repo:a*`.
 */
function namesSomebody(text: string): boolean {
  if (text === '') return false;
  const [known = ''] = text.split(/[*?]/);
  return known === text || /^[^:]+:\/{0,2}[^:/]+[:/]/.test(known);
}

/** Whether each value of a claim says whose the token must be; a token of a provider for all is anybody's otherwise. */
const claims: Record<string, (value: string, provider: string) => boolean> = {
  sub: namesSomebody,
  oid: (value) => !/[*?]/.test(value),
  aud: (value, provider) =>
    !shared.test(provider) && !sharedAudience.test(value) && value !== '' && !/[*?]/.test(value),
  repository: (value) => /^[^*?/]+\//.test(value) || !/[*?]/.test(value),
  repository_owner: (value) => !/[*?]/.test(value),
};

function saysWhose({ key, values }: Test): boolean {
  const [, provider = '', claim = ''] = /^(.*):([a-z_]+)$/.exec(key) ?? [];
  const holds = Object.hasOwn(claims, claim) ? claims[claim] : undefined;
  if (holds === undefined || provider === 'saml') return false;
  return values.every((value) =>
    typeof value === 'string' ? value.trim() !== '' && holds(value.trim(), provider) : !isAbsent(value),
  );
}

/** A condition on an assertion of the organization's own provider, whatever it says. */
function readsAssertion({ key, values }: Test): boolean {
  const isOpen = (value: JsonValue) =>
    typeof value === 'string' ? /^[\s*?:]*$/.test(value) : isAbsent(value);
  return key.startsWith('saml:') && !values.some(isOpen);
}

/** Cognito gives a token to whoever asks for one, as it does for guests. */
function admitsGuests(statement: Statement): boolean {
  return testsOf(statement).some(
    ({ key, values }) => key.endsWith(':amr') && values.some((value) => value === 'unauthenticated'),
  );
}

/** Whether a statement for an identity provider lets in whoever has any token of it. */
export function admitsAnyToken(statement: Statement): boolean {
  if (admitsGuests(statement)) return true;
  return !demands(statement, (test) => saysWhose(test) || readsAssertion(test));
}
