import type { JsonObject } from '../model/json.ts';
import { isOf, type Route53Api } from './route53-api.ts';

interface Wanted {
  name: string;
  type: string;
}

interface Read extends Wanted {
  done(records: JsonObject[] | undefined): void;
  fail(error: unknown): void;
}

/**
 * Reads records. Those of a zone that are asked for at the same moment share a listing, because Route 53 takes five requests
 * a second from an account ("Quotas", Amazon Route 53 Developer Guide), and a page has 300 records. A zone with too many
 * pages for that is read by name: nothing is concluded from a part of a listing.
 */
export class RecordReads {
  readonly #api: Pick<Route53Api, 'records' | 'allRecords'>;
  readonly #waiting = new Map<string, Read[]>();

  constructor(api: Pick<Route53Api, 'records' | 'allRecords'>) {
    this.#api = api;
  }

  /** Returns the records of a name and type, or undefined if there is no zone. @throws ProviderBusy, ProviderRefused */
  read(region: string, zone: string, { name, type }: Wanted): Promise<JsonObject[] | undefined> {
    return new Promise((done, fail) => {
      const key = `${region} ${zone}`;
      const together = this.#waiting.get(key) ?? [];
      if (together.push({ name, type, done, fail }) > 1) return;
      this.#waiting.set(key, together);
      setImmediate(() => {
        this.#waiting.delete(key);
        void this.#answer(region, zone, together);
      });
    });
  }

  async #answer(region: string, zone: string, reads: readonly Read[]): Promise<void> {
    try {
      const all = await this.#api.allRecords(region, zone, Math.floor(reads.length / 2));
      for (const read of reads) {
        const own = all?.filter((record) => isOf(record, read));
        read.done(own ?? (await this.#api.records(region, zone, read)));
      }
    } catch (error) {
      // It changes nothing for the reads that have an answer already.
      for (const { fail } of reads) fail(error);
    }
  }
}
