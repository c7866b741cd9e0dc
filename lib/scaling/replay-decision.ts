import { envelopesOf } from '../model/capacity/envelope.ts';
import { isObject, type JsonValue } from '../model/json.ts';
import type { StoredDecision } from '../model/scaling-decision.ts';
import { combine } from './combine.ts';
import { nextRequest } from './next-request.ts';

/** A value of a decision that its record has otherwise. Absent on the side that doesn't have it. */
export interface DecisionDifference {
  path: string;
  recorded?: JsonValue;
  now?: JsonValue;
}

/**
 * Decides again from the record of a decision and nothing else, and returns every value that comes out otherwise. None
 * if the decision is the same.
 */
export function replayDecision(stored: StoredDecision): DecisionDifference[] {
  const decision = combine(stored.input);
  const { type, property, policy, input, standardTo, change, to } = stored;
  const envelope = envelopesOf(type, policy).find(({ trait }) => trait.property === property);
  const next = envelope && nextRequest(envelope, input, decision, standardTo);
  return differences(
    asJson({ decision: stored.decision, change, to }),
    asJson({ decision, change: next?.change, to: next?.to }),
    [],
  );
}

/** A record is JSON, so that a decision compares with it as JSON. */
function asJson(value: object): JsonValue {
  return JSON.parse(JSON.stringify(value)) as JsonValue;
}

function differences(
  recorded: JsonValue | undefined,
  now: JsonValue | undefined,
  path: readonly string[],
): DecisionDifference[] {
  const [before, after] = [partsOf(recorded), partsOf(now)];
  if (before === undefined || after === undefined || Array.isArray(recorded) !== Array.isArray(now))
    return recorded === now
      ? []
      : [
          {
            path: path.join('.'),
            ...(recorded !== undefined && { recorded }),
            ...(now !== undefined && { now }),
          },
        ];
  const names = [...new Set([...before.keys(), ...after.keys()])];
  return names.flatMap((name) => differences(before.get(name), after.get(name), [...path, name]));
}

/** Returns the parts of a list or an object by name, or undefined for any other value. */
function partsOf(value: JsonValue | undefined): Map<string, JsonValue | undefined> | undefined {
  if (!Array.isArray(value) && !isObject(value)) return undefined;
  return new Map(Object.entries(value));
}
