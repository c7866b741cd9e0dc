import { absent, ConditionFailed, type Table } from '../dynamodb/table.ts';
import { ledgerKeys } from './keys.ts';

/** What a request locks of its scope. */
interface Claim {
  requestId: string;
  planHash: string;
  /** Ids of the assets it touches; the whole scope if absent. */
  assets?: string[];
}

export interface Waiter extends Claim {
  token: string;
  /** An emergency goes before what is none; otherwise the order is that of arrival. */
  urgent?: boolean;
}

/** A request that may change what it claims. With the token that woke it, if it had to queue: a lost wake-up is repeated. */
export interface Holder extends Claim {
  token?: string;
}

/**
 * The lease of a scope: each asset is changed by one request at a time; the others queue. Requests that claim the whole scope
 * exclude all others. The lease never expires by time.
 */
export interface ScopeLock {
  version: number;
  holders: Holder[];
  queue: Waiter[];
}

/** A lock after a change, and the requests to wake: they have become holders, or may not have heard that they did. */
export interface Changed {
  lock: ScopeLock;
  woken: Waiter[];
}

const free: ScopeLock = { version: 0, holders: [], queue: [] };

/**
 * Enters a request: as a holder if no holder and no earlier waiter claims the same, otherwise in the queue. A queued request
 * keeps its place; a new one goes behind all of its own urgency. A holder that enters again, for another plan, stays one. If
 * another holder claims what the new plan touches in addition, the request releases everything it holds and waits at the head
 * of the queue, so that no request waits for one asset while it holds another.
 */
export function enter(lock: ScopeLock, waiter: Waiter): Changed {
  const { requestId } = waiter;
  const others = lock.holders.filter((holder) => holder.requestId !== requestId);
  const held = others.length < lock.holders.length;
  if (held && !others.some((other) => collide(other, waiter))) {
    // It may claim less than before.
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

/** The lock without the request. Those behind it whose claims are free now become holders, in the order of the queue. */
export function leave(lock: ScopeLock, requestId: string): Changed {
  const isOther = (one: Claim) => one.requestId !== requestId;
  const holders = lock.holders.filter(isOther);
  const next = promote({ ...lock, holders, queue: lock.queue.filter(isOther) });
  // The request left before, and the next holders may not have been woken.
  const again = holders.length === lock.holders.length ? unheard(holders) : [];
  return { lock: next.lock, woken: [...again, ...next.woken] };
}

/** Whether a claim covers assets: all of its scope if it names none. */
export function covers({ assets }: Claim, ids: readonly (string | undefined)[]): boolean {
  if (assets === undefined) return true;
  const claimed = new Set(assets);
  return ids.every((id) => id !== undefined && claimed.has(id));
}

/** Makes waiters holders unless their claim collides with that of a holder or of an earlier waiter. */
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

/** An index of the queue: at the end of those of its urgency, or at their head for a request that was a holder. */
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

/** Scope locks in the ledger: one item for a scope, so that all assets of a request are locked at once or none. */
export class Locks {
  readonly #table: Table;

  constructor(table: Table) {
    this.#table = table;
  }

  async read(scope: string): Promise<ScopeLock> {
    return (await this.#table.get<ScopeLock>(ledgerKeys.lock(scope))) ?? free;
  }

  /** Takes the lock, or queues for it. Returns whether the request holds it now, and the requests to wake. */
  async enter(scope: string, waiter: Waiter): Promise<{ held: boolean; woken: Waiter[] }> {
    const { lock, woken } = await this.#change(scope, (current) => enter(current, waiter));
    return { held: lock.holders.some(({ requestId }) => requestId === waiter.requestId), woken };
  }

  /** Gives up the lock or the place in the queue. Returns the requests to wake. */
  async leave(scope: string, requestId: string): Promise<Waiter[]> {
    return (await this.#change(scope, (current) => leave(current, requestId))).woken;
  }

  /** The claim of a request on its scope, if it holds one for this plan. */
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
