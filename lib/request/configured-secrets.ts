import type { Problem } from '../model/errors.ts';
import type { JsonObject, JsonValue } from '../model/json.ts';
import { segmentsOf } from '../model/property-path.ts';
import type { TypeLookup } from '../model/spec.ts';
import type { AssetChange } from '../model/wish.ts';
import { plainProperty } from './plain-text.ts';
import { secretLiterals } from './sensitive.ts';

/**
 * Returns problems for secrets that changes of assets contain as plain text, to be checked before they are sent. An
 * unknown type is a problem, because its sensitive properties are unknown. No message contains a value.
 */
export function changeSecretProblems(changes: readonly AssetChange[], lookup: TypeLookup): Problem[] {
  return changes.flatMap(({ type, set }, index): Problem[] => {
    const spec = lookup(type);
    const here = `changes.${index}`;
    if (spec === undefined)
      return [{ path: `${here}.type`, code: 'UnknownType', message: `there is no resource type "${type}"` }];
    return Object.entries(set).flatMap(([path, value]) =>
      secretLiterals(nested(path, value), spec.sensitive, '').map(() => ({
        path: `${here}.set.${path}`,
        ...plainProperty,
      })),
    );
  });
}

/** Returns the value nested in objects and lists as its path says. */
function nested(path: string, value: JsonValue): JsonObject {
  const around = (inner: JsonValue, segment: string): JsonValue =>
    /^\d+$/.test(segment) ? [inner] : { [segment]: inner };
  return (segmentsOf(path) ?? []).reduceRight<JsonValue>(around, value) as JsonObject;
}
