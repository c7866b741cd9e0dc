import type { JsonObject, JsonValue } from '../../../lib/model/json.ts';
import type { DesiredResource } from '../../../lib/model/request.ts';
import type { FactResult } from '../../../lib/policy/facts/fact.ts';

/** Properties of the judged entity, what the fact makes of them, and what stands beside where that matters. */
export type FactCase = [
  value: JsonObject,
  expected: FactResult,
  around?: {
    parameters?: Record<string, JsonValue>;
    /** Other resources of the request or the document. */
    resources?: DesiredResource[];
    /** The judged resource, where the value is a nested one or more than its properties matters. */
    resource?: DesiredResource;
  },
];

export const yes: FactResult = { value: true };
export const no: FactResult = { value: false };
