import { ConditionFailed, type Table } from '../dynamodb/table.ts';
import type { Budget, ProviderCall, TokenBucket } from '../model/run.ts';
import { ledgerKeys } from './keys.ts';

/** The unit of a rate budget: a provider in one account and region. */
export interface Cell {
  provider: string;
  account: string;
  region: string;
}

interface Stored {
  version: number;
  budget: Record<ProviderCall, TokenBucket>;
}

/** The budgets of several cells as they were read, with each bucket by `bucketOf`. */
export interface ReadBudgets {
  budget: Budget;
  cells: readonly { cell: Cell; version: number }[];
}

const calls = ['create', 'update', 'delete'] as const satisfies readonly ProviderCall[];

/** Returns the name of the bucket for a call in a cell. */
export function bucketOf({ provider, account, region }: Cell, call: ProviderCall): string {
  return `${provider}#${account}#${region}#${call}`;
}

/** The rate budgets of providers by account and region, which all runs share. */
export class Budgets {
  readonly #table: Table;
  readonly #callsPerSecond: (provider: string) => Record<ProviderCall, number>;

  constructor(table: Table, callsPerSecond: (provider: string) => Record<ProviderCall, number>) {
    this.#table = table;
    this.#callsPerSecond = callsPerSecond;
  }

  /** Returns what is left of the budgets, or full ones. */
  async read(cells: readonly Cell[], nowSeconds: number): Promise<ReadBudgets> {
    const found = await Promise.all(
      cells.map(async (cell) => {
        const stored = await this.#table.get<Stored>(ledgerKeys.budget(cell));
        const budget = this.#full(cell, nowSeconds);
        return { cell, version: stored?.version ?? 0, budget: leftOf(budget, stored?.budget) };
      }),
    );
    const buckets = found.flatMap(({ cell, budget }) =>
      calls.map((call) => [bucketOf(cell, call), budget[call]] as const),
    );
    return { budget: Object.fromEntries(buckets), cells: found };
  }

  /**
   * Stores all remaining budgets at once. Returns false if another run used one in the meantime; the caller then reads
   * them again.
   */
  async write({ cells }: ReadBudgets, left: Budget): Promise<boolean> {
    const writes = cells.map(({ cell, version }) => {
      const budget = Object.fromEntries(calls.map((call) => [call, left[bucketOf(cell, call)]]));
      return {
        table: this.#table,
        put: { ...ledgerKeys.budget(cell), version: version + 1, budget },
        condition: {
          expression: version === 0 ? 'attribute_not_exists(pk)' : '#version = :version',
          ...(version > 0 && { names: { '#version': 'version' }, values: { ':version': version } }),
        },
      };
    });
    try {
      const [only] = writes;
      if (only !== undefined && writes.length === 1) await this.#table.put(only.put, only.condition);
      else await this.#table.transact(writes);
      return true;
    } catch (error) {
      if (error instanceof ConditionFailed) return false;
      throw error;
    }
  }

  #full({ provider }: Cell, nowSeconds: number): Record<ProviderCall, TokenBucket> {
    const bucket = (perSecond: number): TokenBucket => ({
      tokens: perSecond,
      capacity: perSecond,
      refillPerSecond: perSecond,
      updatedAtSeconds: nowSeconds,
    });
    const { create, update, delete: remove } = this.#callsPerSecond(provider);
    return { create: bucket(create), update: bucket(update), delete: bucket(remove) };
  }
}

/** Returns what a stored budget has left, with the rates of now: settings may have changed since it was stored. */
function leftOf(full: Stored['budget'], stored: Stored['budget'] | undefined): Stored['budget'] {
  if (stored === undefined) return full;
  const left = (call: ProviderCall): TokenBucket => {
    const { tokens, updatedAtSeconds } = stored[call];
    return { ...full[call], tokens: Math.min(tokens, full[call].capacity), updatedAtSeconds };
  };
  return { create: left('create'), update: left('update'), delete: left('delete') };
}
