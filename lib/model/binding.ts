/** Who may ask for changes of a scope: one voice, members of groups, or both. */
export interface Holder {
  voice?: string;
  groups: string[];
}

/** How a binding came about. */
export type BindingOrigin = 'first' | 'inherited' | 'released' | 'settings' | 'administrator' | 'taken-up';

/** What the first request of a scope bound it to: every later one has to fit. */
export interface Binding {
  scope: string;
  service: string;
  owner: string;
  /** Absent while only an administrator has asked: then the first other requester has it. */
  holder?: Holder;
  /** Counts the bindings of the scope from 1: whoever it is bound to next has the next one. */
  version: number;
  origin: BindingOrigin;
  /** The request that brought it about, and when: an ISO 8601 instant. */
  requestId: string;
  since: string;
}

/** Who a service of an environment belongs to: whoever was the first to have a scope of it. */
export interface ServiceBinding {
  /** Absent while only an administrator has asked for scopes of it. */
  holder?: Holder;
  /** Its scopes, sorted. */
  scopes: string[];
  /** The request that brought it about, and when: an ISO 8601 instant. */
  requestId: string;
  since: string;
}
