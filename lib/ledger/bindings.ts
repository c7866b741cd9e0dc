import { absent, ConditionFailed, type Key, type Table } from '../dynamodb/table.ts';
import type { Binding, ServiceBinding } from '../model/binding.ts';
import { ledgerKeys } from './keys.ts';

/** The binding of a scope as it is stored, with the requests that may still act under it. */
export interface StoredBinding {
  binding: Binding;
  /** Requests of the scope that had not ended when last looked at. */
  openRequests: string[];
  /** Optimistic lock: rises with every write. */
  revision: number;
}

/** What a service belongs to, as it is stored. */
export interface StoredService {
  service: ServiceBinding;
  revision: number;
}

/** What scopes are bound to. `Admit` alone may write it. */
export class Bindings {
  readonly #table: Table;

  constructor(table: Table) {
    this.#table = table;
  }

  /** Read consistently; undefined for a scope nobody asked for yet. */
  async find(scope: string): Promise<StoredBinding | undefined> {
    return this.#table.get<StoredBinding>(ledgerKeys.binding(scope));
  }

  /** What a service of an environment belongs to, read consistently. */
  async findService(environment: string, service: string): Promise<StoredService | undefined> {
    return this.#table.get<StoredService>(ledgerKeys.serviceBinding(environment, service));
  }

  /**
   * Writes what a scope is bound to, unless somebody wrote it since `former` was read.
   * @returns whether it was written
   */
  async write(former: StoredBinding | undefined, next: Omit<StoredBinding, 'revision'>): Promise<boolean> {
    return this.#put(ledgerKeys.binding(next.binding.scope), former, next);
  }

  /** The same for a service. */
  async writeService(
    { environment, service }: { environment: string; service: string },
    former: StoredService | undefined,
    next: ServiceBinding,
  ): Promise<boolean> {
    return this.#put(ledgerKeys.serviceBinding(environment, service), former, { service: next });
  }

  async #put(key: Key, former: { revision: number } | undefined, next: object): Promise<boolean> {
    const revision = (former?.revision ?? 0) + 1;
    const unchanged = {
      expression: '#revision = :revision',
      names: { '#revision': 'revision' },
      values: { ':revision': former?.revision },
    };
    try {
      await this.#table.put({ ...key, ...next, revision }, former === undefined ? absent : unchanged);
      return true;
    } catch (error) {
      if (!(error instanceof ConditionFailed)) throw error;
      return false;
    }
  }
}
