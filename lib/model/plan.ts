import type { JsonObject, JsonValue } from './json.ts';
import type { Place } from './place.ts';
import type { DeletionPolicy, HealthCheck } from './request.ts';
import type { StepShift } from './traffic-shift.ts';
import type { Harm } from './verbs/verb.ts';
import type { KeptProperty, PropertyOwner } from './wish.ts';

/**
 * `replace` creates the replacement while the old resource still exists; the old one's `delete` is a separate, later
 * step. `retain` forgets a resource without deleting it (DeletionPolicy Retain). `act` performs a verb on an asset
 * without changing its properties. `verify` waits until health checks hold and makes no changes.
 */
export type Operation = 'create' | 'update' | 'replace' | 'delete' | 'retain' | 'act' | 'verify';

export interface PropertyChange {
  /** Dotted path of the property. */
  path: string;
  before?: JsonValue;
  after?: JsonValue;
  replacement: 'yes' | 'no' | 'maybe';
}

/** The inverse of a step, known when the plan is made. The pre-image is taken immediately before the step runs. */
export interface Inverse {
  operation: 'delete' | 'update' | 'create' | 'none';
  /** Why the step can't be rolled back, or not completely. Absent if it can. */
  irreversible?: string;
  /** For `none`: why nothing has to be rolled back. */
  because?: string;
}

/** What an `act` step does, copied from the row of its verb for approvers. */
export interface Act {
  verb: string;
  harm: Harm;
  /** What the call sets, with words in place of a nonce, which is made when the step runs. */
  sends: JsonObject;
  /** What must be true for the live resource before. */
  precondition: string;
  /** What is read to determine whether it happened, before anything is repeated. */
  witness: string;
  /** What must be true afterwards. */
  verification: string;
}

/** One operation on one resource. */
export interface Step {
  /** Such as `create:Database`. Unique in the plan. */
  id: string;
  /** Logical id. */
  resource: string;
  type: string;
  operation: Operation;
  /** Where it works. Absent in plans that were made before places were: `placeOfStep` tells. */
  place?: Place;
  /** Ids of steps that must complete first. */
  dependsOn: string[];
  /** Identifier of the existing resource (update, delete, retain, and the old one of a replace). */
  identifier?: string;
  /** The asset and its version for which the plan was made. */
  assetId?: string;
  assetVersion?: number;
  /** The desired properties with unresolved references (create, replace, update). */
  desired?: JsonObject;
  /**
   * For inverse plans: what to send in place of `desired`, which is only recorded. The pre-image with unresolved
   * references.
   */
  restore?: JsonObject;
  /** The desired properties in the inventory before the step (update, replace, delete). */
  previous?: JsonObject;
  changes?: PropertyChange[];
  health?: HealthCheck[];
  /** How long the health checks must hold: for a `verify` step, and for a step that is followed by one. */
  bakeSeconds?: number;
  /** For an `act` step. */
  act?: Act;
  /** For a step of a shift of traffic. */
  shift?: StepShift;
  /** Other declarations in the `Baton` block of the resource. */
  baton?: JsonObject;
  /** How CloudFormation would update the resource, according to its manifest. */
  updatePolicy?: JsonObject;
  /** The owners of property values other than the manifest, after the step. */
  owners?: PropertyOwner[];
  /** Properties in the manifest that the step leaves as their owners set them. */
  kept?: KeptProperty[];
  deletionPolicy: DeletionPolicy;
  updateReplacePolicy: DeletionPolicy;
  /** Logical ids that the desired properties refer to or depend on. The asset's relationships are derived from them. */
  relationships: string[];
  holdsData: boolean;
  inverse: Inverse;
}

/** A resource that already is as desired. */
export interface UnchangedResource {
  resource: string;
  assetId: string;
  assetVersion: number;
  identifier: string;
  /** Attributes in the inventory, for references from steps. */
  attributes?: JsonObject;
  /** Properties in the manifest that stay as their owners set them. */
  kept?: KeptProperty[];
}

/** An immutable graph of steps. Its hash covers everything except the hash itself. */
export interface Plan {
  version: 1;
  requestId: string;
  scope: string;
  environment: string;
  service: string;
  owner: string;
  account: string;
  region: string;
  partition: string;
  /** `forward` as planned, or `undo` derived from a run. */
  direction: 'forward' | 'undo';
  /** The run that an inverse plan rolls back. */
  undoes?: string;
  steps: Step[];
  unchanged: UnchangedResource[];
  outputs: Record<string, { value: JsonValue; description?: string; exportName?: string }>;
}
export interface HashedPlan extends Plan {
  hash: string;
}
