import type { JsonValue } from '../../../model/json.ts';
import { isAbsent } from '../../unknown.ts';
import { demands, type Test, testsOf } from './conditions.ts';
import type { Statement } from './documents.ts';

/** Identity providers that issue a token to everyone who signs up, for any audience. */
const shared = /(githubusercontent\.com|gitlab\.com|terraform\.io|buildkite\.com|circleci\.com)/;

/** Audiences that identify the purpose of a token but not its owner. */
const sharedAudience = /^(sts\.amazonaws\.com(\.cn)?|aws\.workload\.identity)$/i;

/**
 * Tells whether the part of a subject before its first wildcard identifies an owner: `repo:OWNER/...` or
 * `system:serviceaccount:...`, but not `repo:*` or `repo:a*`.
 */
function namesSomebody(text: string): boolean {
  if (text === '') return false;
  const [known = ''] = text.split(/[*?]/);
  return known === text || /^[^:]+:\/{0,2}[^:/]+[:/]/.test(known);
}

/**
 * Tells whether each value of a claim identifies the owner of the token. Otherwise anyone can get a token from a shared
 * provider.
 */
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

/** Tells whether it is a condition on an assertion of the organization's own provider, with any value. */
function readsAssertion({ key, values }: Test): boolean {
  const isOpen = (value: JsonValue) =>
    typeof value === 'string' ? /^[\s*?:]*$/.test(value) : isAbsent(value);
  return key.startsWith('saml:') && !values.some(isOpen);
}

/** Tells whether Cognito issues a token to anyone, as it does for guests. */
function admitsGuests(statement: Statement): boolean {
  return testsOf(statement).some(
    ({ key, values }) => key.endsWith(':amr') && values.some((value) => value === 'unauthenticated'),
  );
}

/** Tells whether a statement for an identity provider accepts every token of that provider. */
export function admitsAnyToken(statement: Statement): boolean {
  if (admitsGuests(statement)) return true;
  return !demands(statement, (test) => saysWhose(test) || readsAssertion(test));
}
