import type { Budget, TokenBucket } from '../model/run.ts';
import type { PlanGraph } from './graph.ts';
import { nextPoll } from './next-poll.ts';
import type { RunState } from './run-state.ts';

export type { RunState } from './run-state.ts';

/** The actions of a tick, by step index. */
export interface Decision {
  /** Steps for which to call the provider, in this order. Their tokens are taken. */
  start: number[];
  /** Steps that will never start, and become `Skipped`. */
  settle: number[];
  /** Steps that are ready but delayed by the budget or a retry. */
  unblock: number[];
  budget: Budget;
  /** Whole seconds until the next tick, at least 1. Undefined if every step is final. */
  nextTickSeconds: number | undefined;
}

/**
 * Decides the actions of a tick of the pump. Pure. Call it after outcomes were recorded in `state`, so that unblocked
 * steps start in the same tick. Starts ready steps by longest remaining path, as far as the buckets allow (Cloud
 * Control: 5 creates, 5 updates, 5 deletes per second for each account and region). Steps without a call (retain) start
 * at once. `now` in epoch seconds, fractions allowed.
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

/**
 * Marks waiting steps that never start: all if the run stops, and otherwise those that depend on a failed or skipped
 * step.
 */
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

/** Returns waiting steps whose dependencies have all succeeded, by longest remaining path, then by index. */
function readySteps(graph: PlanGraph, state: RunState, settled: boolean[]): number[] {
  const ready: number[] = [];
  state.status.forEach((status, index) => {
    if (status !== 'Waiting' || settled[index]) return;
    if (graph.dependencies[index]?.every((need) => state.status[need] === 'Succeeded')) ready.push(index);
  });
  const { remainingSeconds } = graph;
  return ready.sort((a, b) => (remainingSeconds[b] ?? 0) - (remainingSeconds[a] ?? 0) || a - b);
}

/** Returns the budget at `now`: refilled by elapsed time, up to its capacity. */
function refill(budget: Budget, now: number): Budget {
  const one = (bucket: TokenBucket) => {
    const elapsed = Math.max(0, now - bucket.updatedAtSeconds);
    const tokens = Math.min(bucket.capacity, bucket.tokens + elapsed * bucket.refillPerSecond);
    return { ...bucket, tokens, updatedAtSeconds: Math.max(now, bucket.updatedAtSeconds) };
  };
  return Object.fromEntries(Object.entries(budget).map(([name, bucket]) => [name, one(bucket)]));
}

/** Takes a token for each step that may start. `budget` is this tick's own copy. */
function startReady(graph: PlanGraph, state: RunState, ready: number[], budget: Budget, now: number) {
  const start: number[] = [];
  const held: number[] = [];
  for (const index of ready) {
    const call = graph.calls[index];
    const bucket = call === undefined ? undefined : budget[call];
    const early = (state.retryAtSeconds?.[index] ?? now) > now;
    // A thousandth of tolerance, because refills are sums of fractions.
    if (early || (bucket !== undefined && bucket.tokens < 0.999)) {
      held.push(index);
      continue;
    }
    if (bucket !== undefined) bucket.tokens = Math.max(0, bucket.tokens - 1);
    start.push(index);
  }
  return { start, held };
}
