import { isObject, type JsonValue } from '../../../model/json.ts';
import { isAbsent } from '../../unknown.ts';
import type { Statement } from './documents.ts';

/** One comparison of a condition. */
export interface Test {
  operator: string;
  key: string;
  values: JsonValue[];
}

/** Condition keys that say who calls, or for whom; others (time, transport, a header) let anybody in. */
const identifying =
  /^(aws:(source(arn|account|owner|orgid|orgpaths|vpce?)|principal(orgid|orgpaths|account|arn)|vpcsourceaccount)|kms:calleraccount|s3:dataaccesspoint(account|arn)|elasticfilesystem:accesspointarn)$/;

/** Operators that demand a value: the negated ones, and those that pass where there is none, do not. */
const demanding = /^(ForAnyValue:)?(String|Arn|Numeric|Bool)(Equals|Like|EqualsIgnoreCase)$/i;

/** Operators to which `*` and `?` are wildcards. */
const wildcardOperators = /(Like|Arn(Equals|Like))$/i;

/** Keys whose value is one account, organization or network: a wildcard in it lets in others. */
const wholeKeys = /(account|owner|orgid|vpc|vpce)$/;

/** So few letters beside the wildcards name no bucket. */
const tooFew = 2;

/**
 * Whether a value of a condition leaves everything open: wildcards where an account, an organization or a network stands,
 * or in the name where there is none (an ARN of S3), or before it is clear that it is an ARN at all.
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

/** Whether a value is resolved after policies, where it may come to be a wildcard. */
function mayBeWildcard({ operator }: Test, value: JsonValue): boolean {
  return typeof value === 'string' && value.includes('{{resolve:') && wildcardOperators.test(operator);
}

/** Every comparison of a statement's condition; keys in lower case, as IAM compares them. */
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

/** Whether some comparison that has to hold is as wanted. */
export function demands(statement: Statement, isWanted: (test: Test) => boolean): boolean {
  return testsOf(statement).some(
    (test) =>
      demanding.test(test.operator) &&
      test.values.length > 0 &&
      !test.values.some((value) => mayBeWildcard(test, value)) &&
      isWanted(test),
  );
}

/** Whether a comparison says who calls, and not everybody. */
export function identifies({ key, values }: Pick<Test, 'key' | 'values'>): boolean {
  return identifying.test(key) && !values.some((value) => isOpenEnded(value, key));
}
