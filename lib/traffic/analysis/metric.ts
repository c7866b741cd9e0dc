import type { Phase } from './phase.ts';

/** What an analysis measures, and how many bad measurements it tolerates. */
export interface Metric {
  name: string;
  /** Time between measurements, such as `60s`. Without it, the metric is measured `count` times, by default once. */
  interval?: string;
  /** Time from the start of the analysis to the first measurement. */
  initialDelay?: string;
  /** Number of measurements. Without it, a metric with an interval is measured until the analysis ends. */
  count?: number;
  /** Failed measurements that are tolerated; -1: any number. */
  failureLimit?: number;
  inconclusiveLimit?: number;
  /** Errors in sequence that are tolerated. */
  consecutiveErrorLimit?: number;
  /** Successes in sequence that end the metric early; 0: none do. */
  consecutiveSuccessLimit?: number;
}

/** Times are seconds on any one clock. */
export interface Measurement {
  phase: Phase;
  startedAt?: number;
  finishedAt?: number;
  /** When a measurement that takes a while is to be asked for again. */
  resumeAt?: number;
  message?: string;
}

/** The measurements of a metric so far. */
export interface MetricResult {
  name: string;
  phase: Phase | '';
  /** Measured and reported, but without influence on the verdict. */
  dryRun?: boolean;
  message?: string;
  /** Measurements that gave a value. Errors are not counted. */
  count: number;
  successful: number;
  failed: number;
  inconclusive: number;
  error: number;
  consecutiveError: number;
  consecutiveSuccess: number;
  measurements: readonly Measurement[];
}

export interface AnalysisRun {
  /** Whether someone asked to end the analysis. */
  terminate?: boolean;
  startedAt?: number;
  results: readonly MetricResult[];
}

/** Seconds after an error until the next measurement. */
export const errorRetrySeconds = 10;
export const consecutiveErrorLimitDefault = 4;

/** Returns how often a metric is measured, or undefined if until the analysis ends. */
export function countOf(metric: Metric): number | undefined {
  if (metric.count) return metric.count;
  return metric.interval ? undefined : 1;
}

export function resultOf(run: AnalysisRun, name: string): MetricResult | undefined {
  return run.results.find((result) => result.name === name);
}

const unitSeconds: Readonly<Record<string, number>> = {
  ns: 1e-9,
  us: 1e-6,
  µs: 1e-6,
  ms: 1e-3,
  s: 1,
  m: 60,
  h: 3600,
};

/** Reads a duration such as `90s` or `1h30m` in seconds (Go's time.ParseDuration). Returns undefined if it isn't one. */
export function durationSeconds(text: string): number | undefined {
  if (!/^(?:\d+(?:\.\d*)?(?:ns|us|µs|ms|s|m|h))+$/.test(text)) return undefined;
  const parts = [...text.matchAll(/(\d+(?:\.\d*)?)(ns|us|µs|ms|s|m|h)/g)];
  return parts.reduce((sum, [, count, unit = '']) => sum + Number(count) * (unitSeconds[unit] ?? 0), 0);
}
