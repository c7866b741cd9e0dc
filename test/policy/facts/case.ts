import type { JsonObject, JsonValue } from '../../../lib/model/json.ts';
import type { DesiredResource } from '../../../lib/model/request.ts';
import type { FactResult } from '../../../lib/policy/facts/fact.ts';

/** Properties of the evaluated entity, the value of the fact, and related resources if they matter. */
export type FactCase = [
  value: JsonObject,
  expected: FactResult,
  around?: {
    parameters?: Record<string, JsonValue>;
    /** Other resources of the request or the document. */
    resources?: DesiredResource[];
    /** The evaluated resource, if the value is nested or if more than its properties matters. */
    resource?: DesiredResource;
  },
];

export const yes: FactResult = { value: true };
export const no: FactResult = { value: false };
