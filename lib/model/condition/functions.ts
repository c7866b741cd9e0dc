import { isObject, type JsonValue } from '../json.ts';
import { ConditionError } from './errors.ts';

/** A value inside a condition. Other than in JSON, numbers may be NaN or infinite. */
export type Value = JsonValue;

type Function = (args: readonly Value[], result: Value) => Value;

/** Functions of Argo Rollouts (utils/evaluate/evaluate.go) and those of the Expr language that conditions need. */
const functions: Readonly<Record<string, Function>> = {
  asInt: ([value = null]) => {
    if (typeof value === 'number' && Number.isFinite(value)) return Math.trunc(value);
    return typeof value === 'string' && /^[+-]?\d+$/.test(value) ? Number(value) : noNumber('asInt', value);
  },
  asFloat: ([value = null]) => {
    if (typeof value === 'number') return value;
    if (typeof value !== 'string') return noNumber('asFloat', value);
    if (/^[+-]?nan$/i.test(value)) return Number.NaN;
    if (/^[+-]?inf(?:inity)?$/i.test(value))
      return value.startsWith('-') ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
    return /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/.test(value)
      ? Number(value)
      : noNumber('asFloat', value);
  },
  isNaN: ([value = null]) => Number.isNaN(numberOf('isNaN', value)),
  isInf: ([value = null]) => Math.abs(numberOf('isInf', value)) === Number.POSITIVE_INFINITY,
  // These two look at the measured value, whatever their argument.
  isNil: (_, result) => result === null,
  default: ([, value = null], result) => (result === null ? value : result),
  len: ([value = null]) => {
    if (typeof value === 'string' || Array.isArray(value)) return value.length;
    if (isObject(value)) return Object.keys(value).length;
    throw new ConditionError(`len expects a list, a text or an object, got ${kindOf(value)}`);
  },
  abs: ([value = null]) => Math.abs(numberOf('abs', value)),
  ceil: ([value = null]) => Math.ceil(numberOf('ceil', value)),
  floor: ([value = null]) => Math.floor(numberOf('floor', value)),
  round: ([value = null]) => {
    const number = numberOf('round', value);
    return Math.sign(number) * Math.round(Math.abs(number));
  },
  int: ([value = null]) => functionOf('asInt')([value], null),
  float: ([value = null]) => functionOf('asFloat')([value], null),
  string: ([value = null]) => (typeof value === 'string' ? value : JSON.stringify(value)),
  lower: ([value = null]) => textOf('lower', value).toLowerCase(),
  upper: ([value = null]) => textOf('upper', value).toUpperCase(),
  trim: ([value = null]) => textOf('trim', value).trim(),
  max: (args) => Math.max(...numbersOf('max', args)),
  min: (args) => Math.min(...numbersOf('min', args)),
  sum: (args) => numbersOf('sum', args).reduce((sum, number) => sum + number, 0),
  mean: (args) => {
    const numbers = numbersOf('mean', args);
    return numbers.reduce((sum, number) => sum + number, 0) / numbers.length;
  },
  first: ([value = null]) => listOf('first', value).at(0) ?? null,
  last: ([value = null]) => listOf('last', value).at(-1) ?? null,
};

export const functionNames: ReadonlySet<string> = new Set(Object.keys(functions));

type Predicate = (list: readonly Value[], holds: readonly Value[]) => Value;

/** What becomes of a list and of what a predicate says about each element. */
export const predicates: ReadonlyMap<string, Predicate> = new Map<string, Predicate>([
  ['all', (_, holds) => holds.every(isYes)],
  ['any', (_, holds) => holds.some(isYes)],
  ['none', (_, holds) => !holds.some(isYes)],
  ['one', (_, holds) => holds.filter(isYes).length === 1],
  ['count', (_, holds) => holds.filter(isYes).length],
  ['filter', (list, holds) => list.filter((_, index) => isYes(holds[index] ?? null))],
  ['map', (_, values) => [...values]],
]);

export function functionOf(name: string): Function {
  const found = functions[name];
  if (found === undefined) throw new ConditionError(`unknown name ${name}`);
  return found;
}

export function kindOf(value: Value): string {
  if (value === null) return 'nil';
  return Array.isArray(value) ? 'a list' : isObject(value) ? 'an object' : `a ${typeof value}`;
}

export function numberOf(what: string, value: Value): number {
  return typeof value === 'number' ? value : noNumber(what, value);
}

export function isYes(value: Value): boolean {
  if (typeof value === 'boolean') return value;
  throw new ConditionError(`expected true or false, got ${kindOf(value)}`);
}

export function listOf(what: string, value: Value): readonly Value[] {
  if (Array.isArray(value)) return value;
  throw new ConditionError(`${what} expects a list, got ${kindOf(value)}`);
}

function numbersOf(what: string, args: readonly Value[]): number[] {
  const flat = args.flatMap((arg) => (Array.isArray(arg) ? arg : [arg]));
  if (flat.length === 0) throw new ConditionError(`${what} of nothing: the list is empty`);
  return flat.map((value) => numberOf(what, value));
}

function textOf(what: string, value: Value): string {
  if (typeof value === 'string') return value;
  throw new ConditionError(`${what} expects a text, got ${kindOf(value)}`);
}

function noNumber(what: string, value: Value): never {
  const shown = typeof value === 'string' ? JSON.stringify(value.slice(0, 100)) : kindOf(value);
  throw new ConditionError(`${what} expects a number, got ${shown}`);
}
