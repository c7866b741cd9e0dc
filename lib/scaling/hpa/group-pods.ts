import type { Pod, PodRules, PodSample } from './types.ts';

export interface PodGroups {
  readyPodCount: number;
  /** Their samples don't count, and they count as idle when others are over the target. */
  unready: string[];
  /** Running without a sample. */
  missing: string[];
  /** On their way out. They count for nothing. */
  ignored: string[];
}

/** Sorts pods by what their samples are worth. Only CPU has a warm-up that distorts them. */
export function groupPods(
  pods: readonly Pod[],
  samples: readonly PodSample[],
  resource: string,
  rules: PodRules,
): PodGroups {
  const byPod = new Map(samples.map((sample) => [sample.pod, sample]));
  const groups: PodGroups = { readyPodCount: 0, unready: [], missing: [], ignored: [] };
  for (const pod of pods) {
    const sample = byPod.get(pod.name);
    if (pod.deleting === true || pod.phase === 'Failed') groups.ignored.push(pod.name);
    else if (pod.phase === 'Pending') groups.unready.push(pod.name);
    else if (sample === undefined) groups.missing.push(pod.name);
    else if (resource === 'cpu' && isUnready(pod, sample, rules)) groups.unready.push(pod.name);
    else groups.readyPodCount += 1;
  }
  return groups;
}

/** While a pod may still initialize, a sample must lie after its last transition; later, it must have been ready once. */
function isUnready(pod: Pod, sample: PodSample, rules: PodRules): boolean {
  const { ready, startAgeSeconds: start, readyTransitionAgeSeconds: transition } = pod;
  if (ready === null || start === null) return true;
  const changed = transition ?? Number.POSITIVE_INFINITY;
  if (start < rules.cpuInitializationPeriodSeconds)
    return !ready || sample.ageSeconds > changed - sample.windowSeconds;
  return !ready && changed > start - rules.initialReadinessDelaySeconds;
}
