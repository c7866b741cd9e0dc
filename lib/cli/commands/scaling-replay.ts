import { readFileSync, writeFileSync } from 'node:fs';
import { parseDocument } from 'yaml';
import { type LoadTrace, parseLoadTrace } from '../../model/load-trace.ts';
import { readScalingPolicies, type ScalingPolicy } from '../../model/scaling-policy.ts';
import { chartSvg } from '../../scaling/replay/chart.ts';
import { type Comparison, compareOnTrace, defaultPolicy, unitOf } from '../../scaling/replay/compare.ts';
import { costModel } from '../../scaling/replay/model.ts';
import { exitStatus, type Run } from '../command.ts';
import { replayOfDecision } from '../decision-replay.ts';
import { intervalProblem, intervalSeconds } from '../interval.ts';
import { printJson } from '../print-json.ts';
import { replayText } from '../replay-text.ts';
import { painter } from '../style.ts';
import { UsageError } from '../usage-error.ts';

interface Options {
  decision?: string | undefined;
  policy?: string | undefined;
  unit?: number | undefined;
  interval?: string | undefined;
  chart?: string | undefined;
  decisions?: number | undefined;
  json: boolean;
}

export const run: Run<Options> = async ({ operands: [file = ''], options, terminal, environment }) => {
  const { decision } = options;
  if ((decision === undefined) === (file === ''))
    throw new UsageError(['expected either a TRACE or --decision ID'], 'scaling replay');
  if (decision !== undefined) return replayOfDecision(decision, { options, terminal, environment });
  const trace = traceOf(file, options.interval);
  const policy = options.policy === undefined ? undefined : policyOf(options.policy, trace);
  const unit = options.unit ?? (policy === undefined ? undefined : unitOfPolicy(policy)) ?? unitOf(trace);
  const comparison = compareOnTrace(trace, policy ?? defaultPolicy(unit), unit);
  if (options.chart !== undefined) write(options.chart, chartOf(file, options, trace, comparison));
  if (options.json) printJson(terminal, 'scaling-replay', reportOf(trace, comparison));
  else
    for (const line of replayText(
      { file, policy: options.policy, trace, comparison, decisions: options.decisions ?? 10 },
      painter(terminal),
    ))
      terminal.print(line);
  return exitStatus.completed;
};

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new UsageError([`${file}: ${(error as Error).message}`], 'scaling replay');
  }
}

function write(file: string, text: string): void {
  try {
    writeFileSync(file, text);
  } catch (error) {
    throw new UsageError([`--chart ${file}: ${(error as Error).message}`], 'scaling replay');
  }
}

/** @throws UsageError, and InvalidInput with every problem of the trace */
function traceOf(file: string, interval: string | undefined): LoadTrace {
  const seconds = interval === undefined ? undefined : intervalSeconds(interval);
  if (interval !== undefined && seconds === undefined)
    throw new UsageError([intervalProblem(interval)], 'scaling replay');
  return parseLoadTrace(read(file), file, seconds);
}

/** Reads a policy, and refuses one that a replay can't follow. Reports all problems. */
function policyOf(file: string, trace: LoadTrace): ScalingPolicy {
  const document = parseDocument(read(file));
  const refuse = (problems: string[]) => {
    throw new UsageError(
      problems.map((problem) => `${file}: ${problem}`),
      'scaling replay',
    );
  };
  if (document.errors.length > 0) refuse(document.errors.map(({ message }) => message));
  const found = readScalingPolicies(document.toJS());
  if ('problems' in found)
    return refuse(
      found.problems.map(({ path, message }) => [path.join('.'), message].filter(Boolean).join(': ')),
    );
  const [policy, ...others] = found.policies;
  if (policy === undefined || others.length > 0)
    return refuse([`expected one policy, got ${found.policies.length}`]);
  const problems = [
    ...policy.metrics.flatMap(({ kind }, index) =>
      kind === 'step' ? [`metrics.${index}: a replay has no alarms; leave metrics of kind step out`] : [],
    ),
    ...(policy.schedule.length > 0 && trace.startMillis === undefined
      ? ['schedule: the trace has no times; expected "time,load" on each of its lines']
      : []),
  ];
  return problems.length > 0 ? refuse(problems) : policy;
}

/** Returns what one unit serves by the policy's own numbers: its limit, or a target at which 30 % are left. */
function unitOfPolicy({ metrics }: ScalingPolicy): number | undefined {
  const limit = metrics.find(({ kind }) => kind === 'limit');
  if (limit?.kind === 'limit') return limit.limit;
  const target = metrics.find(({ kind }) => kind === 'target');
  return target?.kind === 'target' ? target.target / costModel.targetUtilization : undefined;
}

function chartOf(
  file: string,
  { policy }: Options,
  trace: LoadTrace,
  { rows, intervals }: Comparison,
): string {
  const [row] = rows;
  const figures =
    row === undefined
      ? ''
      : `: ${row.costToOptimum.toFixed(2)} times the least cost, ${row.unservedPercent.toFixed(2)} % not served, ${Math.round(row.changesADay)} changes a day`;
  const { intervalSeconds, startMillis: start } = trace;
  const title = `${file.split('/').at(-1)}, ${policy === undefined ? 'default policy' : policy.split('/').at(-1)}${figures}`;
  return chartSvg({ title, intervals, intervalSeconds, ...(start !== undefined && { start }) });
}

function reportOf(trace: LoadTrace, { unit, rows, decisions }: Comparison) {
  const { values, intervalSeconds, startMillis: start } = trace;
  const instant = (index: number) =>
    start === undefined ? {} : { at: new Date(start + (index + 1) * intervalSeconds * 1000).toISOString() };
  const [result, ...others] = rows;
  if (result === undefined) throw new TypeError('a comparison has the policy itself');
  return {
    trace: {
      points: values.length,
      missing: values.filter((value) => value === null).length,
      intervalSeconds,
      ...(start !== undefined && { start: new Date(start).toISOString() }),
    },
    ...{ unit, result, others },
    decisions: decisions.map(({ index, from, to, load, decision }) => ({
      ...{ interval: index, ...instant(index), from, to },
      ...(load !== null && { load: load * unit }),
      ...(decision.winner !== null && { metric: decision.winner }),
      wanted: decision.wanted,
      limits: decision.bound,
    })),
  };
}
