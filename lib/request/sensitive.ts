import { isObject, type JsonObject, type JsonValue } from '../model/json.ts';
import { holdsDynamicReference, isUnresolved } from '../template/index.ts';
import { within } from '../template/intrinsic.ts';

/** A literal where a secret belongs. */
export interface SecretPlace {
  path: string;
  value: JsonValue;
}

/**
 * Values that stand as plain text in sensitive properties. A reference to a secret, or to another resource, is
 * none; nor is the empty text. `sensitive` are dotted paths with `*` for the elements of a list.
 */
export function secretLiterals(
  properties: JsonObject,
  sensitive: readonly string[],
  path: string,
): SecretPlace[] {
  return sensitive.flatMap((pattern) => placesOf(properties, pattern.split('.'), path)).filter(isLiteral);
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

function isLiteral({ value }: SecretPlace): boolean {
  if (value === '' || value === null) return false;
  return !holdsDynamicReference(value) && !isUnresolved(value);
}
