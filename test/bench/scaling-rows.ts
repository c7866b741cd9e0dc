import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { compareOnTrace, defaultPolicy, type ReplayRow, unitOf } from '../../lib/scaling/replay/compare.ts';
import type { Row } from './figures.ts';

const file = join(import.meta.dirname, '..', '..', '..', 'shared', 'data', 'scaling', 'traces.json');

/** By source: the most cost ÷ optimum, unserved load in percent, and changes a day of the default policy. */
const targets: Record<string, [cost: number, unserved: number, changes: number]> = {
  'nasa-http': [1.45, 0.75, 60],
  'elb-requests': [2.45, 7, 60],
  'twitter-amzn': [1.5, 1.5, 40],
  'nyc-taxi': [1.2, 1.1, 30],
};

interface Window {
  id: string;
  intervalSeconds: number;
  values: number[];
}

/** Replays load traces against the default policy and others. Figures are means over the windows of a source. */
export function scalingRows(windowsMax: number): Row[] {
  if (!existsSync(file)) return [];
  const all = JSON.parse(readFileSync(file, 'utf8')) as Window[];
  return Object.entries(targets).flatMap(([source, target]) => {
    const windows = all.filter(
      ({ id, values }) => id.startsWith(source) && values.some((value) => value > 0),
    );
    const compared = windows.slice(0, windowsMax).map((window) => {
      const unit = unitOf(window);
      const { intervalSeconds, values } = window;
      return compareOnTrace({ intervalSeconds, values }, defaultPolicy(unit), unit).rows;
    });
    return (compared[0] ?? []).map(({ policy }, index) =>
      rowOf(
        `${source}, ${policy}`,
        compared.flatMap((rows) => rows[index] ?? []),
        index === 0 ? target : undefined,
      ),
    );
  });
}

function rowOf(name: string, rows: readonly ReplayRow[], target: [number, number, number] | undefined): Row {
  const mean = (of: (row: ReplayRow) => number) => rows.reduce((sum, row) => sum + of(row), 0) / rows.length;
  const figures = {
    'cost ÷ optimum': mean(({ costToOptimum }) => costToOptimum),
    'overloaded %': mean(({ overloadedPercent }) => overloadedPercent),
    'unserved %': mean(({ unservedPercent }) => unservedPercent),
    'changes a day': mean(({ changesADay }) => changesADay),
    'mean capacity': mean(({ meanCapacity }) => meanCapacity),
  };
  const row = { section: 'scaling', name, figures };
  if (target === undefined) return row;
  const [cost, unserved, changes] = target;
  const met =
    figures['cost ÷ optimum'] <= cost &&
    figures['unserved %'] <= unserved &&
    figures['changes a day'] <= changes;
  return { ...row, target: `≤ ${cost}, ≤ ${unserved} %, ≤ ${changes}`, met };
}
