import { absent, ConditionFailed, type Table } from '../dynamodb/table.ts';
import type { ChainHead } from './audit-chain.ts';
import { ledgerKeys, openIndex, seals, unsealedHeads } from './keys.ts';
import { headOf, type SealedHead, type SealRecord } from './seal.ts';

type Stored<T> = T & { pk: string; sk: string };

/** The seals of the ledger, and the heads for the next one. */
export class Seals {
  readonly #table: Table;

  constructor(table: Table) {
    this.#table = table;
  }

  /** Returns the newest seal, or undefined before the first. Strongly consistent. */
  async latest(): Promise<SealRecord | undefined> {
    const [newest] = await this.#table.query<Stored<SealRecord>>(seals, { limit: 1, newestFirst: true });
    return newest && recordOf(newest);
  }

  /** Returns all seals, oldest first. */
  async all(): Promise<SealRecord[]> {
    return (await this.#table.query<Stored<SealRecord>>(seals)).map(recordOf);
  }

  /**
   * Returns the heads that changed since their last seal, longest waiting first. Eventually consistent, so it may be
   * slightly behind.
   */
  async unsealed(limit?: number): Promise<SealedHead[]> {
    const items = await this.#table.query<Stored<ChainHead>>(unsealedHeads, { index: openIndex, limit });
    return items.map((item) => headOf(item.pk, item));
  }

  /** Adds the next seal. Returns false if there already is one with this number. */
  async put(record: SealRecord): Promise<boolean> {
    try {
      await this.#table.put({ ...ledgerKeys.seal(record.number), ...record }, absent);
      return true;
    } catch (error) {
      if (error instanceof ConditionFailed) return false;
      throw error;
    }
  }

  /** Removes a sealed head from the unsealed list, unless it has changed since. */
  async markSealed([chain, count]: SealedHead): Promise<void> {
    try {
      await this.#table.update({
        key: ledgerKeys.chainHead(chain),
        remove: ['openPk', 'openSk'],
        condition: {
          expression: '#count = :count',
          names: { '#count': 'count' },
          values: { ':count': count },
        },
      });
    } catch (error) {
      if (!(error instanceof ConditionFailed)) throw error;
    }
  }
}

function recordOf({ pk: _pk, sk: _sk, ...record }: Stored<SealRecord>): SealRecord {
  return record;
}
