import { ConditionFailed, type Table } from '../dynamodb/table.ts';
import type { Budget, ProviderCall, TokenBucket } from '../model/run.ts';
import { ledgerKeys } from './keys.ts';

type Stored = { version: number; budget: Budget };

/** The rate budget of an account and region, shared by all runs. */
export class Budgets {
  readonly #table: Table;
  readonly #callsPerSecond: Record<ProviderCall, number>;

  constructor(table: Table, callsPerSecond: Record<ProviderCall, number>) {
    this.#table = table;
    this.#callsPerSecond = callsPerSecond;
  }

  /** The budget as it was last left, or a full one. */
  async read(account: string, region: string, nowSeconds: number): Promise<Stored> {
    const stored = await this.#table.get<Stored>(ledgerKeys.budget(account, region));
    return stored ?? { version: 0, budget: this.#full(nowSeconds) };
  }

  /** Stores what is left; false if another run took of it meanwhile, whereupon the caller reads again. */
  async write(account: string, region: string, read: Stored, left: Budget): Promise<boolean> {
    const key = ledgerKeys.budget(account, region);
    const condition = {
      expression: read.version === 0 ? 'attribute_not_exists(pk)' : '#version = :version',
      ...(read.version > 0 && { names: { '#version': 'version' }, values: { ':version': read.version } }),
    };
    try {
      await this.#table.put({ ...key, version: read.version + 1, budget: left }, condition);
      return true;
    } catch (error) {
      if (error instanceof ConditionFailed) return false;
      throw error;
    }
  }

  #full(nowSeconds: number): Budget {
    const bucket = (perSecond: number): TokenBucket => ({
      tokens: perSecond,
      capacity: perSecond,
      refillPerSecond: perSecond,
      updatedAtSeconds: nowSeconds,
    });
    const { create, update, delete: remove } = this.#callsPerSecond;
    return { create: bucket(create), update: bucket(update), delete: bucket(remove) };
  }
}
