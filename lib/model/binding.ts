/** Who may submit changes of a scope: one voice, members of groups, or both. */
export interface Holder {
  voice?: string;
  groups: string[];
}

/** How a binding was created. */
export type BindingOrigin = 'first' | 'inherited' | 'released' | 'settings' | 'administrator' | 'taken-up';

/** The binding of a scope, which its first request creates and every later request must match. */
export interface Binding {
  scope: string;
  service: string;
  owner: string;
  /** Absent while only an administrator has submitted requests. The next other requester then becomes the holder. */
  holder?: Holder;
  /** The number of the scope's binding, from 1. Each new holder gets the next number. */
  version: number;
  origin: BindingOrigin;
  /** The request that created it, and when: an ISO 8601 instant. */
  requestId: string;
  since: string;
}

/** The binding of a service in an environment: the holder of its first scope. */
export interface ServiceBinding {
  /** Absent while only an administrator has submitted requests for its scopes. */
  holder?: Holder;
  /** Its scopes, sorted. */
  scopes: string[];
  /** The request that created it, and when: an ISO 8601 instant. */
  requestId: string;
  since: string;
}
