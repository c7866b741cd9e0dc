import type { JsonObject, JsonValue } from './json.ts';
import type { Place } from './place.ts';
import type { DeletionPolicy, HealthCheck } from './request.ts';
import type { Harm } from './verbs/verb.ts';
import type { KeptProperty, PropertyOwner } from './wish.ts';

/**
 * `replace` creates the replacement beside the old one; the old one's `delete` is a step of its own, later.
 * `retain` forgets a resource without deleting it (DeletionPolicy Retain). `act` carries a verb out on an asset and leaves
 * its properties as they are; `verify` waits until health checks hold, and calls no provider to change anything.
 */
export type Operation = 'create' | 'update' | 'replace' | 'delete' | 'retain' | 'act' | 'verify';

export interface PropertyChange {
  /** Dotted path of the property. */
  path: string;
  before?: JsonValue;
  after?: JsonValue;
  replacement: 'yes' | 'no' | 'maybe';
}

/** What undoes a step, known when the plan is made; the pre-image is taken just before the step runs. */
export interface Inverse {
  operation: 'delete' | 'update' | 'create' | 'none';
  /** Why the step can't be undone, or not wholly; absent if it can. */
  irreversible?: string;
  /** Of `none`: why nothing has to be undone. */
  because?: string;
}

/** What an `act` step does, in the words of its verb's row: an approver reads no table. */
export interface Act {
  verb: string;
  harm: Harm;
  /** What must be true of the live resource before. */
  precondition: string;
  /** What is read to see whether it happened, before anything is repeated. */
  witness: string;
  /** What must be true afterwards. */
  verification: string;
}

/** One operation on one resource. */
export interface Step {
  /** `create:Database`; unique in the plan. */
  id: string;
  /** Logical id. */
  resource: string;
  type: string;
  operation: Operation;
  /** Where it works. Absent in plans that were made before places were: `placeOfStep` tells. */
  place?: Place;
  /** Ids of steps that must be done before. */
  dependsOn: string[];
  /** Identifier of the existing resource (update, delete, retain, and the old one of a replace). */
  identifier?: string;
  /** The asset and its version the plan was made against. */
  assetId?: string;
  assetVersion?: number;
  /** What the resource should become, references unresolved (create, replace, update). */
  desired?: JsonObject;
  /** Undo plans: what to send in place of `desired`, which is only recorded: the pre-image, references unresolved. */
  restore?: JsonObject;
  /** What the inventory holds as desired before the step (update, replace, delete). */
  previous?: JsonObject;
  changes?: PropertyChange[];
  health?: HealthCheck[];
  /** How long the health checks must hold: of a `verify` step, and of one that a `verify` step follows. */
  bakeSeconds?: number;
  /** Of an `act` step. */
  act?: Act;
  /** What else the `Baton` block of the resource declares. */
  baton?: JsonObject;
  /** How CloudFormation would carry out updates of the resource, as its manifest says. */
  updatePolicy?: JsonObject;
  /** Who decides property values besides the manifest, once the step is done. */
  owners?: PropertyOwner[];
  /** Properties that the manifest mentions and the step leaves as their owners set them. */
  kept?: KeptProperty[];
  deletionPolicy: DeletionPolicy;
  updateReplacePolicy: DeletionPolicy;
  /** Logical ids the desired properties refer to or depend on; what the asset's relationships are made of. */
  relationships: string[];
  holdsData: boolean;
  inverse: Inverse;
}

/** What the plan found to be as it should already. */
export interface UnchangedResource {
  resource: string;
  assetId: string;
  assetVersion: number;
  identifier: string;
  /** Attributes as the inventory holds them, for references from steps. */
  attributes?: JsonObject;
  /** Properties that the manifest mentions and that stay as their owners set them. */
  kept?: KeptProperty[];
}

/** An immutable graph of steps; its hash covers everything but the hash itself. */
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
  /** `forward` as planned, `undo` made of what a run did. */
  direction: 'forward' | 'undo';
  /** The run an undo plan undoes. */
  undoes?: string;
  steps: Step[];
  unchanged: UnchangedResource[];
  outputs: Record<string, { value: JsonValue; description?: string; exportName?: string }>;
}
export interface HashedPlan extends Plan {
  hash: string;
}
