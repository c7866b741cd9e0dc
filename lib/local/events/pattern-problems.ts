/** Validates one operator of an event pattern. Source: github.com/aws/event-ruler, `JsonRuleCompiler`. */
import { isIP } from 'node:net';
import { isObject, type JsonObject, type JsonValue } from '../../model/json.ts';
import { wildcardParts } from './pattern-wildcard.ts';

type Check = (argument: JsonValue) => string | undefined;

const onlyOneKey = 'Only one key allowed in match expression';

const string =
  (name: string, further: (text: string) => string | undefined = () => undefined): Check =>
  (argument) =>
    typeof argument === 'string' ? further(argument) : `${name} match pattern must be a string`;

/** Supports `{"prefix": {"equals-ignore-case": "x"}}` and `{"prefix": "x"}`. */
const affix =
  (name: string): Check =>
  (argument) => {
    if (!isObject(argument)) return string(name)(argument);
    const [entry, ...more] = Object.entries(argument);
    if (entry?.[0] !== 'equals-ignore-case') return `Unsupported ${name} pattern: ${entry?.[0] ?? 'none'}`;
    return more.length > 0 ? onlyOneKey : string('equals-ignore-case')(entry[1]);
  };

const checks: Record<string, Check> = {
  exactly: string('exactly'),
  prefix: affix('prefix'),
  suffix: affix('suffix'),
  'equals-ignore-case': string('equals-ignore-case'),
  wildcard: string('wildcard', wildcardProblem),
  cidr: string('cidr', cidrProblem),
  numeric: numericProblem,
  exists: (argument) =>
    typeof argument === 'boolean' ? undefined : 'exists match pattern must be true or false',
  'anything-but': anythingButProblem,
};

/** Returns what is wrong with `{operator: argument}`, or undefined if it is valid. */
export function operatorProblem(operator: JsonObject): string | undefined {
  const [entry, ...more] = Object.entries(operator);
  if (entry === undefined || more.length > 0) return onlyOneKey;
  const [name, argument] = entry;
  const check = Object.hasOwn(checks, name) ? checks[name] : undefined;
  return check === undefined ? `Unrecognized match type ${name}` : check(argument);
}

function wildcardProblem(pattern: string): string | undefined {
  const read = wildcardParts(pattern);
  return 'problem' in read ? read.problem : undefined;
}

/** Source: event-ruler, `CIDR`: an address alone, or a network of one address, is invalid. */
function cidrProblem(cidr: string): string | undefined {
  const [address = '', bits, ...more] = cidr.split('/');
  if (bits === undefined || more.length > 0) return "Malformed CIDR, one '/' required";
  if (!/^[-+]?\d+$/.test(bits)) return 'Malformed CIDR, mask bits must be an integer';
  if (Number(bits) < 0) return 'Malformed CIDR, mask bits must not be negative';
  const version = isIP(address);
  if (version === 0 || address.includes('%')) return `Nonstandard IP address: ${address}`;
  const width = version === 6 ? 128 : 32;
  return Number(bits) < width ? undefined : `IPv${version} mask bits must be < ${width}`;
}

/** The operators that `anything-but` can negate. */
const negated: Record<string, (text: string) => string | undefined> = {
  prefix: notEmpty,
  suffix: notEmpty,
  'equals-ignore-case': () => undefined,
  wildcard: wildcardProblem,
};

function notEmpty(text: string): string | undefined {
  return text === '' ? 'Null prefix/suffix not allowed' : undefined;
}

function anythingButProblem(argument: JsonValue): string | undefined {
  if (isObject(argument)) return negatedProblem(argument);
  const values = [argument].flat();
  const kinds = new Set(values.map((value) => typeof value));
  if ([...kinds].some((kind) => kind !== 'string' && kind !== 'number'))
    return 'Value of anything-but must be an array or single string/number value';
  if (kinds.size !== 1)
    return 'Inside anything but list, either all values are number or string, mixed type is not supported';
  return values.map(numberProblem).find((problem) => problem !== undefined);
}

function negatedProblem(argument: JsonObject): string | undefined {
  const [entry, ...more] = Object.entries(argument);
  const check = entry !== undefined && Object.hasOwn(negated, entry[0]) ? negated[entry[0]] : undefined;
  if (entry === undefined || check === undefined)
    return `Unsupported anything-but pattern: ${entry?.[0] ?? 'none'}`;
  if (more.length > 0) return onlyOneKey;
  const values = [entry[1]].flat();
  if (values.length === 0) return `anything-but ${entry[0]} must not be an empty list`;
  const problems = values.map((value) => string(`anything-but ${entry[0]}`, check)(value));
  return problems.find((problem) => problem !== undefined);
}

/** Source: Amazon EventBridge User Guide, "Comparison operators ...", numeric matching. */
const numberMax = 5e9;

function numberProblem(value: JsonValue | undefined): string | undefined {
  return typeof value === 'number' && Math.abs(value) > numberMax
    ? `Value must be between -5.0E9 and 5.0E9, inclusive: ${value}`
    : undefined;
}

const comparisons: ReadonlySet<JsonValue | undefined> = new Set(['=', '<', '<=', '>', '>=']);
const lowerEnds: ReadonlySet<JsonValue | undefined> = new Set(['>', '>=']);
const upperEnds: ReadonlySet<JsonValue | undefined> = new Set(['<', '<=']);

/** Accepts one comparison, or a lower bound followed by a higher upper bound. */
function numericProblem(argument: JsonValue): string | undefined {
  if (!Array.isArray(argument)) return 'Value of numeric must be an array.';
  if (argument.length === 0) return 'Invalid member in numeric match: ]';
  const [operator, bottom, second, top] = argument;
  for (let at = 0; at < argument.length; at += 2) {
    const number = argument[at + 1];
    if (!comparisons.has(argument[at])) return `Unrecognized numeric range operator: ${argument[at]}`;
    if (typeof number !== 'number') return `Value of ${argument[at]} must be numeric`;
    const problem = numberProblem(number);
    if (problem !== undefined) return problem;
  }
  if (argument.length === 2) return undefined;
  if (argument.length > 4 || !lowerEnds.has(operator)) return 'Too many elements in numeric expression';
  if (!upperEnds.has(second)) return `Bad numeric range operator: ${second}`;
  return Number(bottom) < Number(top) ? undefined : 'Bottom must be less than top';
}
