import { absent, ConditionFailed, type Table } from '../dynamodb/table.ts';
import type { Binding } from '../model/binding.ts';
import { ledgerKeys } from './keys.ts';

/** The binding of a scope as it is stored, with the requests that may still act under it. */
export interface StoredBinding {
  binding: Binding;
  /** Requests of the scope that had not ended when last looked at. */
  openRequests: string[];
  /** Optimistic lock: rises with every write. */
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

  /**
   * Writes what a scope is bound to, unless somebody wrote it since `former` was read.
   * @returns whether it was written
   */
  async write(former: StoredBinding | undefined, next: Omit<StoredBinding, 'revision'>): Promise<boolean> {
    const revision = (former?.revision ?? 0) + 1;
    const unchanged = {
      expression: '#revision = :revision',
      names: { '#revision': 'revision' },
      values: { ':revision': former?.revision },
    };
    const item = { ...ledgerKeys.binding(next.binding.scope), ...next, revision };
    try {
      await this.#table.put(item, former === undefined ? absent : unchanged);
      return true;
    } catch (error) {
      if (!(error instanceof ConditionFailed)) throw error;
      return false;
    }
  }
}
