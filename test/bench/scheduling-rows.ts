import { levelWaves, tenSlots } from './baselines.ts';
import { figureOf, type Row } from './figures.ts';
import { type BenchGraph, graphMakers } from './graphs.ts';
import { bound, type Knowledge, type Outcome, simulate } from './simulate.ts';

const walks: Record<string, { walk: (graph: BenchGraph) => Outcome; median?: number; p95?: number }> = {
  'known exactly': { walk: known('exact'), median: 1.02, p95: 1.05 },
  'known by type': { walk: known('by type'), median: 1.03, p95: 1.08 },
  unknown: { walk: known('unknown') },
  'level waves': { walk: levelWaves },
  'ten slots': { walk: tenSlots },
};

function known(knowledge: Knowledge): (graph: BenchGraph) => Outcome {
  return (graph) => simulate(graph, knowledge);
}

/** Makespan ÷ max(critical path, n ÷ rate), for each kind of graph and each scheduler. */
export function schedulingRows(seeds: number): Row[] {
  return Object.entries(graphMakers).flatMap(([name, make]) => {
    const graphs = Array.from({ length: seeds }, (_, at) => make(at + 1));
    return Object.entries(walks).map(([way, { walk, median, p95 }]): Row => {
      const runs = graphs.map((graph) => ({ graph, run: walk(graph) }));
      const ratio = figureOf(runs.map(({ graph, run }) => run.makespanSeconds / bound(graph)));
      const ticks = figureOf(runs.map(({ graph, run }) => run.ticks / graph.seconds.length));
      const ticksMax = Math.max(...runs.map(({ graph, run }) => run.ticks / graph.seconds.length));
      const row: Row = {
        section: 'makespan ÷ bound (median / p95)',
        name: `${name}, ${way}`,
        figures: {
          ratio,
          seconds: figureOf(runs.map(({ run }) => run.makespanSeconds)),
          'ticks ÷ completions': ticks,
          'most ticks': ticksMax,
        },
      };
      if (median === undefined || p95 === undefined) return row;
      const met = ratio.median <= median && ratio.p95 <= p95 && ticksMax <= 1;
      return { ...row, target: `≤ ${median} / ${p95}, ticks ≤ 1`, met };
    });
  });
}
