/**
 * Structured cancellation: an execution, a branch, an iteration each has a
 * scope; cancelling one rejects every wait inside it and below it. Waits leave
 * nothing behind once they are over, unlike a race between promises.
 */
import { Cancelled } from './errors.ts';

export class Scope {
  private readonly listeners = new Set<() => void>();
  private leaveParent: (() => void) | undefined;
  private ended: boolean = false;

  get cancelled(): boolean {
    return this.ended;
  }

  /** A scope that ends with this one; `close` it when its work is over. */
  child(): Scope {
    const child = new Scope();
    if (this.ended) child.ended = true;
    else child.leaveParent = this.onCancel(() => child.cancel());
    return child;
  }

  /** Ends all work inside. Its listeners run in the order they came. */
  cancel(): void {
    if (this.ended) return;
    this.ended = true;
    for (const listener of [...this.listeners]) listener();
    this.listeners.clear();
  }

  /** The work is over: the parent forgets this scope. */
  close(): void {
    this.leaveParent?.();
    this.leaveParent = undefined;
  }

  /** Calls the listener when the scope is cancelled; the function returned takes it back. */
  onCancel(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  throwIfCancelled(): void {
    if (this.ended) throw new Cancelled();
  }

  /** Waits for something that calls back; `start` returns how to give it up. Rejects with Cancelled. */
  wait<T>(start: (resolve: (value: T) => void, reject: (error: unknown) => void) => () => void): Promise<T> {
    if (this.ended) return Promise.reject(new Cancelled());
    return new Promise<T>((resolve, reject) => {
      let giveUp = () => {};
      const forget = this.onCancel(() => {
        giveUp();
        reject(new Cancelled());
      });
      const settle = <V>(act: (value: V) => void) => {
        return (value: V) => {
          forget();
          giveUp();
          act(value);
        };
      };
      giveUp = start(settle(resolve), settle(reject));
    });
  }

  /** The promise's outcome, or Cancelled as soon as the scope is; the promise itself runs to its end. */
  guard<T>(promise: Promise<T>): Promise<T> {
    return this.wait<T>((resolve, reject) => {
      promise.then(resolve, reject);
      return () => {};
    });
  }
}
