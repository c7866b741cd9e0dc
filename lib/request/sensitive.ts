import { isObject, type JsonObject, type JsonValue } from '../model/json.ts';
import { functionOf } from '../template/index.ts';
import { within } from '../template/intrinsic.ts';
import { isPlainSecret } from './plain-text.ts';

/** A value in a property for secrets. */
export interface SecretPlace {
  path: string;
  value: JsonValue;
}

/**
 * Returns plain-text values in sensitive properties, in both branches of an undecided `Fn::If`. Excludes references to
 * a secret or another resource, and empty texts. `sensitive` are dotted paths with `*` for the elements of a list.
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

/** Returns all values at a path with wildcards. */
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

/** Does the same through functions that stand for an object or a list, and through unexpected lists. */
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
