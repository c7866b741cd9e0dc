import { describe, expect, it } from 'vitest';
import { type Clock, createClock, type TimerKind } from '../../lib/local/clock.ts';

const SECOND = 1000;

function started(options: Parameters<typeof createClock>[0] = {}): Clock {
  const clock = createClock({ startMillis: 0, ...options });
  clock.start();
  return clock;
}

function note(clock: Clock, log: string[], seconds: number, name: string, kind: TimerKind = 'execution') {
  return clock.setTimer(seconds * SECOND, () => log.push(`${name} at ${clock.now() / SECOND}`), { kind });
}

describe('the virtual clock', () => {
  it('jumps from timer to timer in due order, however they were set', async () => {
    const [clock, log]: [Clock, string[]] = [started(), []];
    note(clock, log, 600, 'database');
    note(clock, log, 5, 'bucket');
    await clock.quiet();
    expect(log).toEqual(['bucket at 5', 'database at 600']);
  });

  it('fires timers with the same due time in the order they were set, of any kind', async () => {
    const [clock, log]: [Clock, string[]] = [started(), []];
    for (let i = 0; i < 50; i += 1) note(clock, log, 1, String(i), i % 2 === 0 ? 'execution' : 'schedule');
    await clock.quiet();
    expect(log).toEqual(Array.from({ length: 50 }, (_, i) => `${i} at 1`));
  });

  it('keeps the due order for thousands of random timers', async () => {
    const clock = started();
    const fired: number[] = [];
    const due = Array.from({ length: 3000 }, (_, i) => (i * 7919) % 1009);
    for (const seconds of due) clock.setTimer(seconds, () => fired.push(seconds), { kind: 'execution' });
    await clock.quiet();
    expect(fired).toEqual(due.sort((a, b) => a - b));
  });

  it('does not jump while work is in progress', async () => {
    const [clock, log]: [Clock, string[]] = [started(), []];
    let finish = () => {};
    const work = clock.busy(() => new Promise<void>((resolve) => (finish = resolve)));
    note(clock, log, 1, 'timer');
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(log).toEqual([]);
    finish();
    await work;
    await clock.quiet();
    expect(log).toEqual(['timer at 1']);
  });

  it('continues after work that fails', async () => {
    const clock = started();
    await expect(clock.busy(() => Promise.reject(new Error('broken')))).rejects.toThrow('broken');
    await clock.quiet();
  });

  it('never jumps for a schedule alone, and fires it on the way to an execution timer', async () => {
    const [clock, log]: [Clock, string[]] = [started(), []];
    note(clock, log, 60, 'sweep', 'schedule');
    await clock.quiet();
    expect(log).toEqual([]);
    note(clock, log, 90, 'wait');
    await clock.quiet();
    expect(log).toEqual(['sweep at 60', 'wait at 90']);
  });

  it('never jumps past a pending human decision', async () => {
    const [clock, log]: [Clock, string[]] = [started(), []];
    const decide = note(clock, log, 3600, 'approval timeout', 'human');
    note(clock, log, 60, 'before');
    note(clock, log, 7200, 'after');
    await clock.quiet();
    expect(log).toEqual(['before at 60']);
    decide();
    await clock.quiet();
    expect(log).toEqual(['before at 60', 'after at 7200']);
  });

  it('passes the given time, including schedules and human decisions, each at its own time', async () => {
    const [clock, log]: [Clock, string[]] = [started(), []];
    note(clock, log, 60, 'seal', 'schedule');
    note(clock, log, 90, 'reminder', 'human');
    note(clock, log, 100, 'expiry', 'human');
    await clock.pass(95 * SECOND);
    await clock.quiet();
    expect([clock.now(), log]).toEqual([95 * SECOND, ['seal at 60', 'reminder at 90']]);
  });

  it('does not fire a canceled timer, even if a timer due at the same time cancels it', async () => {
    const [clock, log]: [Clock, string[]] = [started(), []];
    let cancel = () => {};
    clock.setTimer(SECOND, () => cancel(), { kind: 'execution' });
    cancel = note(clock, log, 1, 'canceled');
    await clock.quiet();
    expect(log).toEqual([]);
    expect(clock.now()).toBe(SECOND);
  });

  it('fires timers that became due while it was stopped', async () => {
    const log: string[] = [];
    const clock = createClock({ startMillis: 0 });
    note(clock, log, 1, 'timer');
    await new Promise((resolve) => setImmediate(resolve));
    expect(log).toEqual([]);
    clock.start();
    await clock.quiet();
    expect(log).toEqual(['timer at 1']);
  });

  it('fires a timer in the past at once, without going back', async () => {
    const [clock, log]: [Clock, string[]] = [started({ startMillis: 100 * SECOND }), []];
    note(clock, log, 1, 'late');
    await clock.quiet();
    expect(log).toEqual(['late at 100']);
  });

  it('forgets many canceled timers', async () => {
    const [clock, log]: [Clock, string[]] = [started(), []];
    for (let i = 0; i < 5000; i += 1) note(clock, log, 1000 + i, 'never')();
    note(clock, log, 1, 'only');
    await clock.quiet();
    expect(log).toEqual(['only at 1']);
  });
});

describe('a clock with a speed', () => {
  it('passes simulated time at that rate', async () => {
    const [clock, log]: [Clock, string[]] = [started({ speed: 1000 }), []];
    const before = performance.now();
    note(clock, log, 30, 'timer');
    await clock.quiet();
    const realMillis = performance.now() - before;
    clock.stop();
    expect(log).toHaveLength(1);
    expect(realMillis).toBeGreaterThan(25);
    expect(realMillis).toBeLessThan(1000);
  });

  it('passes a given time at once, and continues at its rate', async () => {
    const clock = started({ speed: 1000 });
    await clock.pass(86_400 * SECOND);
    const passed = clock.now();
    expect(passed).toBeGreaterThanOrEqual(86_400 * SECOND);
    expect(passed).toBeLessThan(86_400 * SECOND + 3600 * SECOND);
    clock.stop();
  });

  it('stands still after a stop', async () => {
    const clock = started({ speed: 1000 });
    clock.stop();
    const then = clock.now();
    await new Promise((resolve) => setTimeout(resolve, 10));
    expect(clock.now()).toBe(then);
  });
});
