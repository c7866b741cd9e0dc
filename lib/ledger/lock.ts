import { absent, ConditionFailed, type Table } from '../dynamodb/table.ts';
import { ledgerKeys } from './keys.ts';

/** The part of its scope that a request locks. */
interface Claim {
  requestId: string;
  planHash: string;
  /** Ids of the assets; the whole scope if absent. */
  assets?: string[];
}

export interface Waiter extends Claim {
  token: string;
  /** Urgent requests (emergencies) come before others. Otherwise the queue is in the order of arrival. */
  urgent?: boolean;
}

/**
 * A request that holds its claim. If it had to queue, it has the token that woke it, so that a lost wake-up can be
 * repeated.
 */
export interface Holder extends Claim {
  token?: string;
}

/**
 * The lock of a scope. Only one request at a time can hold an asset; the others queue. A request for the whole scope
 * excludes all others. The lock doesn't expire.
 */
export interface ScopeLock {
  version: number;
  holders: Holder[];
  queue: Waiter[];
}

/** A changed lock, and the requests to wake: the new holders, and holders that may have missed their wake-up. */
export interface Changed {
  lock: ScopeLock;
  woken: Waiter[];
}

const free: ScopeLock = { version: 0, holders: [], queue: [] };

/**
 * Adds a request: as a holder if its claim conflicts with no holder and no earlier request in the queue, otherwise to
 * the queue. A request already in the queue keeps its place; a new one is placed after all of the same urgency. A
 * holder
 * that enters again with another plan stays a holder. If another request holds an asset that the new plan also needs,
 * the
 * holder releases its whole claim and waits at the head of the queue. A request therefore never holds one asset while
 * it
 * waits for another.
 */
export function enter(lock: ScopeLock, waiter: Waiter): Changed {
  const { requestId } = waiter;
  const others = lock.holders.filter((holder) => holder.requestId !== requestId);
  const held = others.length < lock.holders.length;
  if (held && !others.some((other) => collide(other, waiter))) {
    // The new claim may be smaller.
    const next = promote({ ...lock, holders: [...others, claimOf(waiter)] });
    return { lock: next.lock, woken: [...unheard(others), ...next.woken] };
  }
  const kept = lock.queue.findIndex((queued) => queued.requestId === requestId);
  const queue =
    kept >= 0
      ? lock.queue.with(kept, waiter)
      : lock.queue.toSpliced(placeOf(lock.queue, waiter, held), 0, waiter);
  const { lock: next, woken } = promote({ ...lock, holders: others, queue });
  // The request continues at once and needs no wake-up.
  const holders = next.holders.map((one) => (one.requestId === requestId ? claimOf(waiter) : one));
  return {
    lock: { ...next, holders },
    woken: [...(held || kept >= 0 ? unheard(others) : []), ...woken].filter(
      (one) => one.requestId !== requestId,
    ),
  };
}

/** Removes a request. Requests in the queue whose claims are now free become holders, in the order of the queue. */
export function leave(lock: ScopeLock, requestId: string): Changed {
  const isOther = (one: Claim) => one.requestId !== requestId;
  const holders = lock.holders.filter(isOther);
  const next = promote({ ...lock, holders, queue: lock.queue.filter(isOther) });
  // A previous call removed the request, but may have failed before it woke the next holders.
  const again = holders.length === lock.holders.length ? unheard(holders) : [];
  return { lock: next.lock, woken: [...again, ...next.woken] };
}

/** Returns whether a claim covers all the given assets. A claim of the whole scope covers every asset. */
export function covers({ assets }: Claim, ids: readonly (string | undefined)[]): boolean {
  if (assets === undefined) return true;
  const claimed = new Set(assets);
  return ids.every((id) => id !== undefined && claimed.has(id));
}

/** Turns requests in the queue into holders unless their claim conflicts with a holder or an earlier request. */
function promote(lock: ScopeLock): Changed {
  const holders = [...lock.holders];
  const queue: Waiter[] = [];
  const woken: Waiter[] = [];
  for (const waiter of lock.queue) {
    const blocked = [...holders, ...queue].some((other) => collide(other, waiter));
    if (blocked) queue.push(waiter);
    else {
      holders.push(waiter);
      woken.push(waiter);
    }
  }
  return { lock: { ...lock, holders, queue }, woken };
}

function collide({ assets: one }: Claim, { assets: other }: Claim): boolean {
  if (one === undefined || other === undefined) return true;
  const claimed = new Set(one);
  return other.some((asset) => claimed.has(asset));
}

/** Returns the index for a request in the queue: after all of its urgency, or before them if it was a holder. */
function placeOf(queue: readonly Waiter[], { urgent }: Waiter, first: boolean): number {
  const firstCalm = queue.findIndex((one) => !one.urgent);
  const calm = firstCalm < 0 ? queue.length : firstCalm;
  if (first) return urgent ? 0 : calm;
  return urgent ? calm : queue.length;
}

const claimOf = ({ requestId, planHash, assets }: Waiter): Holder => ({
  ...{ requestId, planHash },
  ...(assets === undefined ? {} : { assets }),
});

function unheard(holders: readonly Holder[]): Waiter[] {
  return holders.flatMap((holder) =>
    holder.token === undefined ? [] : [{ ...holder, token: holder.token }],
  );
}

/** Scope locks in the ledger. Each scope is one item, so a request locks all of its assets or none. */
export class Locks {
  readonly #table: Table;

  constructor(table: Table) {
    this.#table = table;
  }

  async read(scope: string): Promise<ScopeLock> {
    return (await this.#table.get<ScopeLock>(ledgerKeys.lock(scope))) ?? free;
  }

  /**
   * Acquires the lock or joins the queue. Returns whether the request now holds its claim, and the requests to wake.
   */
  async enter(scope: string, waiter: Waiter): Promise<{ held: boolean; woken: Waiter[] }> {
    const { lock, woken } = await this.#change(scope, (current) => enter(current, waiter));
    return { held: lock.holders.some(({ requestId }) => requestId === waiter.requestId), woken };
  }

  /** Releases the lock or leaves the queue. Returns the requests to wake. */
  async leave(scope: string, requestId: string): Promise<Waiter[]> {
    return (await this.#change(scope, (current) => leave(current, requestId))).woken;
  }

  /** Returns the claim of a request if it holds one for this plan. */
  async claimOf(scope: string, requestId: string, planHash: string): Promise<Holder | undefined> {
    const { holders } = await this.read(scope);
    return holders.find((holder) => holder.requestId === requestId && holder.planHash === planHash);
  }

  async #change(scope: string, next: (lock: ScopeLock) => Changed): Promise<Changed> {
    for (let attempt = 0; attempt < 50; attempt += 1) {
      const current = await this.read(scope);
      const { lock, woken } = next(current);
      const changed = { ...lock, version: current.version + 1 };
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
        return { lock: changed, woken };
      } catch (error) {
        if (!(error instanceof ConditionFailed)) throw error;
      }
    }
    throw new Error(`The lock of ${scope} moved on 50 times.`);
  }
}
