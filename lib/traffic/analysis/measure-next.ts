import {
  type AnalysisRun,
  countOf,
  durationSeconds,
  errorRetrySeconds,
  type Measurement,
  type Metric,
  resultOf,
} from './metric.ts';
import { isCompleted } from './phase.ts';
import { isTerminating } from './run-verdict.ts';

/** A metric that is not final, its last measurement, and whether more are to come. */
interface Open {
  metric: Metric;
  last: Measurement | undefined;
  counted: boolean;
}

function openMetrics(run: AnalysisRun, metrics: readonly Metric[]): Open[] {
  return metrics.flatMap((metric) => {
    const result = resultOf(run, metric.name);
    if (result !== undefined && isCompleted(result.phase)) return [];
    const count = countOf(metric);
    const counted = count !== undefined && (result?.count ?? 0) >= count;
    return [{ metric, last: result?.measurements.at(-1), counted }];
  });
}

/** After an error, the metric is measured again soon, whatever its interval. A text that is no duration gives undefined. */
function secondsAfter(last: Measurement, metric: Metric): number | undefined {
  if (last.phase === 'Error') return errorRetrySeconds;
  return metric.interval ? durationSeconds(metric.interval) : undefined;
}

/**
 * Returns the metrics to measure now: those never measured whose delay is over, those in flight that are to be
 * resumed, and those whose interval is over. When the analysis is ending, only what is in flight is completed (Argo
 * Rollouts, analysis/analysis.go, generateMetricTasks).
 */
export function measurementsDue(run: AnalysisRun, metrics: readonly Metric[], now: number): Metric[] {
  const terminating = isTerminating(run);
  const isDue = ({ metric, last, counted }: Open): boolean => {
    if (last !== undefined && last.finishedAt === undefined)
      return last.resumeAt === undefined || last.resumeAt <= now;
    if (terminating) return false;
    if (last?.finishedAt === undefined) return delayIsOver(metric, run, now);
    if (counted) return false;
    const seconds = secondsAfter(last, metric) ?? (metric.interval ? undefined : errorRetrySeconds);
    return seconds !== undefined && now > last.finishedAt + seconds;
  };
  return openMetrics(run, metrics).flatMap((open) => (isDue(open) ? [open.metric] : []));
}

function delayIsOver(metric: Metric, run: AnalysisRun, now: number): boolean {
  if (!metric.initialDelay) return true;
  const delay = durationSeconds(metric.initialDelay);
  return run.startedAt !== undefined && delay !== undefined && run.startedAt + delay <= now;
}

/**
 * Returns when the analysis has something to do next, or undefined if nothing is planned: then a measurement in flight
 * or its end will bring it on (Argo Rollouts, analysis/analysis.go, calculateNextReconcileTime).
 */
export function nextMeasurement(
  run: AnalysisRun,
  metrics: readonly Metric[],
  now: number,
): number | undefined {
  const times = openMetrics(run, metrics).flatMap(({ metric, last, counted }) => {
    const time = timeOf(metric, last, counted, run.startedAt ?? now);
    return time === undefined ? [] : [time];
  });
  return times.length === 0 ? undefined : Math.min(...times);
}

function timeOf(
  metric: Metric,
  last: Measurement | undefined,
  counted: boolean,
  startedAt: number,
): number | undefined {
  if (last === undefined) {
    const delay = metric.initialDelay ? durationSeconds(metric.initialDelay) : undefined;
    return delay === undefined ? undefined : startedAt + delay;
  }
  if (last.finishedAt === undefined) return last.resumeAt;
  const seconds = counted ? undefined : secondsAfter(last, metric);
  return seconds === undefined ? undefined : last.finishedAt + seconds;
}
