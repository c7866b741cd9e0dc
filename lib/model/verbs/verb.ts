import type { JsonObject, JsonValue } from '../json.ts';
import type { AvailableAction } from '../request.ts';

/** What a verb may do to those who use the asset, the least first. */
export const harms = ['none', 'brief outage', 'data loss'] as const;
export type Harm = (typeof harms)[number];

/**
 * Triggered by an update through the provider that sets a property which reads hide: it triggers once, and is kept
 * nowhere. A verb that needs a call of its own to a service will be another form beside this one.
 */
export interface UpdateCall {
  by: 'update';
  /** Top-level property that triggers the verb. */
  property: string;
  /** Its value; `nonce` differs for each step and is the same for each try of one. */
  valueOf(nonce: string): JsonValue;
}

/** All that a verb is: what carries it out, and what an approver reads of it. */
export interface Verb {
  type: string;
  name: string;
  /** What it is to policies. */
  action: AvailableAction;
  /** What it may do to those who use the asset, by what is asked of the asset; unknown values count as the worse. */
  harmOf(desired: JsonObject): Harm;
  precondition: {
    words: string;
    /** Why the live resource does not meet it; undefined where it does. */
    unmet(live: JsonObject): string | undefined;
  };
  call: UpdateCall;
  /** What is read to see whether it happened, before anything is repeated. */
  witness: string;
  verification: {
    words: string;
    /** How long the health checks of the asset must hold where its manifest does not say. */
    bakeSeconds: number;
  };
  /** Why nothing has to be undone. */
  inverse: { operation: 'none'; because: string };
}
