import { describe, expect, it } from 'vitest';
import { enter, leave, type ScopeLock } from '../../lib/ledger/lock.ts';

const free: ScopeLock = { version: 0, queue: [] };
const waiter = (requestId: string, planHash = 'p') => ({ requestId, planHash, token: `token-${requestId}` });
const names = ({ holder, queue }: ScopeLock) => [
  holder?.requestId,
  ...queue.map(({ requestId }) => requestId),
];

describe('a scope lock', () => {
  it('admits no other request while it is held', () => {
    expect(names(enter(enter(free, waiter('a')), waiter('b')))).toEqual(['a', 'b']);
  });
  it('keeps the place of a request that queues again, with its newest token', () => {
    const lock = [waiter('a'), waiter('b'), waiter('c'), { ...waiter('b'), token: 'again' }].reduce(
      enter,
      free,
    );
    expect(names(lock)).toEqual(['a', 'b', 'c']);
    expect(lock.queue[0]?.token).toBe('again');
  });
  it('queues an emergency before other requests, but after an earlier emergency', () => {
    const urgent = (requestId: string) => ({ ...waiter(requestId), urgent: true });
    const lock = [waiter('a'), waiter('b'), urgent('c'), waiter('d'), urgent('e')].reduce(enter, free);
    expect(names(lock)).toEqual(['a', 'c', 'e', 'b', 'd']);
  });
  it('admits its holder again, for another plan', () => {
    expect(enter(enter(free, waiter('a')), waiter('a', 'undo')).holder).toEqual({
      requestId: 'a',
      planHash: 'undo',
    });
  });
  it('goes to the next in the queue when its holder leaves', () => {
    const { lock, woken } = leave([waiter('a'), waiter('b'), waiter('c')].reduce(enter, free), 'a');
    expect([names(lock), woken?.requestId]).toEqual([['b', 'c'], 'b']);
  });
  it('stays with its holder when a waiting request leaves', () => {
    const { lock, woken } = leave([waiter('a'), waiter('b')].reduce(enter, free), 'b');
    expect([names(lock), woken]).toEqual([['a'], undefined]);
  });
  it('wakes its holder again when the previous one leaves again, because the first wake-up may have been lost', () => {
    const first = leave([waiter('a'), waiter('b')].reduce(enter, free), 'a');
    const again = leave(first.lock, 'a');
    expect([names(again.lock), again.woken]).toEqual([['b'], waiter('b')]);
  });
  it('wakes no holder that never waited', () => {
    expect(leave(enter(free, waiter('a')), 'b').woken).toBeUndefined();
  });
  it('is free when the last request leaves; leaving twice has one effect', () => {
    const once = leave(enter(free, waiter('a')), 'a').lock;
    expect(names(once)).toEqual([undefined]);
    expect(leave(once, 'a')).toEqual({ lock: once, woken: undefined });
  });
});
