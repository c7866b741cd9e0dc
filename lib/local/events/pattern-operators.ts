/** The operators of event patterns, each a row; see pattern.ts for the sources. */
import { BlockList, isIP } from 'node:net';
import { isObject, type JsonObject, type JsonValue } from '../../model/json.ts';

type Operator = (argument: JsonValue, value: JsonValue) => boolean;

const text =
  (holds: (value: string, wanted: string) => boolean): Operator =>
  (argument, value) =>
    typeof value === 'string' && [argument].flat().some((wanted) => holds(value, String(wanted)));

/** `{"prefix": {"equals-ignore-case": "x"}}` beside `{"prefix": "x"}`. */
const affix =
  (holds: (value: string, wanted: string) => boolean): Operator =>
  (argument, value) => {
    if (!isObject(argument)) return text(holds)(argument, value);
    const folded = [argument['equals-ignore-case'] ?? []]
      .flat()
      .map((wanted) => String(wanted).toLowerCase());
    return typeof value === 'string' && text(holds)(folded, value.toLowerCase());
  };

const operators: Record<string, Operator> = {
  prefix: affix((value, wanted) => value.startsWith(wanted)),
  suffix: affix((value, wanted) => value.endsWith(wanted)),
  'equals-ignore-case': text((value, wanted) => value.toLowerCase() === wanted.toLowerCase()),
  wildcard: text((value, wanted) => wildcardExpression(wanted).test(value)),
  cidr: text(inNetwork),
  numeric: (argument, value) => typeof value === 'number' && numericHolds([argument].flat(), value),
  'anything-but': (argument, value) => {
    if (isObject(argument)) return !matchesOperator(argument, value);
    return ![argument].flat().some((unwanted) => unwanted === value);
  },
};

/** Whether one leaf value satisfies `{operator: argument}`; `exists` is judged by the caller. */
export function matchesOperator(operator: JsonObject, value: JsonValue): boolean {
  return Object.entries(operator).every(([name, argument]) => operators[name]?.(argument, value) ?? false);
}

const comparisons: Record<string, (a: number, b: number) => boolean> = {
  '=': (a, b) => a === b,
  '<': (a, b) => a < b,
  '<=': (a, b) => a <= b,
  '>': (a, b) => a > b,
  '>=': (a, b) => a >= b,
};

function numericHolds(parts: JsonValue[], value: number): boolean {
  for (let index = 0; index < parts.length; index += 2) {
    const compare = comparisons[String(parts[index])];
    if (compare === undefined || !compare(value, Number(parts[index + 1]))) return false;
  }
  return true;
}

function inNetwork(value: string, network: string): boolean {
  const [address = '', prefix] = network.split('/');
  const version = isIP(value);
  if (version === 0 || isIP(address) !== version) return false;
  const list = new BlockList();
  const family = version === 6 ? 'ipv6' : 'ipv4';
  list.addSubnet(address, Number(prefix ?? (version === 6 ? 128 : 32)), family);
  return list.check(value, family);
}

const wildcards = new Map<string, RegExp>();

/** `*` is any text; `\*` and `\\` are the characters themselves. */
function wildcardExpression(pattern: string): RegExp {
  let expression = wildcards.get(pattern);
  if (expression === undefined) {
    const source = pattern.replace(
      /\\([\\*])|([\\^$.*+?()[\]{}|])/g,
      (_whole, escaped?: string, special?: string) => {
        if (escaped !== undefined) return `\\${escaped}`;
        return special === '*' ? '.*' : `\\${special}`;
      },
    );
    expression = new RegExp(`^${source}$`, 's');
    wildcards.set(pattern, expression);
  }
  return expression;
}

const affixNames = new Set(['prefix', 'suffix']);
const butNames = new Set(['prefix', 'suffix', 'equals-ignore-case', 'wildcard', 'cidr']);

/** What is wrong with `{operator: argument}`; undefined if nothing. */
export function operatorProblem(operator: JsonObject): string | undefined {
  const [entry, ...more] = Object.entries(operator);
  if (entry === undefined || more.length > 0) return 'Only one key allowed in match expression';
  const [name, argument] = entry;
  if (name === 'exists')
    return typeof argument === 'boolean' ? undefined : 'exists match pattern must be true or false';
  if (operators[name] === undefined) return `Unrecognized match type ${name}`;
  if (name === 'numeric') return numericProblem([argument].flat());
  if (name === 'anything-but') return anythingButProblem(argument);
  if (affixNames.has(name) && isObject(argument)) {
    const inner = argument['equals-ignore-case'];
    return typeof inner === 'string' ? undefined : `${name} match pattern must be a string`;
  }
  if (typeof argument !== 'string') return `${name} match pattern must be a string`;
  return textProblem(name, argument);
}

function textProblem(name: string, argument: string): string | undefined {
  if (name === 'wildcard' && /\*\*/.test(argument.replace(/\\[\\*]/g, ''))) {
    return 'Consecutive wildcard characters are not allowed';
  }
  if (name === 'cidr' && !/^[0-9a-fA-F.:]+(\/\d{1,3})?$/.test(argument)) return `Malformed CIDR ${argument}`;
  return undefined;
}

function anythingButProblem(argument: JsonValue): string | undefined {
  if (isObject(argument)) {
    const [entry, ...more] = Object.entries(argument);
    if (entry === undefined || more.length > 0 || !butNames.has(entry[0])) {
      return 'Unsupported anything-but pattern';
    }
    const values = [entry[1]].flat();
    const strings = values.length > 0 && values.every((value) => typeof value === 'string');
    return strings ? undefined : `anything-but ${entry[0]} must be a string or a list of strings`;
  }
  const values = [argument].flat();
  const plain = values.every((value) => typeof value === 'string' || typeof value === 'number');
  return plain && values.length > 0
    ? undefined
    : 'Value of anything-but must be an array or single string/number value';
}

/** Source: "Comparison operators ...", numeric matching: numbers from -5.0e9 to +5.0e9. */
const NUMBER_MAX = 5e9;

function numericProblem(parts: JsonValue[]): string | undefined {
  if (parts.length === 0 || parts.length % 2 !== 0 || parts.length > 4) return 'Invalid numeric match';
  for (let index = 0; index < parts.length; index += 2) {
    if (comparisons[String(parts[index])] === undefined)
      return `Unrecognized numeric range operator: ${parts[index]}`;
    const number = parts[index + 1];
    if (typeof number !== 'number') return 'Value of numeric must be a number';
    if (Math.abs(number) > NUMBER_MAX) return `Value must be between -5.0E9 and 5.0E9, inclusive: ${number}`;
  }
  return undefined;
}
