/**
 * IAM condition operators.
 * Source: IAM User Guide, "IAM JSON policy elements: Condition operators" and "Set operators for multi-valued context
 * keys".
 */
import { BlockList, isIP } from 'node:net';
import { globMatches } from './glob.ts';

/** Values by condition key. Keys are case-insensitive. */
export type ConditionContext = Map<string, string[]>;

export function conditionContext(values: Record<string, string | string[] | undefined>): ConditionContext {
  const context: ConditionContext = new Map();
  for (const [key, value] of Object.entries(values)) {
    if (value !== undefined) context.set(key.toLowerCase(), [value].flat());
  }
  return context;
}

type Compare = (actual: string, expected: string) => boolean;

/** ARN patterns are compared part by part: a `*` doesn't match across the first five colons. */
function arnMatches(actual: string, expected: string): boolean {
  const split = (arn: string) => {
    const parts = arn.split(':');
    return [...parts.slice(0, 5), parts.slice(5).join(':')];
  };
  const actualParts = split(actual);
  return split(expected).every((part, index) => globMatches(part, actualParts[index] ?? ''));
}

function inNetwork(actual: string, expected: string): boolean {
  const [network = '', prefix] = expected.split('/');
  const family = isIP(actual) === 6 ? 'ipv6' : 'ipv4';
  if (isIP(actual) === 0 || isIP(network) !== isIP(actual)) return false;
  const list = new BlockList();
  list.addSubnet(network, Number(prefix ?? (family === 'ipv6' ? 128 : 32)), family);
  return list.check(actual, family);
}

const numeric =
  (holds: (a: number, b: number) => boolean): Compare =>
  (actual, expected) =>
    holds(Number(actual), Number(expected));
const date =
  (holds: (a: number, b: number) => boolean): Compare =>
  (actual, expected) =>
    holds(dateMillis(actual), dateMillis(expected));
const dateMillis = (text: string) => (/^\d+$/.test(text) ? Number(text) * 1000 : Date.parse(text));

const positive: Record<string, Compare> = {
  StringEquals: (a, b) => a === b,
  StringEqualsIgnoreCase: (a, b) => a.toLowerCase() === b.toLowerCase(),
  StringLike: (a, b) => globMatches(b, a),
  ArnEquals: arnMatches,
  ArnLike: arnMatches,
  Bool: (a, b) => a.toLowerCase() === b.toLowerCase(),
  BinaryEquals: (a, b) => a === b,
  IpAddress: inNetwork,
  NumericEquals: numeric((a, b) => a === b),
  NumericLessThan: numeric((a, b) => a < b),
  NumericLessThanEquals: numeric((a, b) => a <= b),
  NumericGreaterThan: numeric((a, b) => a > b),
  NumericGreaterThanEquals: numeric((a, b) => a >= b),
  DateEquals: date((a, b) => a === b),
  DateLessThan: date((a, b) => a < b),
  DateLessThanEquals: date((a, b) => a <= b),
  DateGreaterThan: date((a, b) => a > b),
  DateGreaterThanEquals: date((a, b) => a >= b),
};

const negative: Record<string, string> = {
  StringNotEquals: 'StringEquals',
  StringNotEqualsIgnoreCase: 'StringEqualsIgnoreCase',
  StringNotLike: 'StringLike',
  ArnNotEquals: 'ArnEquals',
  ArnNotLike: 'ArnLike',
  NotIpAddress: 'IpAddress',
  NumericNotEquals: 'NumericEquals',
  DateNotEquals: 'DateEquals',
};

/** Operators that this evaluator supports, without set prefix and `IfExists`. */
export const knownConditionOperators: ReadonlySet<string> = new Set([
  ...Object.keys(positive),
  ...Object.keys(negative),
  'Null',
]);

export interface OperatorName {
  set: 'ForAllValues' | 'ForAnyValue' | undefined;
  base: string;
  ifExists: boolean;
}

export function parseOperator(operator: string): OperatorName {
  const [prefix, rest] = operator.includes(':') ? operator.split(':', 2) : [undefined, operator];
  const ifExists = rest?.endsWith('IfExists') ?? false;
  const base = (rest ?? '').replace(/IfExists$/, '');
  return { set: prefix as OperatorName['set'], base, ifExists };
}

/** Tells whether the condition of one operator holds. Negated operators hold for an absent key; others don't. */
function operatorHolds(operator: OperatorName, actual: string[] | undefined, expected: string[]): boolean {
  if (operator.base === 'Null') return expected.includes('true') === (actual === undefined);
  const negated = negative[operator.base];
  const compare = positive[negated ?? operator.base];
  if (compare === undefined) throw new Error(`unknown condition operator ${operator.base}`);
  if (actual === undefined)
    return operator.ifExists || negated !== undefined || operator.set === 'ForAllValues';
  const one = (value: string) =>
    expected.some((pattern) => compare(value, pattern)) !== (negated !== undefined);
  if (operator.set === 'ForAllValues') return actual.every(one);
  if (operator.set === 'ForAnyValue') return actual.some(one);
  return negated === undefined ? actual.some(one) : actual.every(one);
}

/** Tells whether all conditions of a Condition element hold. */
export function conditionHolds(
  condition: Record<string, Record<string, string[]>> | undefined,
  context: ConditionContext,
): boolean {
  return Object.entries(condition ?? {}).every(([operator, keys]) =>
    Object.entries(keys).every(([key, expected]) =>
      operatorHolds(parseOperator(operator), context.get(key.toLowerCase()), expand(expected, context)),
    ),
  );
}

/** Policy variables such as `${aws:PrincipalArn}`. An unknown variable matches nothing. */
export function expand(values: string[], context: ConditionContext): string[] {
  return values.map((value) =>
    value.replace(/\$\{([^}]+)\}/g, (whole, key: string) => {
      const special = { '*': '*', '?': '?', $: '$' }[key];
      return special ?? context.get(key.toLowerCase())?.[0] ?? whole;
    }),
  );
}
