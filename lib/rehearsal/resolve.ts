import { canonicalJson, type JsonObject, type JsonValue, sha256 } from '../model/json.ts';
import { type ResourceOutputs, resolveReferences, UnresolvedReference } from '../template/index.ts';

/** A property that reads what is not there: on the real cloud the step would fail as well. */
export class NotThere extends Error {}

/** What a resource's properties were written as, and what they came to, when they were last sent. */
export interface Sent {
  desired: JsonObject;
  applied: JsonObject;
}

/**
 * Properties with their references resolved. What can't be worked out since a value is made up (a part of an
 * identifier, say) is what it came to last time, if it was written the same then, else a text that stands for it.
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
