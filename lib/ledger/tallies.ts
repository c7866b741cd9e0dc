import type { Table } from '../dynamodb/table.ts';
import { ledgerKeys } from './keys.ts';

/** What a change counts for, in the partitions of its scope and its service and of the day. */
export interface Tallied {
  changeId: string;
  points: number;
  /** ISO 8601 instant. */
  at: string;
}

/** Where changes are added up. */
export interface TallyFrame {
  environment: string;
  scope: string;
  service: string;
}

const dayMillis = 86_400_000;

/**
 * The points of the standard changes of the last 24 hours, by scope and by service: many small changes are one large
 * change that nobody looked at.
 */
export class Tallies {
  readonly #table: Table;

  constructor(table: Table) {
    this.#table = table;
  }

  /** Writes down what a change counts for. Again has no other effect; a change has one item a day. */
  async note(frame: TallyFrame, tallied: Tallied): Promise<void> {
    for (const sum of sumsOf(frame)) {
      const key = ledgerKeys.tally(sum, tallied.at.slice(0, 10), tallied.changeId);
      await this.#table.put({ ...key, ...tallied });
    }
  }

  /**
   * What all changes up to now come to, the change itself included once it is noted: of the scope or the service,
   * whichever is more. Noted first and summed up afterwards, of two changes at a time at least one sees both.
   */
  async lastDay(frame: TallyFrame, now: string): Promise<number> {
    const since = new Date(Date.parse(now) - dayMillis).toISOString();
    const days = [...new Set([since, now].map((at) => at.slice(0, 10)))];
    const sums = await Promise.all(
      sumsOf(frame).map(async (sum) => {
        const items = await Promise.all(days.map((day) => this.#items(sum, day)));
        // A change that was planned anew on the next day counts once, as it was counted last.
        const latest = new Map(items.flat().map((one) => [one.changeId, one]));
        return [...latest.values()]
          .filter(({ at }) => at > since)
          .reduce((total, { points }) => total + points, 0);
      }),
    );
    return Math.max(...sums);
  }

  #items(sum: string, day: string): Promise<Tallied[]> {
    return this.#table.query<Tallied>(ledgerKeys.tally(sum, day, '').pk);
  }
}

/** A scope's name may be chosen freely within a service, hence both. */
function sumsOf({ environment, scope, service }: TallyFrame): string[] {
  return [`SCOPE#${scope}`, `SERVICE#${environment}/${service}`];
}
