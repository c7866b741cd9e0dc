import { isObject, type JsonValue } from '../../../model/json.ts';
import { isAbsent } from '../../unknown.ts';
import type { Statement } from './documents.ts';

/** One comparison of a condition. */
export interface Test {
  operator: string;
  key: string;
  values: JsonValue[];
}

/**
 * Condition keys that identify the caller, or on whose behalf it calls. Other keys (time, transport, a header) admit
 * anyone.
 */
const identifying =
  /^(aws:(source(arn|account|owner|orgid|orgpaths|vpce?)|principal(orgid|orgpaths|account|arn)|vpcsourceaccount)|kms:calleraccount|s3:dataaccesspoint(account|arn)|elasticfilesystem:accesspointarn)$/;

/** Operators that require a value. Excludes negated operators and those that pass if the value is absent. */
const demanding = /^(ForAnyValue:)?(String|Arn|Numeric|Bool)(Equals|Like|EqualsIgnoreCase)$/i;

/** Operators that treat `*` and `?` as wildcards. */
const wildcardOperators = /(Like|Arn(Equals|Like))$/i;

/** Keys whose value is one account, organization or network. A wildcard in such a value admits others. */
const wholeKeys = /(account|owner|orgid|vpc|vpce)$/;

/** With this many letters or fewer outside the wildcards, a pattern doesn't identify a bucket. */
const tooFew = 2;

/**
 * Tells whether a condition value restricts nothing: it has a wildcard in the account, organization or network, or in
 * the name if it has none of them (an ARN of S3), or before the text is recognizable as an ARN.
 */
export function isOpenEnded(value: JsonValue, key: string): boolean {
  if (typeof value !== 'string') return isAbsent(value);
  const text = value.trim();
  if (text === '') return true;
  if (!/[*?]/.test(text)) return false;
  if (wholeKeys.test(key)) return true;
  if (key.endsWith('orgpaths')) return /[*?]/.test(text.split('/')[0] ?? '');
  const [arn, , , , account = '', ...name] = text.split(':');
  if (arn !== 'arn' || /[*?]/.test(account)) return true;
  return account === '' && name.join(':').replace(/[*?/]/g, '').length <= tooFew;
}

/** Tells whether a value is resolved after the policies are evaluated, and so may become a wildcard. */
function mayBeWildcard({ operator }: Test, value: JsonValue): boolean {
  return typeof value === 'string' && value.includes('{{resolve:') && wildcardOperators.test(operator);
}

/** Returns every comparison of a statement's condition, with keys in lower case, as IAM compares them. */
export function testsOf({ elements }: Statement): Test[] {
  const condition = elements.get('condition') ?? null;
  if (!isObject(condition)) return [];
  return Object.entries(condition).flatMap(([operator, tests]) =>
    Object.entries(isObject(tests) ? tests : {}).map(([key, value]) => ({
      operator,
      key: key.toLowerCase(),
      values: Array.isArray(value) ? value : [value],
    })),
  );
}

/** Tells whether some required comparison matches. */
export function demands(statement: Statement, isWanted: (test: Test) => boolean): boolean {
  return testsOf(statement).some(
    (test) =>
      demanding.test(test.operator) &&
      test.values.length > 0 &&
      !test.values.some((value) => mayBeWildcard(test, value)) &&
      isWanted(test),
  );
}

/** Tells whether a comparison identifies the caller and excludes others. */
export function identifies({ key, values }: Pick<Test, 'key' | 'values'>): boolean {
  return identifying.test(key) && !values.some((value) => isOpenEnded(value, key));
}
