import { type AnalysisRun, type Metric, type MetricResult, resultOf } from './metric.ts';
import { limitVerdict, metricVerdict } from './metric-verdict.ts';
import { isCompleted, isWorse, type Phase } from './phase.ts';

export interface RunVerdict {
  phase: Phase;
  /** Which metric decided, and by which limit. Empty if none did. */
  message: string;
}

/** Tells whether an analysis is ending: someone asked for it, or a metric that counts did not succeed. */
export function isTerminating(run: AnalysisRun): boolean {
  const ends: readonly string[] = ['Failed', 'Error', 'Inconclusive'];
  return run.terminate === true || run.results.some(({ dryRun, phase }) => !dryRun && ends.includes(phase));
}

/**
 * Returns the verdict of an analysis: running until every metric is final, then the worst of those that are no dry
 * run (Argo Rollouts, analysis/analysis.go, assessRunStatus).
 */
export function runVerdict(
  run: AnalysisRun,
  metrics: readonly Metric[],
  dryRun: ReadonlySet<string>,
): RunVerdict {
  const terminating = isTerminating(run);
  let worst: RunVerdict | undefined;
  let completed = true;
  for (const metric of metrics) {
    const result = resultOf(run, metric.name);
    const phase = result && metricVerdict(metric, result, terminating);
    if (result === undefined || phase === undefined || !isCompleted(phase)) completed = false;
    else if (dryRun.has(metric.name)) worst ??= { phase: 'Successful', message: '' };
    else if (worst === undefined || isWorse(worst.phase, phase)) {
      const why = reason(metric, result, phase);
      worst = { phase, message: why === '' ? (worst?.message ?? '') : why };
    }
  }
  if (terminating) return worst ?? { phase: 'Successful', message: '' };
  return completed && worst !== undefined ? worst : { phase: 'Running', message: '' };
}

function reason(metric: Metric, result: MetricResult, phase: Phase): string {
  const limited = limitVerdict(metric, result);
  if (limited === undefined) return '';
  const last = phase === result.phase ? undefined : result.measurements.at(-1)?.message;
  const message = last ?? result.message ?? '';
  return (
    `Metric "${metric.name}" assessed ${phase} due to ${limited.message}` +
    (message === '' ? '' : `: "Error Message: ${message}"`)
  );
}
