import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { covers, enter, leave, type ScopeLock, type Waiter } from '../../lib/ledger/lock.ts';

const free: ScopeLock = { version: 0, holders: [], queue: [] };
const waiter = (requestId: string, assets?: string[], planHash = 'p'): Waiter => ({
  ...{ requestId, planHash, token: `token-${requestId}` },
  ...(assets === undefined ? {} : { assets }),
});
const urgent = (requestId: string): Waiter => ({ ...waiter(requestId), urgent: true });
const entered = (...waiters: Waiter[]) => waiters.reduce((lock, one) => enter(lock, one).lock, free);
/** Holders, then the queue: `a b | c`. */
const text = ({ holders, queue }: ScopeLock) =>
  [holders, queue].map((ones) => ones.map(({ requestId }) => requestId).join(' ')).join(' | ');
const ids = (waiters: readonly Waiter[]) => waiters.map(({ requestId }) => requestId);

describe('the lock of a whole scope', () => {
  it('admits no other request while it is held', () => {
    expect(text(entered(waiter('a'), waiter('b')))).toBe('a | b');
  });
  it('keeps the place of a request that queues again, with its newest token', () => {
    const lock = entered(waiter('a'), waiter('b'), waiter('c'), { ...waiter('b'), token: 'again' });
    expect(text(lock)).toBe('a | b c');
    expect(lock.queue[0]?.token).toBe('again');
  });
  it('queues an emergency before other requests, but after an earlier emergency', () => {
    expect(text(entered(waiter('a'), waiter('b'), urgent('c'), waiter('d'), urgent('e')))).toBe(
      'a | c e b d',
    );
  });
  it('admits its holder again, for another plan', () => {
    expect(entered(waiter('a'), waiter('a', undefined, 'undo')).holders).toEqual([
      { requestId: 'a', planHash: 'undo' },
    ]);
  });
  it('goes to the next in the queue when its holder leaves', () => {
    const { lock, woken } = leave(entered(waiter('a'), waiter('b'), waiter('c')), 'a');
    expect([text(lock), ids(woken)]).toEqual(['b | c', ['b']]);
  });
  it('stays with its holder when a waiting request leaves', () => {
    const { lock, woken } = leave(entered(waiter('a'), waiter('b')), 'b');
    expect([text(lock), ids(woken)]).toEqual(['a | ', []]);
  });
  it('wakes its holder again when the previous one leaves again, because the first wake-up may have been lost', () => {
    const first = leave(entered(waiter('a'), waiter('b')), 'a');
    const again = leave(first.lock, 'a');
    expect([text(again.lock), again.woken]).toEqual(['b | ', [waiter('b')]]);
  });
  it('wakes no holder that never waited', () => {
    expect(leave(entered(waiter('a')), 'b').woken).toEqual([]);
  });
  it('is free when the last request leaves; leaving twice has one effect', () => {
    const once = leave(entered(waiter('a')), 'a').lock;
    expect(text(once)).toBe(' | ');
    expect(leave(once, 'a')).toEqual({ lock: once, woken: [] });
  });
});

describe('locks of assets', () => {
  it('are held at the same time by requests without a common asset', () => {
    expect(text(entered(waiter('a', ['x']), waiter('b', ['y']), waiter('c', ['x'])))).toBe('a b | c');
  });
  it('are acquired all together or not at all', () => {
    const lock = entered(waiter('a', ['x']), waiter('b', ['x', 'y']), waiter('c', ['y']));
    expect(text(lock)).toBe('a | b c');
    expect(ids(leave(lock, 'a').woken)).toEqual(['b']);
  });
  it('exclude the lock of the whole scope', () => {
    const lock = entered(waiter('a', ['x']), waiter('all'), waiter('b', ['y']));
    expect(text(lock)).toBe('a | all b');
    const next = leave(lock, 'a');
    expect([text(next.lock), ids(next.woken)]).toEqual(['all | b', ['all']]);
    expect(ids(leave(next.lock, 'all').woken)).toEqual(['b']);
  });
  it('do not starve a queued request for the whole scope', () => {
    const stream = Array.from({ length: 20 }, (_, n) => waiter(`s${n}`, [`asset-${n}`]));
    const lock = entered(waiter('a', ['x']), waiter('all'), ...stream);
    expect(ids(leave(lock, 'a').woken)).toEqual(['all']);
  });
  it('wake every request that can acquire its locks', () => {
    const lock = entered(waiter('all'), waiter('a', ['x']), waiter('b', ['y']), waiter('c', ['x']));
    const { lock: next, woken } = leave(lock, 'all');
    expect([text(next), ids(woken)]).toEqual(['a b | c', ['a', 'b']]);
  });
  it('wake the requests behind one that leaves the queue', () => {
    const lock = entered(waiter('a', ['x']), waiter('all'), waiter('b', ['y']));
    const { lock: next, woken } = leave(lock, 'all');
    expect([text(next), ids(woken)]).toEqual(['a b | ', ['b']]);
  });
  it('are released if their holder needs an asset that another request has locked; it waits at the head of the queue', () => {
    const lock = entered(waiter('a', ['x']), waiter('b', ['y']), waiter('c', ['x']));
    const { lock: next, woken } = enter(lock, waiter('a', ['x', 'y'], 'q'));
    expect([text(next), ids(woken)]).toEqual(['b | a c', []]);
    expect(ids(leave(next, 'b').woken)).toEqual(['a']);
  });
  it('cover only the named assets; the lock of a scope also covers new assets', () => {
    const claim = { requestId: 'a', planHash: 'p', assets: ['x', 'y'] };
    expect([covers(claim, ['x']), covers(claim, ['z']), covers(claim, ['x', undefined])]).toEqual([
      ...[true, false, false],
    ]);
    expect(covers({ requestId: 'a', planHash: 'p' }, ['x', undefined])).toBe(true);
  });
});

/** A request enters with a claim, or a present request leaves. */
const move = fc.record({
  who: fc.integer({ min: 0, max: 7 }),
  leaves: fc.boolean(),
  urgent: fc.boolean(),
  assets: fc.option(fc.uniqueArray(fc.constantFrom('x', 'y', 'z'), { minLength: 1, maxLength: 3 }), {
    nil: undefined,
  }),
});
const collide = (one?: string[], other?: string[]) =>
  one === undefined || other === undefined || one.some((asset) => other.includes(asset));

it('in any order of requests, locks each asset once, blocks only on conflicts and serves every request', () => {
  fc.assert(
    fc.property(fc.array(move, { maxLength: 40 }), (moves) => {
      let lock = free;
      const check = () => {
        const { holders, queue } = lock;
        for (const [index, one] of holders.entries())
          for (const other of holders.slice(index + 1)) expect(collide(one.assets, other.assets)).toBe(false);
        for (const [index, one] of queue.entries())
          expect(
            [...holders, ...queue.slice(0, index)].some((other) => collide(one.assets, other.assets)),
          ).toBe(true);
        const there = [...holders, ...queue].map(({ requestId }) => requestId);
        expect(new Set(there).size).toBe(there.length);
      };
      for (const { who, leaves, assets, urgent: isUrgent } of moves) {
        const one = { ...waiter(`r${who}`, assets), ...(isUrgent ? { urgent: true } : {}) };
        lock = leaves ? leave(lock, one.requestId).lock : enter(lock, one).lock;
        check();
      }
      const waiting = new Set(lock.queue.map(({ requestId }) => requestId));
      for (let turn = 0; lock.holders.length > 0; turn += 1) {
        expect(turn).toBeLessThan(10);
        const { lock: next, woken } = leave(lock, lock.holders[0]?.requestId ?? '');
        for (const { requestId } of woken) expect(waiting.delete(requestId)).toBe(true);
        lock = next;
        check();
      }
      expect([...waiting, ...lock.queue]).toEqual([]);
    }),
  );
});
