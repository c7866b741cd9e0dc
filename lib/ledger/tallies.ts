import type { Table } from '../dynamodb/table.ts';
import { ledgerKeys } from './keys.ts';

/** The points of a change, in the partitions of its scope, its service and the day. */
export interface Tallied {
  changeId: string;
  points: number;
  /** ISO 8601 instant. */
  at: string;
}

/** The scope and service for which changes are added up. */
export interface TallyFrame {
  environment: string;
  scope: string;
  service: string;
}

/** Scaling is counted apart from other changes. */
export function scalingFrame({ environment, scope, service }: TallyFrame): TallyFrame {
  return { environment, scope: `${scope}#scaling`, service: `${service}#scaling` };
}

const dayMillis = 86_400_000;

/**
 * The points of the standard changes of the last 24 hours, by scope and by service. Many small changes amount to one
 * large change without an approval.
 */
export class Tallies {
  readonly #table: Table;

  constructor(table: Table) {
    this.#table = table;
  }

  /** Stores the points of a change. Idempotent: a change has one item for each day. */
  async note(frame: TallyFrame, tallied: Tallied): Promise<void> {
    for (const sum of sumsOf(frame)) {
      const key = ledgerKeys.tally(sum, tallied.at.slice(0, 10), tallied.changeId);
      await this.#table.put({ ...key, ...tallied });
    }
  }

  /**
   * Returns the sum of all changes up to now, including the change itself once it is stored: of the scope or the
   * service, whichever is higher. Changes are stored before they are summed, so of two concurrent changes at least one
   * includes both.
   */
  async lastDay(frame: TallyFrame, now: string): Promise<number> {
    const since = new Date(Date.parse(now) - dayMillis).toISOString();
    const days = [...new Set([since, now].map((at) => at.slice(0, 10)))];
    const sums = await Promise.all(
      sumsOf(frame).map(async (sum) => {
        const items = await Promise.all(days.map((day) => this.#items(sum, day)));
        // A change that is planned again the next day counts once, with its latest points.
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

/** A scope's name can be chosen freely within a service, so both are counted. */
function sumsOf({ environment, scope, service }: TallyFrame): string[] {
  return [`SCOPE#${scope}`, `SERVICE#${environment}/${service}`];
}
