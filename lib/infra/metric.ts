import { Duration } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import type { TaskName } from '../../statemachines/parts.ts';
import { type Dimension, type MetricName, metricNamespace, metrics } from '../model/metrics.ts';
import { physicalName } from './names.ts';

export const fiveMinutes = Duration.minutes(5);

interface Shown {
  statistic?: 'Sum' | 'Maximum' | 'p90';
  period?: Duration;
  label?: string;
}

/** Returns a metric that functions report, by its row in lib/model/metrics.ts. */
export function batonMetric(
  name: MetricName,
  {
    dimensions = {},
    statistic = 'Sum',
    ...shown
  }: Shown & { dimensions?: Partial<Record<Dimension, string>> } = {},
): cloudwatch.Metric {
  const wanted = Object.keys(dimensions).sort().join();
  // A metric that is never reported would show a flat line that looks like good news.
  if (!metrics[name].dimensions.some((set) => set.toSorted().join() === wanted))
    throw new Error(`The metric ${name} is not reported by ${wanted}: see lib/model/metrics.ts.`);
  return new cloudwatch.Metric({
    ...{ namespace: metricNamespace, metricName: name, statistic, period: fiveMinutes },
    dimensionsMap: dimensions,
    ...shown,
  });
}

/** Lambda metrics in use: "Types of metrics for Lambda functions", Lambda Developer Guide. */
export type LambdaMetricName =
  | 'Duration'
  | 'Throttles'
  | 'UrlRequestCount'
  | 'Url4xxCount'
  | 'Url5xxCount'
  | 'UrlRequestLatency';

/** Returns a Lambda metric of one function, or of all functions in the account and region. */
export function lambdaMetric(
  name: LambdaMetricName,
  { task, statistic = 'Sum', ...shown }: Shown & { task?: TaskName } = {},
): cloudwatch.Metric {
  return new cloudwatch.Metric({
    ...{ namespace: 'AWS/Lambda', metricName: name, statistic, period: fiveMinutes },
    ...(task !== undefined && { dimensionsMap: { FunctionName: physicalName(task) } }),
    ...shown,
  });
}
