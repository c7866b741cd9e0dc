import { consecutiveErrorLimitDefault, countOf, type Metric, type MetricResult } from './metric.ts';
import { isCompleted, type Phase } from './phase.ts';

/** A phase that a limit decided, and the numbers that decided it. */
export interface LimitVerdict {
  phase: Phase;
  message: string;
}

/**
 * Returns which limit of a metric is exceeded, or undefined if none is. If several are, the last row counts
 * (Argo Rollouts, analysis/analysis.go, assessMetricFailureInconclusiveOrError).
 */
export function limitVerdict(metric: Metric, result: MetricResult): LimitVerdict | undefined {
  const failureLimit = metric.failureLimit ?? 0;
  const inconclusiveLimit = metric.inconclusiveLimit ?? 0;
  const errorLimit = metric.consecutiveErrorLimit ?? consecutiveErrorLimitDefault;
  const rows: [boolean, Phase, string][] = [
    [
      failureLimit >= 0 && result.failed > failureLimit,
      'Failed',
      `failed (${result.failed}) > failureLimit (${failureLimit})`,
    ],
    [
      result.inconclusive > inconclusiveLimit,
      'Inconclusive',
      `inconclusive (${result.inconclusive}) > inconclusiveLimit (${inconclusiveLimit})`,
    ],
    [
      result.consecutiveError > errorLimit,
      'Error',
      `consecutiveErrors (${result.consecutiveError}) > consecutiveErrorLimit (${errorLimit})`,
    ],
  ];
  const exceeded = rows.findLast(([applies]) => applies);
  return exceeded && { phase: exceeded[1], message: exceeded[2] };
}

/**
 * Returns the phase of a metric from its measurements so far (Argo Rollouts, assessMetricStatus). Once final, it
 * stays. When the analysis is ending, a metric that exceeded no limit is successful.
 */
export function metricVerdict(metric: Metric, result: MetricResult, terminating: boolean): Phase {
  if (result.phase !== '' && isCompleted(result.phase)) return result.phase;
  const last = result.measurements.at(-1);
  if (last === undefined) return terminating ? 'Successful' : 'Pending';
  if (!isCompleted(last.phase)) return 'Running';
  const limited = limitVerdict(metric, result);
  if (limited !== undefined) return limited.phase;
  const successLimit = metric.consecutiveSuccessLimit ?? 0;
  if (successLimit > 0 && result.consecutiveSuccess >= successLimit) return 'Successful';
  const count = countOf(metric);
  if (count !== undefined && result.count >= count) return atCount(metric, successLimit > 0);
  return terminating ? 'Successful' : 'Running';
}

/** All measurements are taken: neither were there too many failures, nor enough successes in sequence. */
function atCount(metric: Metric, needsSuccesses: boolean): Phase {
  if (!needsSuccesses) return 'Successful';
  return (metric.failureLimit ?? 0) < 0 ? 'Failed' : 'Inconclusive';
}
