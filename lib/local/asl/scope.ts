/**
 * Structured cancellation. Each execution, branch and iteration has a scope, and canceling a scope rejects every wait
 * inside it and its children. A finished wait leaves nothing behind, unlike a race between promises.
 */
import { Canceled } from './errors.ts';

export class Scope {
  private readonly listeners = new Set<() => void>();
  private leaveParent: (() => void) | undefined;
  private ended: boolean = false;

  get canceled(): boolean {
    return this.ended;
  }

  /** Returns a scope that is canceled together with this one. Call `close` when its work is done. */
  child(): Scope {
    const child = new Scope();
    if (this.ended) child.ended = true;
    else child.leaveParent = this.onCancel(() => child.cancel());
    return child;
  }

  /** Cancels all work inside. Listeners run in the order in which they were added. */
  cancel(): void {
    if (this.ended) return;
    this.ended = true;
    for (const listener of [...this.listeners]) listener();
    this.listeners.clear();
  }

  /** Removes the scope from its parent after its work is done. */
  close(): void {
    this.leaveParent?.();
    this.leaveParent = undefined;
  }

  /** Calls the listener when the scope is canceled. Returns a function that removes the listener. */
  onCancel(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  throwIfCanceled(): void {
    if (this.ended) throw new Canceled();
  }

  /** Waits for a callback. `start` returns a function that gives up the wait. Rejects with Canceled. */
  wait<T>(start: (resolve: (value: T) => void, reject: (error: unknown) => void) => () => void): Promise<T> {
    if (this.ended) return Promise.reject(new Canceled());
    return new Promise<T>((resolve, reject) => {
      let giveUp = () => {};
      const forget = this.onCancel(() => {
        giveUp();
        reject(new Canceled());
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

  /**
   * Settles as the promise does, or rejects with Canceled as soon as the scope is canceled. The promise itself keeps
   * running.
   */
  guard<T>(promise: Promise<T>): Promise<T> {
    return this.wait<T>((resolve, reject) => {
      promise.then(resolve, reject);
      return () => {};
    });
  }
}
