import { BatonError } from '../model/errors.ts';
import type { JsonObject, PatchOperation } from '../model/json.ts';
import type { Place } from '../model/place.ts';

/** `passing`: a later attempt may succeed. `permanent`: the request, a permission or a quota must change first. */
export type Permanence = 'passing' | 'permanent';

/** The provider is throttling, or the resource is busy. The same call may succeed later. */
export class ProviderBusy extends BatonError {
  override readonly name: string = 'ProviderBusy';
  readonly permanence = 'passing' satisfies Permanence;
  /** Whether the provider may have accepted the call although its response was lost. */
  readonly taken: boolean;
  constructor(message: string, taken = false) {
    super(message);
    this.taken = taken;
  }
}

/** The provider refuses the call permanently. `code` is its own error code. */
export class ProviderRefused extends BatonError {
  override readonly name: string = 'ProviderRefused';
  readonly permanence = 'permanent' satisfies Permanence;
  readonly code: string;
  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}

/** A failed call or operation. */
export interface Failure {
  /** The provider's error code. */
  code: string;
  /** The provider's message and the recommended action. */
  message: string;
  permanence: Permanence;
  /** For a call: whether the provider may have accepted it despite the failure. */
  taken?: boolean;
}

/** The error code of a create that found an existing resource. The failed operation did not create that resource. */
export const alreadyExists = 'AlreadyExists';

/** An existing resource and its place. */
export interface ResourceAt {
  type: string;
  identifier: string;
  place: Place;
}

/** Input that all calls with side effects share. */
export interface Change {
  type: string;
  place: Place;
  /** Makes the call idempotent for `tokenSeconds`. Derived from the run, step and attempt. */
  clientToken: string;
  /** Whether the same call may have been made before. For services that know no client tokens. */
  again?: boolean;
}
export type CreateInput = Change & { properties: JsonObject };
export type UpdateInput = Change & { identifier: string; patch: PatchOperation[] };
export type DeleteInput = Change & { identifier: string };

/** The state of an operation. */
export type OperationState =
  | { state: 'InProgress'; identifier?: string }
  /** `eventAtSeconds`: the time that the provider reports, in epoch seconds. Its meaning depends on the provider. */
  | { state: 'Succeeded'; identifier: string; eventAtSeconds?: number }
  | (Failure & { state: 'Failed'; identifier?: string });

/** What identifies one update of a resource. */
export interface UpdateSearch extends ResourceAt {
  /** Text that only this update has sent. */
  mark: string;
  sinceSeconds: number;
}

/** A resource in a list. Lists often contain fewer properties than reads. */
export interface Listed {
  identifier: string;
  properties: JsonObject;
}

/**
 * Creates, reads, updates, deletes and lists one family of resources. Operations are asynchronous.
 * test/contract/provider.ts tests the contract of each method. Every provider must pass it.
 */
export interface Provider {
  readonly name: string;
  /** How long the provider recognizes a client token. Until then, a repeated call has no further effect. */
  readonly tokenSeconds: number;
  /** How long an operation may be unknown to the provider before it counts as lost. New operations may appear late. */
  readonly lostAfterSeconds: number;
  /** Each returns a token for the operation. @throws ProviderBusy, ProviderRefused */
  create(input: CreateInput): Promise<string>;
  update(input: UpdateInput): Promise<string>;
  delete(input: DeleteInput): Promise<string>;
  /**
   * Returns the states of operations in one place by token. Omits unknown operations. @throws ProviderBusy,
   * ProviderRefused
   */
  poll(place: Place, tokens: readonly string[]): Promise<Map<string, OperationState>>;
  /**
   * Returns the token of the update that sent a mark since an instant, if the provider shows it. @throws ProviderBusy,
   * ProviderRefused
   */
  findUpdate(search: UpdateSearch): Promise<string | undefined>;
  /**
   * Returns the live properties, including read-only ones; undefined if the resource does not exist. @throws
   * ProviderBusy, ProviderRefused
   */
  read(resource: ResourceAt): Promise<JsonObject | undefined>;
  /** Lists the resources of a type in a place. @throws ProviderBusy, ProviderRefused */
  list(type: string, place: Place): AsyncIterable<Listed>;
  /** Classifies the error of a call or of a failed operation. Pure. */
  outcomeOf(cause: unknown): Failure;
}

/** Returns the provider of a type. */
export interface Providers {
  of(type: string): Provider;
}
