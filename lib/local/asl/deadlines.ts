/**
 * The timeouts that apply to the work of a run. While a callback task inside waits for a person, the timers are of kind
 * `human`, so the clock never jumps over them.
 */
import type { Clock, TimerKind } from '../clock.ts';

interface Deadline {
  dueMillis: number;
  callback: () => void;
  cancel: () => void;
}

export class Deadlines {
  private readonly clock: Clock;
  private readonly around: Deadlines | undefined;
  private readonly open = new Set<Deadline>();
  private humanWaits = 0;

  /** @param around the deadlines of the execution that waits for this one */
  constructor(clock: Clock, around?: Deadlines) {
    this.clock = clock;
    this.around = around;
  }

  /** Calls back at the due time. Returns a function that cancels the deadline. */
  add(dueMillis: number, callback: () => void): () => void {
    const deadline: Deadline = { dueMillis, callback, cancel: () => {} };
    this.open.add(deadline);
    this.arm(deadline);
    return () => {
      this.open.delete(deadline);
      deadline.cancel();
    };
  }

  /** Marks that a person is being waited for, until the returned function is called. */
  beginHumanWait(): () => void {
    this.changeHumanWaits(1);
    return () => this.changeHumanWaits(-1);
  }

  private changeHumanWaits(by: number): void {
    const before = this.humanWaits > 0;
    this.humanWaits += by;
    if (before !== this.humanWaits > 0) {
      for (const deadline of this.open) this.arm(deadline);
    }
    this.around?.changeHumanWaits(by);
  }

  private arm(deadline: Deadline): void {
    deadline.cancel();
    const kind: TimerKind = this.humanWaits > 0 ? 'human' : 'execution';
    deadline.cancel = this.clock.setTimer(deadline.dueMillis, deadline.callback, { kind });
  }
}
