import type { Budget, StepStatus } from '../../lib/model/run.ts';
import { type Expectation, graphOf } from '../../lib/planner/graph.ts';
import { schedule } from '../../lib/planner/schedule.ts';
import { type BenchGraph, durations } from './graphs.ts';

export type Knowledge = 'exact' | 'by type' | 'unknown';
export interface Outcome {
  makespanSeconds: number;
  ticks: number;
  startedAtSeconds: readonly number[];
  endedAtSeconds: readonly number[];
}

/** Cloud Control's rate: starts per second, which is also the capacity of the bucket. */
export const rate = 5;
const bucket = { tokens: rate, capacity: rate, refillPerSecond: rate, updatedAtSeconds: 0 };

const expectations: Record<Knowledge, (graph: BenchGraph, index: number) => Expectation> = {
  exact: (graph, index) => ({ medianSeconds: graph.seconds[index] ?? 0, sigma: 0 }),
  'by type': (graph, index) => ({ medianSeconds: graph.typeMedian[index] ?? 0, sigma: durations.within }),
  unknown: () => ({ medianSeconds: durations.median, sigma: durations.sigma }),
};

/** Runs the product's scheduler with a cloud that finishes each step after its actual duration. */
export function simulate(graph: BenchGraph, knowledge: Knowledge): Outcome {
  const size = graph.seconds.length;
  const calls = graph.seconds.map(() => 'create' as const);
  const expected = graph.seconds.map((_, index) => expectations[knowledge](graph, index));
  const prepared = graphOf(graph.dependencies, calls, expected);
  const status = new Array<StepStatus>(size).fill('Waiting');
  const startedAtSeconds: number[] = new Array<number>(size);
  let budget: Budget = { create: { ...bucket }, update: { ...bucket }, delete: { ...bucket } };
  let flying: number[] = [];
  let completions = 0;
  let now = 0;
  for (let ticks = 1; ; ticks += 1) {
    flying = flying.filter((index) => {
      if ((startedAtSeconds[index] ?? 0) + (graph.seconds[index] ?? 0) > now + 1e-9) return true;
      status[index] = 'Succeeded';
      completions += 1;
      return false;
    });
    const state = { status, startedAtSeconds, stopping: false, ticks, completions };
    const decision = schedule(prepared, state, budget, now);
    budget = decision.budget;
    for (const index of decision.start) {
      status[index] = 'InFlight';
      startedAtSeconds[index] = now;
      flying.push(index);
    }
    if (decision.nextTickSeconds === undefined)
      return {
        makespanSeconds: now,
        ticks,
        startedAtSeconds,
        endedAtSeconds: startedAtSeconds.map((at, index) => at + (graph.seconds[index] ?? 0)),
      };
    now += decision.nextTickSeconds;
  }
}

/** Returns the longest path of actual durations. */
export function criticalPath(graph: BenchGraph): number {
  const end: number[] = [];
  graph.dependencies.forEach((needs, index) => {
    end[index] = Math.max(0, ...needs.map((need) => end[need] ?? 0)) + (graph.seconds[index] ?? 0);
  });
  return end.reduce((a, b) => Math.max(a, b), 0);
}

/** Returns max(critical path, steps ÷ create rate), the denominator of the ratio. */
export function bound(graph: BenchGraph): number {
  return Math.max(criticalPath(graph), graph.seconds.length / rate);
}
