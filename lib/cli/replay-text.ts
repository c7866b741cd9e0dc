import type { LoadTrace } from '../model/load-trace.ts';
import type { Comparison, ReplayRow } from '../scaling/replay/compare.ts';
import type { ReplayedDecision } from '../scaling/replay/policy-decider.ts';
import { counted, type Paint } from './style.ts';

export interface ShownReplay {
  file: string;
  policy: string | undefined;
  trace: LoadTrace;
  comparison: Comparison;
  /** How many decisions are listed. */
  decisions: number;
}

/** Formats a replay: the load, a table of the policy and those it is compared with, and the first decisions. */
export function replayText(
  { file, policy, trace, comparison, decisions }: ShownReplay,
  paint: Paint,
): string[] {
  const { values, intervalSeconds, startMillis: start } = trace;
  const missing = values.filter((value) => value === null).length;
  const from = start === undefined ? '' : `, from ${new Date(start).toISOString()}`;
  const gaps = missing === 0 ? '' : `, ${counted(missing, 'point')} missing`;
  const shown = comparison.decisions.slice(0, decisions);
  const all = comparison.decisions.length;
  return [
    `${paint('strong', file)}: ${counted(values.length, 'point')}, one each ${intervalSeconds} s${from}${gaps}`,
    `${policy ?? 'the default policy'}; one unit of capacity serves ${Number(comparison.unit.toPrecision(4))} in an interval`,
    '',
    ...table(comparison.rows, paint),
    '',
    ...(all === 0 ? ['no decision changes the capacity'] : []),
    ...(shown.length > 0
      ? [`${counted(all, 'decision')}${all > shown.length ? `, the first ${shown.length}` : ''}:`]
      : []),
    ...shown.map((decision) => decisionText(decision, comparison.unit, trace)),
  ];
}

const columns: [head: string, show: (row: ReplayRow) => string][] = [
  ['cost ÷ optimum', ({ costToOptimum }) => costToOptimum.toFixed(2)],
  ['overloaded %', ({ overloadedPercent }) => overloadedPercent.toFixed(2)],
  ['unserved %', ({ unservedPercent }) => unservedPercent.toFixed(2)],
  ['changes a day', ({ changesADay }) => changesADay.toFixed(1)],
  ['mean capacity', ({ meanCapacity }) => meanCapacity.toFixed(1)],
];

function table(rows: readonly ReplayRow[], paint: Paint): string[] {
  const names = Math.max(...rows.map(({ policy }) => policy.length));
  const head = `${' '.repeat(names)}${columns.map(([text]) => `  ${text}`).join('')}`;
  return [
    paint('quiet', head),
    ...rows.map((row, index) => {
      const cells = columns.map(([text, show]) => `  ${show(row).padStart(text.length)}`).join('');
      return `${paint(index === 0 ? 'strong' : 'quiet', row.policy.padEnd(names))}${cells}`;
    }),
  ];
}

function decisionText(
  { index, from, to, load, decision }: ReplayedDecision,
  unit: number,
  { startMillis: start, intervalSeconds }: LoadTrace,
): string {
  const seconds = (index + 1) * intervalSeconds;
  const at = start === undefined ? `after ${seconds} s` : new Date(start + seconds * 1000).toISOString();
  const seen = load === null ? 'load missing' : `load ${Number((load * unit).toPrecision(4))}`;
  const asks = decision.winner === null ? '' : `, ${decision.winner} asks for ${decision.wanted}`;
  const limits = decision.bound.map(({ kind, name, to: held }) => `, ${kind} ${name}: ${held}`);
  return `  ${at}  ${from} → ${to}  ${seen}${asks}${limits.join('')}`;
}
