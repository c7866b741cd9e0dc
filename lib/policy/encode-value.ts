import type { CedarValueJson } from '@cedar-policy/cedar-wasm/web';
import { canonicalJson, isObject, type JsonValue } from '../model/json.ts';
import { type Encoded, known, unknownAt } from './node.ts';
import { holdsUnknown } from './unknown.ts';

/** Cedar decimals have four digits after the decimal point and fit a 64-bit integer of ten-thousandths. */
const decimalDigits = 4;
const decimalLimit = 922_337_203_685_477;

/** Converts `1.5` to decimal("1.5"). Returns undefined if a Cedar decimal can't represent the number exactly. */
function decimalOf(value: number): CedarValueJson | undefined {
  const text = String(value);
  if (!/^-?\d+(\.\d+)?$/.test(text) || Math.abs(value) > decimalLimit) return undefined;
  const [, fraction = '0'] = text.split('.');
  if (fraction.length > decimalDigits) return undefined;
  return { __extn: { fn: 'decimal', arg: text.includes('.') ? text : `${text}.0` } };
}

function numberOf(value: JsonValue): number | undefined {
  if (typeof value === 'number') return value;
  return typeof value === 'string' && /^-?\d+(\.\d+)?$/.test(value) ? Number(value) : undefined;
}

/** Encodes a number without a spec: integers as Long, fractions as decimal, all others as text. */
function plainNumber(value: number): CedarValueJson {
  return Number.isSafeInteger(value) ? value : (decimalOf(value) ?? String(value));
}

function toText(value: JsonValue): string {
  return typeof value === 'string' ? value : canonicalJson(value);
}

const coercions: Record<string, (value: JsonValue) => CedarValueJson | undefined> = {
  string: (value) => toText(value),
  json: (value) => toText(value),
  long: (value) => {
    const number = numberOf(value);
    return Number.isSafeInteger(number) ? number : undefined;
  },
  decimal: (value) => {
    const number = numberOf(value);
    return number === undefined ? undefined : decimalOf(number);
  },
  boolean: (value) => {
    if (typeof value === 'boolean') return value;
    const text = typeof value === 'string' ? value.toLowerCase() : '';
    return text === 'true' ? true : text === 'false' ? false : undefined;
  },
};

/**
 * Encodes a value in the Cedar type that the spec declares. Accepts CloudFormation's loose forms (`"8"` for 8, `"true"`
 * for true, 8 for `"8"`). A value that doesn't fit keeps its form, so a rule that compares it fails to evaluate, which
 * is a denial.
 */
export function encodeScalar(kind: string, value: JsonValue, path: string): Encoded {
  if (holdsUnknown(value)) return unknownAt(path, value);
  const fitting = coercions[kind]?.(value);
  return fitting === undefined ? encodePlain(value, path) : known(fitting);
}

/** Encodes a value without a spec: lists become sets, and objects become canonical JSON text. */
export function encodePlain(value: JsonValue, path: string): Encoded {
  if (holdsUnknown(value)) return unknownAt(path, value);
  if (typeof value === 'number') return known(plainNumber(value));
  if (Array.isArray(value)) return known(value.filter((one) => one !== null).map((one) => plain(one)));
  return known(isObject(value) ? canonicalJson(value) : value);
}

function plain(value: JsonValue): CedarValueJson {
  return encodePlain(value, '').value;
}
