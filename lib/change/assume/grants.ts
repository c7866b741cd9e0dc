import type { AccountIdentity, PolicyText } from '../../model/account-identities.ts';
import { isObject, type JsonObject, type JsonValue } from '../../model/json.ts';
import { fitsWildcard } from '../../model/wildcard.ts';
import { readDocument, statementsIn } from '../exposure/statements.ts';

/** How sure it is that something is allowed; `maybe` where it depends on what only a call shows, or can't be read. */
export type Certainty = 'no' | 'maybe' | 'yes';

const order: readonly Certainty[] = ['no', 'maybe', 'yes'];
const rank = (one: Certainty) => order.indexOf(one);

/** Both must hold. */
export function both(...all: Certainty[]): Certainty {
  return all.reduce((low, one) => (rank(one) < rank(low) ? one : low), 'yes');
}

/** One is enough. */
export function either(...all: Certainty[]): Certainty {
  return all.reduce((high, one) => (rank(one) > rank(high) ? one : high), 'no');
}

/** What somebody of the account tries. */
export interface Try {
  action: string;
  resource: string;
  who: Pick<AccountIdentity, 'kind' | 'name' | 'arn'>;
}

/**
 * Whether policies let their owner do something: "Policy evaluation logic" (IAM User Guide) for one account, without
 * policies of an organization, which only take away. What is not known speaks for the attempt: a condition on a key of
 * the call may hold, a policy that can't be read may allow. Only what denies for sure denies.
 */
export function allows(
  { policies, boundary }: Pick<AccountIdentity, 'policies' | 'boundary'>,
  attempt: Try,
): Certainty {
  if (denies({ policies, boundary }, attempt)) return 'no';
  const given = either(...policies.map((policy) => grantedBy(policy, attempt)));
  return boundary === undefined ? given : both(given, grantedBy(boundary, attempt));
}

/** Whether a policy or the boundary forbids it, whoever else allows it. */
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

/** The statements of a document; undefined where it can't be read. */
export function statementsOf(text: string | undefined): JsonObject[] | undefined {
  const document = text === undefined ? undefined : readDocument(text);
  return document && statementsIn(document);
}

/** Whether action, resource and conditions of a statement are about the attempt. A trust policy has no resource. */
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

/** A variable of the caller that is not known here may be any text. */
function fitsResource(pattern: string, resource: string, who: Try['who']): Certainty {
  const own = pattern.replaceAll('${aws:username}', who.kind === 'user' ? who.name : '${aws:username}');
  if (!own.includes('${')) return fitsWildcard(own, resource, '?') ? 'yes' : 'no';
  return fitsWildcard(own.replace(/\$\{[^}]*\}/g, '*'), resource, '?') ? 'maybe' : 'no';
}

/** Keys whose value is known of any call of an identity ("AWS global condition context keys", IAM User Guide). */
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

/** Every line must hold; one whose key or operator is not known here may. */
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
