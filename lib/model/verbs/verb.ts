import type { JsonObject, JsonValue } from '../json.ts';
import type { AvailableAction } from '../request.ts';

/** How a verb may affect the users of the asset, the least first. */
export const harms = ['none', 'brief outage', 'data loss'] as const;
export type Harm = (typeof harms)[number];

/**
 * Triggered by an update through the provider that sets a property which reads hide. It triggers once and is stored
 * nowhere. A verb that needs a separate service call will be another form.
 */
export interface UpdateCall {
  by: 'update';
  /** Top-level property that triggers the verb. */
  property: string;
  /** Returns its value. `nonce` differs for each step and is the same for each attempt of one. */
  valueOf(nonce: string): JsonValue;
}

/** The definition of a verb: how it is performed, and what an approver reads about it. */
export interface Verb {
  type: string;
  name: string;
  /** The action for policies. */
  action: AvailableAction;
  /**
   * Returns how it may affect the users of the asset, given the desired properties. Unknown values count as the worst
   * case.
   */
  harmOf(desired: JsonObject): Harm;
  precondition: {
    words: string;
    /** Returns why the live resource doesn't meet the precondition, or undefined if it does. */
    unmet(live: JsonObject): string | undefined;
  };
  call: UpdateCall;
  /** What is read to determine whether it happened, before anything is repeated. */
  witness: string;
  verification: {
    words: string;
    /** How long the health checks of the asset must hold if its manifest doesn't say. */
    bakeSeconds: number;
  };
  /** Why nothing has to be rolled back. */
  inverse: { operation: 'none'; because: string };
}
