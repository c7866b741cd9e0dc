/** Pending timers, ordered by due time and then by the order in which they were set. */

/** The clock jumps to `execution` timers. `schedule` timers fire on the way. `human` timers stop the jump. */
export type TimerKind = 'execution' | 'schedule' | 'human';

export interface Timer {
  readonly dueMillis: number;
  readonly order: number;
  readonly kind: TimerKind;
  callback: () => void;
  canceled: boolean;
}

const nothing = () => {};

/** Keeps a heap of timers for each kind, because jumps depend on the kind. */
export class TimerQueue {
  private readonly heaps: Record<TimerKind, Timer[]> = { execution: [], schedule: [], human: [] };
  private set = 0;
  private canceledCount = 0;

  add(dueMillis: number, kind: TimerKind, callback: () => void): Timer {
    this.set += 1;
    const timer: Timer = { dueMillis, order: this.set, kind, callback, canceled: false };
    push(this.heaps[kind], timer);
    return timer;
  }

  /** Releases the callback of a canceled timer. Its entry leaves the heap later. */
  cancel(timer: Timer): void {
    if (timer.canceled) return;
    timer.canceled = true;
    timer.callback = nothing;
    this.canceledCount += 1;
    const total = Object.values(this.heaps).reduce((sum, heap) => sum + heap.length, 0);
    if (this.canceledCount > 1000 && this.canceledCount > total / 2) this.compact();
  }

  /** A sorted list is a heap. */
  private compact(): void {
    for (const kind of Object.keys(this.heaps) as TimerKind[]) {
      this.heaps[kind] = this.heaps[kind].filter((timer) => !timer.canceled).sort(compare);
    }
    this.canceledCount = 0;
  }

  /** Removes and returns all timers due at `nowMillis`, in order. */
  takeDue(nowMillis: number): Timer[] {
    const due: Timer[] = [];
    for (const heap of Object.values(this.heaps)) {
      for (let top = peek(heap); top !== undefined && top.dueMillis <= nowMillis; top = peek(heap)) {
        due.push(top);
        pop(heap);
      }
    }
    return due.sort(compare);
  }

  /** Returns the earliest due time of any kind. */
  nextDueMillis(): number | undefined {
    const tops = Object.values(this.heaps).map((heap) => peek(heap)?.dueMillis);
    return tops.reduce(
      (least, due) => (least === undefined || (due ?? least) < least ? due : least),
      undefined,
    );
  }

  /** Returns the time to jump to: the next timer of an execution, unless a human deadline comes first. */
  nextJumpMillis(): number | undefined {
    const execution = peek(this.heaps.execution)?.dueMillis;
    const human = peek(this.heaps.human)?.dueMillis;
    if (execution === undefined) return undefined;
    return human !== undefined && human <= execution ? undefined : execution;
  }
}

function compare(a: Timer, b: Timer): number {
  return a.dueMillis - b.dueMillis || a.order - b.order;
}

function peek(heap: Timer[]): Timer | undefined {
  while (heap[0]?.canceled) pop(heap);
  return heap[0];
}

function push(heap: Timer[], timer: Timer): void {
  let index = heap.push(timer) - 1;
  while (index > 0) {
    const parent = (index - 1) >> 1;
    const above = heap[parent];
    if (above === undefined || compare(above, timer) <= 0) break;
    heap[index] = above;
    index = parent;
  }
  heap[index] = timer;
}

function pop(heap: Timer[]): void {
  const last = heap.pop();
  if (last === undefined || heap.length === 0) return;
  let index = 0;
  for (;;) {
    const left = 2 * index + 1;
    const leftTimer = heap[left];
    if (leftTimer === undefined) break;
    const rightTimer = heap[left + 1];
    const useRight = rightTimer !== undefined && compare(rightTimer, leftTimer) < 0;
    const child = useRight ? rightTimer : leftTimer;
    if (compare(last, child) <= 0) break;
    heap[index] = child;
    index = useRight ? left + 1 : left;
  }
  heap[index] = last;
}
