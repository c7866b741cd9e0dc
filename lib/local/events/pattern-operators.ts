/** The operators of event patterns, one row each; see pattern.ts for the sources. */
import { BlockList, isIP } from 'node:net';
import { isObject, type JsonObject, type JsonValue } from '../../model/json.ts';
import { matchesWildcard } from './pattern-wildcard.ts';

type Operator = (argument: JsonValue, value: JsonValue) => boolean;

const text =
  (holds: (value: string, wanted: string) => boolean): Operator =>
  (argument, value) =>
    typeof value === 'string' && [argument].flat().some((wanted) => holds(value, String(wanted)));

/** Supports `{"prefix": {"equals-ignore-case": "x"}}` and `{"prefix": "x"}`. */
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
  // The evaluated field exists. The caller handles absent fields.
  exists: (argument) => argument === true,
  exactly: text((value, wanted) => value === wanted),
  prefix: affix((value, wanted) => value.startsWith(wanted)),
  suffix: affix((value, wanted) => value.endsWith(wanted)),
  'equals-ignore-case': text((value, wanted) => value.toLowerCase() === wanted.toLowerCase()),
  wildcard: text((value, wanted) => matchesWildcard(wanted, value)),
  cidr: text(inNetwork),
  numeric: (argument, value) => typeof value === 'number' && numericHolds([argument].flat(), value),
  'anything-but': (argument, value) => {
    if (isObject(argument)) return !matchesOperator(argument, value);
    return ![argument].flat().some((unwanted) => unwanted === value);
  },
};

/** Tells whether one leaf value satisfies `{operator: argument}`. */
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
