/**
 * The clock of the whole local cloud. Step Functions, schedules, Cloud Control operations and approval deadlines all
 * read it and set their timers on it.
 *
 * The clock is virtual by default: when no work is in progress, it jumps to the next timer of an execution, so a
 * ten-minute wait takes no time. It never jumps only for a recurring schedule, and never past a deadline that a person
 * is expected to meet.
 */
import { type TimerKind, TimerQueue } from './timer-queue.ts';

export type { TimerKind } from './timer-queue.ts';

export interface Clock {
  /** Returns the simulated time in epoch milliseconds. */
  now(): number;
  /**
   * Calls `callback` once `now() >= dueMillis`. Returns a function that cancels the timer. Timers due at the same time
   * fire in the order in which they were set.
   */
  setTimer(dueMillis: number, callback: () => void, options: { kind: TimerKind }): () => void;
  /** Counts `work` as in progress: time doesn't jump until it has settled. */
  busy<T>(work: () => Promise<T>): Promise<T>;
  /** Starts time. Timers can be set earlier but fire only afterwards. */
  start(): void;
  /**
   * Stops time. Pending timers are kept and fire after the next `start`. A stopped clock doesn't keep the process
   * alive.
   */
  stop(): void;
  /** Resolves when no work is in progress and no timer is left that time may jump to. */
  quiet(): Promise<void>;
  /** Lets time pass, including schedules and human deadlines. Each fires at its own time. */
  pass(millis: number): Promise<void>;
}

export interface ClockOptions {
  /**
   * Simulated time at the start, in epoch milliseconds. Default 2026-01-01T00:00:00Z, so that runs are reproducible.
   */
  startMillis?: number;
  /** Simulated seconds for each real second. Default: as fast as the work allows. */
  speed?: number;
}

const DEFAULT_START_MILLIS = Date.UTC(2026, 0, 1);
/** Node fires a longer `setTimeout` at once; see Node's "Timers" page. */
const LONGEST_TIMEOUT_MILLIS = 2 ** 31 - 1;

/** Returns a stopped clock at `startMillis`. Call `start()` to start time. */
export function createClock(options: ClockOptions = {}): Clock {
  return new SimulatedClock(options.startMillis ?? DEFAULT_START_MILLIS, options.speed);
}

class SimulatedClock implements Clock {
  private readonly timers = new TimerQueue();
  private readonly speed: number | undefined;
  private readonly quietWaiters: (() => void)[] = [];
  private nowMillis: number;
  private running: boolean = false;
  private inFlight = 0;
  private passUntilMillis = 0;
  private check: NodeJS.Immediate | undefined;
  private timeout: NodeJS.Timeout | undefined;
  private anchor = { realMillis: 0, simulatedMillis: 0 };

  constructor(startMillis: number, speed: number | undefined) {
    this.nowMillis = startMillis;
    this.speed = speed;
  }

  now(): number {
    if (this.speed !== undefined && this.running) {
      const realElapsed = performance.now() - this.anchor.realMillis;
      const simulated = Math.floor(this.anchor.simulatedMillis + realElapsed * this.speed);
      this.nowMillis = Math.max(this.nowMillis, simulated);
    }
    return this.nowMillis;
  }

  setTimer(dueMillis: number, callback: () => void, options: { kind: TimerKind }): () => void {
    const timer = this.timers.add(dueMillis, options.kind, callback);
    this.scheduleCheck();
    return () => {
      this.timers.cancel(timer);
      this.scheduleCheck();
    };
  }

  async busy<T>(work: () => Promise<T>): Promise<T> {
    this.inFlight += 1;
    try {
      return await work();
    } finally {
      this.inFlight -= 1;
      if (this.inFlight === 0) this.scheduleCheck();
    }
  }

  start(): void {
    if (this.running) return;
    this.anchor = { realMillis: performance.now(), simulatedMillis: this.nowMillis };
    this.running = true;
    this.scheduleCheck();
  }

  stop(): void {
    this.now();
    this.running = false;
    clearImmediate(this.check);
    clearTimeout(this.timeout);
    this.check = undefined;
    this.timeout = undefined;
  }

  quiet(): Promise<void> {
    return new Promise((resolve) => {
      this.quietWaiters.push(resolve);
      this.scheduleCheck();
    });
  }

  pass(millis: number): Promise<void> {
    const until = this.now() + millis;
    this.passUntilMillis = Math.max(this.passUntilMillis, until);
    return new Promise((resolve) => {
      this.setTimer(until, resolve, { kind: 'schedule' });
    });
  }

  /** An immediate runs after all microtasks, so all work that a callback started has had its turn. */
  private scheduleCheck(): void {
    if (!this.running || this.check !== undefined) return;
    this.check = setImmediate(() => {
      this.check = undefined;
      this.advance();
    });
  }

  private advance(): void {
    if (this.fireDue()) this.scheduleCheck();
    else if (this.inFlight === 0) this.goOn();
  }

  private goOn(): void {
    const passing = this.passUntilMillis > this.now();
    const target = passing ? this.passUntilMillis : this.timers.nextJumpMillis();
    if (target === undefined) {
      for (const resolve of this.quietWaiters.splice(0)) resolve();
    }
    if (this.speed === undefined || passing) this.jump(target);
    else this.sleepUntil(this.timers.nextDueMillis(), this.speed);
  }

  /** Jumps from timer to timer, so that a schedule on the way fires at its own time. */
  private jump(target: number | undefined): void {
    const next = this.timers.nextDueMillis();
    if (target === undefined || next === undefined) return;
    this.nowMillis = Math.max(this.nowMillis, Math.min(target, next));
    this.anchor = { realMillis: performance.now(), simulatedMillis: this.nowMillis };
    this.scheduleCheck();
  }

  private sleepUntil(dueMillis: number | undefined, speed: number): void {
    clearTimeout(this.timeout);
    if (dueMillis === undefined) return;
    const realMillis = Math.ceil(Math.max(0, dueMillis - this.now()) / speed);
    this.timeout = setTimeout(() => this.scheduleCheck(), Math.min(realMillis, LONGEST_TIMEOUT_MILLIS));
  }

  private fireDue(): boolean {
    const due = this.timers.takeDue(this.now());
    for (const timer of due) {
      if (!timer.canceled) timer.callback();
    }
    return due.length > 0;
  }
}
