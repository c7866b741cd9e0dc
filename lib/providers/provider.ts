import { BatonError } from '../model/errors.ts';
import type { JsonObject, PatchOperation } from '../model/json.ts';
import type { Place } from '../model/place.ts';

/** Whether a later try may succeed where this one failed, or the request, a right or a quota must change first. */
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

/** What the failure of a call or of an operation means. */
export interface Failure {
  /** The provider's own word for it. */
  code: string;
  /** What the provider said, and what to do about it. */
  message: string;
  permanence: Permanence;
  /** Of a call: whether the provider may have taken it all the same. */
  taken?: boolean;
}

/** The code of a failure by which nothing was made: what is there was not made by the operation that says so. */
export const alreadyExists = 'AlreadyExists';

/** A resource that exists. */
export interface ResourceAt {
  type: string;
  identifier: string;
  place: Place;
}

/** What every call that changes something says. */
interface Change {
  type: string;
  place: Place;
  /** Makes the call idempotent for `tokenSeconds`: derived from run, step and attempt. */
  clientToken: string;
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

/** A resource in a listing; a listing often shows fewer properties than a read. */
export interface Listed {
  identifier: string;
  properties: JsonObject;
}

/**
 * Creates, reads, updates, deletes and lists one family of resources; operations are asynchronous. What each method
 * promises is shown by test/contract/provider.ts, which every provider passes.
 */
export interface Provider {
  readonly name: string;
  /** For how long a call that is made again under its client token is taken for the same call. */
  readonly tokenSeconds: number;
  /** After how long an operation that the provider does not know is lost: it may show late. */
  readonly lostAfterSeconds: number;
  /** Each returns a token for the operation. @throws ProviderBusy, ProviderRefused */
  create(input: CreateInput): Promise<string>;
  update(input: UpdateInput): Promise<string>;
  delete(input: DeleteInput): Promise<string>;
  /** How operations in one place stand, by token; those it knows nothing of are left out. @throws ProviderBusy, ProviderRefused */
  poll(place: Place, tokens: readonly string[]): Promise<Map<string, OperationState>>;
  /**
   * Returns the token of the update that sent a mark since an instant, if the provider shows it. @throws ProviderBusy,
   * ProviderRefused
   */
  findUpdate(search: UpdateSearch): Promise<string | undefined>;
  /** Live properties, read-only attributes included; undefined if there is no such resource. @throws ProviderBusy, ProviderRefused */
  read(resource: ResourceAt): Promise<JsonObject | undefined>;
  /** Every resource of a type in a place. @throws ProviderBusy, ProviderRefused */
  list(type: string, place: Place): AsyncIterable<Listed>;
  /** What a failure means: the error of a call, or what an operation ended with. Pure. */
  outcomeOf(cause: unknown): Failure;
}

/** The provider of each type. */
export interface Providers {
  of(type: string): Provider;
}
