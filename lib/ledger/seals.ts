import { absent, ConditionFailed, type Table } from '../dynamodb/table.ts';
import type { ChainHead } from './audit-chain.ts';
import { ledgerKeys, openIndex, seals, unsealedHeads } from './keys.ts';
import { headOf, type SealedHead, type SealRecord } from './seal.ts';

type Stored<T> = T & { pk: string; sk: string };

/** The seals of the ledger, and what the next one has to take in. */
export class Seals {
  readonly #table: Table;

  constructor(table: Table) {
    this.#table = table;
  }

  /** The newest seal, read consistently; undefined before the first. */
  async latest(): Promise<SealRecord | undefined> {
    const [newest] = await this.#table.query<Stored<SealRecord>>(seals, { limit: 1, newestFirst: true });
    return newest && recordOf(newest);
  }

  /** All seals, oldest first. */
  async all(): Promise<SealRecord[]> {
    return (await this.#table.query<Stored<SealRecord>>(seals)).map(recordOf);
  }

  /** Heads that moved since they were sealed, longest waiting first; eventually consistent, so it may be a moment behind. */
  async unsealed(limit?: number): Promise<SealedHead[]> {
    const items = await this.#table.query<Stored<ChainHead>>(unsealedHeads, { index: openIndex, limit });
    return items.map((item) => headOf(item.pk, item));
  }

  /** Puts the next seal behind the others; false if somebody else has put one of this number. */
  async put(record: SealRecord): Promise<boolean> {
    try {
      await this.#table.put({ ...ledgerKeys.seal(record.number), ...record }, absent);
      return true;
    } catch (error) {
      if (error instanceof ConditionFailed) return false;
      throw error;
    }
  }

  /** Takes a sealed head off the list of those to be sealed; one that has moved on stays there. */
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
