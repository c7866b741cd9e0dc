import { canonicalJson, type JsonObject, type JsonValue, sha256 } from '../model/json.ts';
import { type ResourceOutputs, resolveReferences, UnresolvedReference } from '../template/index.ts';

/** A property refers to something that doesn't exist. In the real cloud, the step would fail too. */
export class NotThere extends Error {}

/** The properties last sent for a resource: as written, and as resolved. */
export interface Sent {
  desired: JsonObject;
  applied: JsonObject;
}

/**
 * Resolves the references in properties. If the value is unknown because it is generated (such as part of an
 * identifier), uses the previous value if the property was written the same then, and a placeholder text otherwise.
 * @throws NotThere
 */
export function resolved(
  properties: JsonObject,
  outputsOf: (logicalId: string) => ResourceOutputs | undefined,
  last: Sent | undefined,
): JsonObject {
  const missing = new Set<string>();
  const look = (logicalId: string) => {
    const outputs = outputsOf(logicalId);
    if (outputs === undefined) missing.add(logicalId);
    return outputs;
  };
  const values = Object.entries(properties).map(([name, value]): [string, JsonValue] => {
    try {
      return [name, resolveReferences(value, look)];
    } catch (error) {
      if (!(error instanceof UnresolvedReference)) throw error;
      return [name, standIn(name, value, last)];
    }
  });
  if (missing.size > 0) throw new NotThere(`it reads ${[...missing].join(', ')}, which is not there by then`);
  return Object.fromEntries(values);
}

function standIn(name: string, value: JsonValue, last: Sent | undefined): JsonValue {
  const text = canonicalJson(value);
  const before = last?.desired[name];
  const came = last?.applied[name];
  if (before !== undefined && came !== undefined && canonicalJson(before) === text) return came;
  return `made-up:${sha256(text).slice(0, 12)}`;
}
