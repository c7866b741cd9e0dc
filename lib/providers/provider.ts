import { BatonError } from '../model/errors.ts';
import type { JsonObject, PatchOperation } from '../model/json.ts';

/** The provider is asked too fast, or the resource is busy: the same call again, later, may succeed. */
export class ProviderBusy extends BatonError {
  override readonly name: string = 'ProviderBusy';
  /** Whether the provider may have taken the call, though its answer did not arrive. */
  readonly taken: boolean;
  constructor(message: string, taken = false) {
    super(message);
    this.taken = taken;
  }
}

/** The provider refuses the call for good; `code` is its own word for the reason. */
export class ProviderRefused extends BatonError {
  override readonly name: string = 'ProviderRefused';
  readonly code: string;
  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}

export interface ProviderCallInput {
  type: string;
  /** Makes the call idempotent for 36 hours: derived from run, step and attempt. */
  clientToken: string;
  /** The provisioning role of the environment. */
  roleArn: string;
}

/** How an operation in flight stands. */
export type OperationState =
  | { state: 'InProgress'; identifier?: string }
  /** `eventAtSeconds`: the time the provider gives with it, in epoch seconds; of what, providers differ. */
  | { state: 'Succeeded'; identifier: string; eventAtSeconds?: number }
  /** To be tried again after the delay: throttled, or a conflict that passes. */
  | { state: 'Retry'; code: string; message: string; identifier?: string }
  | { state: 'Failed'; code: string; message: string; identifier?: string };

/** What tells an update of a resource from others. */
export interface UpdateSearch {
  type: string;
  identifier: string;
  /** Text that only this update has sent. */
  mark: string;
  sinceSeconds: number;
}

/** Creates, reads, updates and deletes one family of resources; operations are asynchronous. */
export interface Provider {
  readonly name: string;
  /** Each returns a token for the operation. @throws ProviderBusy, ProviderRefused */
  create(input: ProviderCallInput & { properties: JsonObject }): Promise<string>;
  update(input: ProviderCallInput & { identifier: string; patch: PatchOperation[] }): Promise<string>;
  delete(input: ProviderCallInput & { identifier: string }): Promise<string>;
  /** How the operations stand, by token; those it knows nothing of are left out. */
  poll(tokens: string[]): Promise<Map<string, OperationState>>;
  /** The update of a resource that sent a mark, of those since an instant: its token, where the provider shows one. @throws ProviderBusy, ProviderRefused */
  findUpdate(search: UpdateSearch): Promise<string | undefined>;
  /** Live properties, read-only attributes included; undefined if there is no such resource. */
  read(type: string, identifier: string, roleArn: string): Promise<JsonObject | undefined>;
}
