import type { BenchGraph } from './graphs.ts';
import type { Outcome } from './simulate.ts';
import { rate } from './simulate.ts';

/**
 * The baselines for the scheduler, on the same graphs and the same cloud. Both poll every second, and their ticks are
 * not limited.
 */

/** Level by level: a level starts when the previous one is done, at the permitted rate. */
export function levelWaves(graph: BenchGraph): Outcome {
  const level: number[] = [];
  graph.dependencies.forEach((needs, index) => {
    level[index] = Math.max(-1, ...needs.map((need) => level[need] ?? 0)) + 1;
  });
  const deepest = level.reduce((a, b) => Math.max(a, b), 0);
  const startedAtSeconds: number[] = [];
  const endedAtSeconds: number[] = [];
  let now = 0;
  for (let wave = 0; wave <= deepest; wave += 1) {
    let end = now;
    let started = 0;
    level.forEach((at, index) => {
      if (at !== wave) return;
      startedAtSeconds[index] = now + Math.floor(started / rate);
      started += 1;
      endedAtSeconds[index] = (startedAtSeconds[index] ?? 0) + (graph.seconds[index] ?? 0);
      end = Math.max(end, endedAtSeconds[index] ?? 0);
    });
    now = Math.ceil(end);
  }
  return { makespanSeconds: now, ticks: now, startedAtSeconds, endedAtSeconds };
}

/** Ten at a time, in request order: a ready step takes the next free slot. */
export function tenSlots(graph: BenchGraph): Outcome {
  const size = graph.seconds.length;
  const open = graph.dependencies.map((needs) => needs.length);
  const dependents: number[][] = graph.dependencies.map(() => []);
  graph.dependencies.forEach((needs, index) => {
    for (const need of needs) dependents[need]?.push(index);
  });
  const startedAtSeconds: number[] = [];
  const endedAtSeconds: number[] = [];
  const ready = open.flatMap((count, index) => (count === 0 ? [index] : []));
  let flying: number[] = [];
  let done = 0;
  let now = 0;
  for (; done < size; now += 1) {
    const ended = flying.filter((index) => (endedAtSeconds[index] ?? 0) <= now);
    flying = flying.filter((index) => (endedAtSeconds[index] ?? 0) > now);
    done += ended.length;
    for (const next of ended.flatMap((index) => dependents[index] ?? [])) {
      open[next] = (open[next] ?? 0) - 1;
      if (open[next] === 0) ready.push(next);
    }
    const starts = Math.min(rate, 10 - flying.length, ready.length);
    for (const index of ready.splice(0, starts)) {
      startedAtSeconds[index] = now;
      endedAtSeconds[index] = now + (graph.seconds[index] ?? 0);
      flying.push(index);
    }
  }
  return { makespanSeconds: now - 1, ticks: now, startedAtSeconds, endedAtSeconds };
}
