import type { AccountIdentity, PolicyText } from '../../model/account-identities.ts';
import { isObject, type JsonObject, type JsonValue } from '../../model/json.ts';
import { fitsWildcard } from '../../model/wildcard.ts';
import { readDocument, statementsIn } from '../exposure/statements.ts';

/** Whether an action is allowed. `maybe` means that the answer depends on the call, or that a policy can't be read. */
export type Certainty = 'no' | 'maybe' | 'yes';

const order: readonly Certainty[] = ['no', 'maybe', 'yes'];
const rank = (one: Certainty) => order.indexOf(one);

/** Combines answers that must all hold. */
export function both(...all: Certainty[]): Certainty {
  return all.reduce((low, one) => (rank(one) < rank(low) ? one : low), 'yes');
}

/** Combines answers of which one is enough. */
export function either(...all: Certainty[]): Certainty {
  return all.reduce((high, one) => (rank(one) > rank(high) ? one : high), 'no');
}

/** A call that an identity of the account attempts. */
export interface Try {
  action: string;
  resource: string;
  who: Pick<AccountIdentity, 'kind' | 'name' | 'arn'>;
}

/**
 * Tells whether policies allow an identity to make a call: "Policy evaluation logic" (IAM User Guide) for one account,
 * without service control policies, which only remove permissions. Unknowns count in favor of the attempt: a condition
 * on a key of the call may hold, and a policy that can't be read may allow. Only a certain denial denies.
 */
export function allows(
  { policies, boundary }: Pick<AccountIdentity, 'policies' | 'boundary'>,
  attempt: Try,
): Certainty {
  if (denies({ policies, boundary }, attempt)) return 'no';
  const given = either(...policies.map((policy) => grantedBy(policy, attempt)));
  return boundary === undefined ? given : both(given, grantedBy(boundary, attempt));
}

/** Tells whether a policy or the permissions boundary denies the call, regardless of what other policies allow. */
export function denies(
  { policies, boundary }: Pick<AccountIdentity, 'policies' | 'boundary'>,
  attempt: Try,
): boolean {
  return [...policies, ...(boundary ? [boundary] : [])].some((policy) =>
    (statementsOf(policy.text) ?? []).some(
      (statement) => statement.Effect === 'Deny' && fits(statement, attempt) === 'yes',
    ),
  );
}

function grantedBy({ text }: PolicyText, attempt: Try): Certainty {
  const statements = statementsOf(text);
  if (statements === undefined) return 'maybe';
  return either(
    ...statements.filter(({ Effect }) => Effect === 'Allow').map((statement) => fits(statement, attempt)),
  );
}

/** Returns the statements of a policy document, or undefined if the document can't be read. */
export function statementsOf(text: string | undefined): JsonObject[] | undefined {
  const document = text === undefined ? undefined : readDocument(text);
  return document && statementsIn(document);
}

/**
 * Tells whether the action, resource and conditions of a statement match the attempt. A trust policy has no resource.
 */
export function fits(statement: JsonObject, { action, resource, who }: Try): Certainty {
  const verb = action.toLowerCase();
  return both(
    named(statement.Action, statement.NotAction, (pattern) =>
      fitsWildcard(pattern.toLowerCase(), verb, '?') ? 'yes' : 'no',
    ),
    named(statement.Resource, statement.NotResource, (pattern) => fitsResource(pattern, resource, who)),
    conditionHolds(statement.Condition, who),
  );
}

function named(
  included: JsonValue | undefined,
  excluded: JsonValue | undefined,
  matches: (pattern: string) => Certainty,
): Certainty {
  const found = (value: JsonValue) => either(...[value].flat().map((one) => matches(String(one))));
  if (included !== undefined) return found(included);
  return excluded === undefined ? 'yes' : not(found(excluded));
}

function not(one: Certainty): Certainty {
  return order[2 - rank(one)] ?? 'maybe';
}

/** A policy variable about the caller whose value is unknown may match any text. */
function fitsResource(pattern: string, resource: string, who: Try['who']): Certainty {
  const own = pattern.replaceAll('${aws:username}', who.kind === 'user' ? who.name : '${aws:username}');
  if (!own.includes('${')) return fitsWildcard(own, resource, '?') ? 'yes' : 'no';
  return fitsWildcard(own.replace(/\$\{[^}]*\}/g, '*'), resource, '?') ? 'maybe' : 'no';
}

/**
 * Condition keys whose value is known for every call of an identity ("AWS global condition context keys", IAM User
 * Guide).
 */
const keys: Record<string, (who: Try['who']) => string | undefined> = {
  'aws:principalarn': ({ arn }) => arn,
  'aws:principalaccount': ({ arn }) => arn.split(':')[4],
  'aws:principaltype': ({ kind }) => (kind === 'user' ? 'User' : 'AssumedRole'),
  'aws:username': ({ kind, name }) => (kind === 'user' ? name : undefined),
  'aws:principalisawsservice': () => 'false',
};

const like = (value: string, pattern: string) => fitsWildcard(pattern, value, '?');
const same = (value: string, pattern: string) => value.toLowerCase() === pattern.toLowerCase();
const operators: Record<string, (value: string, pattern: string) => boolean> = {
  stringequals: (value, pattern) => value === pattern,
  stringequalsignorecase: same,
  stringlike: like,
  arnequals: like,
  arnlike: like,
  bool: same,
};

/** All conditions must hold. A condition whose key or operator is unknown may hold. */
function conditionHolds(condition: JsonValue | undefined, who: Try['who']): Certainty {
  if (condition === undefined) return 'yes';
  if (!isObject(condition)) return 'maybe';
  return both(
    ...Object.entries(condition).flatMap(([operator, lines]) =>
      isObject(lines)
        ? Object.entries(lines).map(([key, value]) => lineHolds(operator, key, value, who))
        : ['maybe' as const],
    ),
  );
}

function lineHolds(operator: string, key: string, value: JsonValue, who: Try['who']): Certainty {
  const [, set, base = '', ifExists] =
    /^(for\w+values:)?(.*?)(ifexists)?$/.exec(operator.toLowerCase()) ?? [];
  const negated = /^(?:string|arn)not/.test(base);
  const compare = operators[base.replace(/^(string|arn)not/, '$1')];
  const actual = keys[key.toLowerCase()];
  const patterns = [value].flat().map(String);
  if (compare === undefined || actual === undefined || patterns.some((one) => one.includes('${')))
    return 'maybe';
  const found = actual(who);
  const absent = negated || ifExists !== undefined || set === 'forallvalues:';
  const holds = found === undefined ? absent : patterns.some((one) => compare(found, one)) !== negated;
  return holds ? 'yes' : 'no';
}
