import { isObject, type JsonObject, type JsonValue } from '../model/json.ts';
import { functionOf } from '../template/index.ts';
import { within } from '../template/intrinsic.ts';
import { isPlainSecret } from './plain-text.ts';

/** A value where a secret belongs. */
export interface SecretPlace {
  path: string;
  value: JsonValue;
}

/**
 * Values that stand as plain text in sensitive properties, in either branch of an `Fn::If` that is still open. A reference
 * to a secret, or to another resource, is none; nor is the empty text. `sensitive` are dotted paths with `*` for the
 * elements of a list.
 */
export function secretLiterals(
  properties: JsonObject,
  sensitive: readonly string[],
  path: string,
): SecretPlace[] {
  return sensitive
    .flatMap((pattern) => placesInside(properties, pattern.split('.'), path))
    .filter(({ value }) => isPlainSecret(value));
}

/** All values at a path with wildcards. */
export function placesOf(
  value: JsonValue | undefined,
  steps: readonly string[],
  path: string,
): SecretPlace[] {
  if (value === undefined) return [];
  const [step, ...rest] = steps;
  if (step === undefined) return [{ path, value }];
  if (step === '*') {
    if (!Array.isArray(value)) return [];
    return value.flatMap((item, index) => placesOf(item, rest, within(path, index)));
  }
  return isObject(value) ? placesOf(value[step], rest, within(path, step)) : [];
}

/** The same, also through functions that stand for an object or a list, and through lists where none belongs. */
function placesInside(value: JsonValue | undefined, steps: readonly string[], path: string): SecretPlace[] {
  if (value === undefined) return [];
  const [step, ...rest] = steps;
  if (step === undefined) return [{ path, value }];
  if (Array.isArray(value)) {
    const inner = step === '*' ? rest : steps;
    return value.flatMap((item, index) => placesInside(item, inner, within(path, index)));
  }
  if (!isObject(value)) return [];
  const name = functionOf(value);
  if (name !== undefined) {
    const argument = value[name];
    const parts = Array.isArray(argument) ? argument : [argument];
    return parts.flatMap((part) => placesInside(part, steps, path));
  }
  if (step === '*') return placesInside(value, rest, path);
  return Object.hasOwn(value, step) ? placesInside(value[step], rest, within(path, step)) : [];
}
