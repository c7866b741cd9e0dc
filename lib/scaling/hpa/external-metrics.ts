import { isWithin } from './tolerance.ts';
import { MetricError, type MetricTarget, type Pod, type ReplicaProposal, type Tolerance } from './types.ts';

export interface ExternalMetric {
  target: MetricTarget;
  /** The sum of the values of the metric. */
  valueMilli: number;
  pods: readonly Pod[];
  /** The replicas wanted now and those that exist; they differ while pods start. */
  currentReplicas: number;
  statusReplicas: number;
  tolerance: Tolerance;
}

/** Returns the replicas that a metric of something else asks for (Object, External), whose value is not of a pod. */
export function externalMetricReplicas(metric: ExternalMetric): ReplicaProposal {
  const { averageValueMilli, valueMilli } = metric.target;
  if (averageValueMilli !== undefined) return byAverage(metric, averageValueMilli);
  if (valueMilli !== undefined) return byValue(metric, valueMilli);
  throw new MetricError('the target is empty; expected a value or an average value');
}

function byAverage(
  { valueMilli, statusReplicas, tolerance }: ExternalMetric,
  target: number,
): ReplicaProposal {
  const ratio = valueMilli / (target * statusReplicas);
  // NaN is no load on no replicas, which is right as it is.
  const far = !Number.isNaN(ratio) && !isWithin(ratio, tolerance);
  return {
    replicas: far ? Math.ceil(valueMilli / target) : statusReplicas,
    averageValueMilli: Math.ceil(valueMilli / statusReplicas),
  };
}

function byValue(metric: ExternalMetric, target: number): ReplicaProposal {
  const { valueMilli, currentReplicas, tolerance } = metric;
  const ratio = valueMilli / target;
  // From zero there are no pods to multiply and no tolerance: any load starts some.
  if (currentReplicas === 0) return { replicas: Math.ceil(ratio), valueMilli };
  if (isWithin(ratio, tolerance)) return { replicas: currentReplicas, valueMilli };
  if (metric.pods.length === 0) throw new MetricError('the selector finds no pods; expected some');
  const ready = metric.pods.filter(({ phase, ready }) => phase === 'Running' && ready === true).length;
  return { replicas: Math.ceil(ratio * ready), valueMilli };
}
