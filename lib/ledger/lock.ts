import { absent, ConditionFailed, type Table } from '../dynamodb/table.ts';
import { ledgerKeys } from './keys.ts';

export interface Waiter {
  requestId: string;
  planHash: string;
  token: string;
  /** Whether it is an emergency, which precedes other requests. Otherwise requests are ordered by arrival. */
  urgent?: boolean;
}

/** The lock of a scope: one request at a time changes it, and the others queue. It never expires. */
export interface ScopeLock {
  version: number;
  /** The holder, with the token that woke it if it had to queue, so that a lost wake-up can be repeated. */
  holder?: { requestId: string; planHash: string; token?: string };
  queue: Waiter[];
}

const free: ScopeLock = { version: 0, queue: [] };

/**
 * Returns the lock with the request as its holder, if the lock is free or already belongs to the request, and otherwise
 * in the queue. A queued request keeps its place; a new one goes behind all others of its urgency.
 */
export function enter(lock: ScopeLock, waiter: Waiter): ScopeLock {
  const { requestId, planHash } = waiter;
  const { holder, queue } = lock;
  if (holder === undefined || holder.requestId === requestId)
    return { ...lock, holder: { requestId, planHash } };
  const kept = queue.findIndex((queued) => queued.requestId === requestId);
  if (kept >= 0) return { ...lock, queue: queue.with(kept, waiter) };
  const firstCalm = waiter.urgent ? queue.findIndex(({ urgent }) => !urgent) : -1;
  return { ...lock, queue: queue.toSpliced(firstCalm < 0 ? queue.length : firstCalm, 0, waiter) };
}

/**
 * Returns the lock without the request, held by the next in the queue. `woken` must be woken: it just became the
 * holder, or became it when the request left before and may have missed its wake-up.
 */
export function leave(lock: ScopeLock, requestId: string): { lock: ScopeLock; woken?: Waiter } {
  const queue = lock.queue.filter((waiter) => waiter.requestId !== requestId);
  const { holder } = lock;
  if (holder?.requestId !== requestId) {
    const { token } = holder ?? {};
    return holder === undefined || token === undefined
      ? { lock: { ...lock, queue } }
      : { lock: { ...lock, queue }, woken: { ...holder, token } };
  }
  const [woken, ...rest] = queue;
  if (woken === undefined) return { lock: { version: lock.version, queue: [] } };
  return { lock: { version: lock.version, holder: woken, queue: rest }, woken };
}

/** The scope locks in the ledger. */
export class Locks {
  readonly #table: Table;

  constructor(table: Table) {
    this.#table = table;
  }

  async read(scope: string): Promise<ScopeLock> {
    return (await this.#table.get<ScopeLock>(ledgerKeys.lock(scope))) ?? free;
  }

  /** Acquires the lock or joins its queue. Returns whether the request holds the lock now. */
  async enter(scope: string, waiter: Waiter): Promise<boolean> {
    const lock = await this.#change(scope, (current) => enter(current, waiter));
    return lock.holder?.requestId === waiter.requestId;
  }

  /** Releases the lock or the place in the queue. Returns the next holder if it must be woken. */
  async leave(scope: string, requestId: string): Promise<Waiter | undefined> {
    let woken: Waiter | undefined;
    await this.#change(scope, (current) => {
      const next = leave(current, requestId);
      woken = next.woken;
      return next.lock;
    });
    return woken;
  }

  async #change(scope: string, next: (lock: ScopeLock) => ScopeLock): Promise<ScopeLock> {
    for (let attempt = 0; attempt < 50; attempt += 1) {
      const current = await this.read(scope);
      const changed = { ...next(current), version: current.version + 1 };
      const condition =
        current.version === 0
          ? absent
          : {
              expression: '#version = :version',
              names: { '#version': 'version' },
              values: { ':version': current.version },
            };
      try {
        await this.#table.put({ ...ledgerKeys.lock(scope), ...changed }, condition);
        return changed;
      } catch (error) {
        if (!(error instanceof ConditionFailed)) throw error;
      }
    }
    throw new Error(`The lock of ${scope} moved on 50 times.`);
  }
}
