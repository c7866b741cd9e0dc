import type { Budget, StepStatus, TokenBucket } from '../model/run.ts';
import type { PlanGraph } from './graph.ts';
import { nextPoll } from './next-poll.ts';

/** How far a run has come, by step index; times in epoch seconds. */
export interface RunState {
  status: readonly StepStatus[];
  startedAtSeconds: readonly (number | undefined)[];
  /** Earliest time of the next attempt of a step that was throttled. */
  retryAtSeconds?: readonly (number | undefined)[];
  /** Nothing may start any more: a step failed or someone cancelled. */
  stopping: boolean;
  /** Ticks so far, this one included. */
  ticks: number;
  /** Steps that ran and ended, well or not. */
  completions: number;
}

/** What a tick does, by step index. */
export interface Decision {
  /** Call the provider for these, in this order; their tokens are taken. */
  start: number[];
  /** These will never start: to become `Skipped`. */
  settle: number[];
  /** These could start but for the budget or a retry's delay. */
  unblock: number[];
  budget: Budget;
  /** Whole seconds until the next tick, at least 1; undefined when every step is final. */
  nextTickSeconds: number | undefined;
}

/**
 * Decides what a tick of the pump does. Pure; call it after outcomes have been recorded in `state`, so that
 * what a completion unblocks starts in the same tick. Starts what is ready, longest remaining path first,
 * as far as the buckets reach (Cloud Control: 5 creates, 5 updates, 5 deletes a second per account and region).
 * Steps that need no call (retain) start at once. `now` in epoch seconds, fractions allowed.
 */
export function schedule(graph: PlanGraph, state: RunState, budget: Budget, now: number): Decision {
  const settled = settleWaiting(graph, state);
  const ready = readySteps(graph, state, settled);
  const refilled = refill(budget, now);
  const { start, held } = startReady(graph, state, ready, refilled, now);
  const settle: number[] = [];
  settled.forEach((is, index) => {
    if (is) settle.push(index);
  });
  const nextTickSeconds = nextPoll({ graph, state, settled, start, held, budget: refilled, now });
  return { start, settle, unblock: held, budget: refilled, nextTickSeconds };
}

/** Marks waiting steps that never start: all when the run stops, else those behind a failed or skipped one. */
function settleWaiting(graph: PlanGraph, state: RunState): boolean[] {
  if (state.stopping) return state.status.map((status) => status === 'Waiting');
  const settled = new Array<boolean>(graph.size).fill(false);
  const lost: number[] = [];
  state.status.forEach((status, index) => {
    if (status === 'Failed' || status === 'Skipped') lost.push(index);
  });
  for (let at = lost.pop(); at !== undefined; at = lost.pop()) {
    for (const next of graph.dependents[at] ?? []) {
      if (settled[next] || state.status[next] !== 'Waiting') continue;
      settled[next] = true;
      lost.push(next);
    }
  }
  return settled;
}

/** Waiting steps whose dependencies have all succeeded, longest remaining path first, then by index. */
function readySteps(graph: PlanGraph, state: RunState, settled: boolean[]): number[] {
  const ready: number[] = [];
  state.status.forEach((status, index) => {
    if (status !== 'Waiting' || settled[index]) return;
    if (graph.dependencies[index]?.every((need) => state.status[need] === 'Succeeded')) ready.push(index);
  });
  const { remainingSeconds } = graph;
  return ready.sort((a, b) => (remainingSeconds[b] ?? 0) - (remainingSeconds[a] ?? 0) || a - b);
}

/** The budget as it stands at `now`: refilled by elapsed time, up to its capacity. */
function refill(budget: Budget, now: number): Budget {
  const one = (bucket: TokenBucket) => {
    const elapsed = Math.max(0, now - bucket.updatedAtSeconds);
    const tokens = Math.min(bucket.capacity, bucket.tokens + elapsed * bucket.refillPerSecond);
    return { ...bucket, tokens, updatedAtSeconds: Math.max(now, bucket.updatedAtSeconds) };
  };
  return Object.fromEntries(Object.entries(budget).map(([name, bucket]) => [name, one(bucket)]));
}

/** Takes a token for each step that may start; `budget` is this tick's own copy. */
function startReady(graph: PlanGraph, state: RunState, ready: number[], budget: Budget, now: number) {
  const start: number[] = [];
  const held: number[] = [];
  for (const index of ready) {
    const call = graph.calls[index];
    const bucket = call === undefined ? undefined : budget[call];
    const early = (state.retryAtSeconds?.[index] ?? now) > now;
    // A thousandth of slack: refills are sums of fractions.
    if (early || (bucket !== undefined && bucket.tokens < 0.999)) {
      held.push(index);
      continue;
    }
    if (bucket !== undefined) bucket.tokens = Math.max(0, bucket.tokens - 1);
    start.push(index);
  }
  return { start, held };
}
