import { groupPods } from './group-pods.ts';
import { averageUsage, sum, type Usage, utilization } from './ratio.ts';
import { isWithin } from './tolerance.ts';
import {
  MetricError,
  type MetricTarget,
  type Pod,
  type PodRules,
  type PodSample,
  type ReplicaProposal,
  type Tolerance,
} from './types.ts';

export interface PodMetric {
  /** `cpu`, `memory`, or empty for a metric that is not a resource. */
  resource: string;
  target: MetricTarget;
  pods: readonly Pod[];
  samples: readonly PodSample[];
  currentReplicas: number;
  tolerance: Tolerance;
  rules: PodRules;
}

/** How one kind of target measures: its ratio, and what a pod without a sample uses when all would scale in. */
interface Measure {
  usage(values: ReadonlyMap<string, number>): Usage;
  assumed(pod: string): number;
}

/**
 * Returns the replicas that a metric of pods asks for (Resource, ContainerResource, Pods). Pods that say nothing are
 * filled in so that they speak against a change: a scale-in by invention must not happen, nor a scale-out.
 * @throws MetricError without a sample of a ready pod
 */
export function podMetricReplicas(metric: PodMetric): ReplicaProposal {
  const { currentReplicas, tolerance } = metric;
  if (metric.samples.length === 0) throw new MetricError('no samples were reported; expected some');
  if (metric.pods.length === 0) throw new MetricError('the selector finds no pods; expected some');
  const groups = groupPods(metric.pods, metric.samples, metric.resource, metric.rules);
  const values = new Map(metric.samples.map(({ pod, valueMilli }) => [pod, valueMilli]));
  for (const pod of [...groups.ignored, ...groups.unready]) values.delete(pod);
  const measure = measureOf(metric);
  if (values.size === 0) throw new MetricError('no samples of ready pods were reported; expected some');

  const { ratio, ...observed } = measure.usage(values);
  const keep = { replicas: currentReplicas, ...observed };
  const unreadyCount = groups.unready.length > 0 && ratio > 1;
  if (!unreadyCount && groups.missing.length === 0) {
    if (isWithin(ratio, tolerance)) return keep;
    return { ...keep, replicas: Math.ceil(ratio * groups.readyPodCount) };
  }

  // At exactly 1, nothing is filled in (1.16 and later); a fill of 0 could scale in by invention.
  if (ratio < 1) for (const pod of groups.missing) values.set(pod, measure.assumed(pod));
  if (ratio > 1) for (const pod of groups.missing) values.set(pod, 0);
  if (unreadyCount) for (const pod of groups.unready) values.set(pod, 0);

  const filled = measure.usage(values).ratio;
  const turned = (ratio < 1 && filled > 1) || (ratio > 1 && filled < 1);
  if (isWithin(filled, tolerance) || turned) return keep;
  const replicas = Math.ceil(filled * values.size);
  const against = (filled < 1 && replicas > currentReplicas) || (filled > 1 && replicas < currentReplicas);
  return against ? keep : { ...keep, replicas };
}

function measureOf({ target, pods }: PodMetric): Measure {
  const { averageUtilizationPercent: percent, averageValueMilli } = target;
  if (averageValueMilli !== undefined)
    return {
      usage: (values) => averageUsage(values, averageValueMilli),
      assumed: () => averageValueMilli,
    };
  if (percent === undefined)
    throw new MetricError('the target is empty; expected a utilization or an average value');
  const requests = podRequests(pods);
  return {
    usage: (values) => utilization(values, requests, percent),
    // A target above 100 % would otherwise be lowered by pods that are missing (1.27 and later).
    assumed: (pod) => Math.trunc(((requests.get(pod) ?? 0) * Math.max(100, percent)) / 100),
  };
}

/** Returns what each pod requests. One container without a request makes utilization meaningless. */
function podRequests(pods: readonly Pod[]): Map<string, number> {
  return new Map(
    pods.map(({ name, containerRequestsMilli = [] }) => {
      const requests = containerRequestsMilli.map((request) => {
        if (request !== null) return request;
        throw new MetricError(`a container of pod ${name} requests nothing; expected a request in each`);
      });
      return [name, sum(requests)];
    }),
  );
}
