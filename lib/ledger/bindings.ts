import { absent, ConditionFailed, type Key, type Table } from '../dynamodb/table.ts';
import type { Binding, ServiceBinding } from '../model/binding.ts';
import { ledgerKeys } from './keys.ts';

/** The stored binding of a scope, with the requests that may still use it. */
export interface StoredBinding {
  binding: Binding;
  /** Requests of the scope that had not ended at the last check. */
  openRequests: string[];
  /** Optimistic lock, incremented with every write. */
  revision: number;
}

/** The stored binding of a service. */
export interface StoredService {
  service: ServiceBinding;
  revision: number;
}

/** The bindings of scopes. Only `Admit` may write them. */
export class Bindings {
  readonly #table: Table;

  constructor(table: Table) {
    this.#table = table;
  }

  /** Returns undefined for a scope without requests. Strongly consistent. */
  async find(scope: string): Promise<StoredBinding | undefined> {
    return this.#table.get<StoredBinding>(ledgerKeys.binding(scope));
  }

  /** Returns the binding of a service in an environment. Strongly consistent. */
  async findService(environment: string, service: string): Promise<StoredService | undefined> {
    return this.#table.get<StoredService>(ledgerKeys.serviceBinding(environment, service));
  }

  /**
   * Writes the binding of a scope, unless it changed since `former` was read.
   * @returns whether it was written
   */
  async write(former: StoredBinding | undefined, next: Omit<StoredBinding, 'revision'>): Promise<boolean> {
    return this.#put(ledgerKeys.binding(next.binding.scope), former, next);
  }

  /** Does the same for a service. */
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
