/** Replicas of the new side and of the stable one. */
export interface Replicas {
  canary: number;
  stable: number;
}

/**
 * Returns the replicas that come closest to a weight where the share of traffic is the share of replicas. One spare
 * replica is used if it helps. A weight between 0 and the maximum leaves neither side without replicas, unless there is
 * only one (Argo Rollouts, utils/replicaset/canary.go, approximateWeightedCanaryStableReplicaCounts).
 */
export function approximateWeight(
  replicas: number,
  weight: number,
  maxWeight: number,
  maxSurge: number,
): Replicas {
  if (replicas === 0) return { canary: 0, stable: 0 };
  const up = Math.ceil((replicas * weight) / maxWeight);
  const down = Math.floor((replicas * weight) / maxWeight);
  const isTied = (total: number): boolean => (total * (weight / maxWeight)) % 1 === 0.5;
  const zeroAllowed = weight === maxWeight || weight === 0 || (replicas === 1 && maxSurge === 0);
  const downAllowed = down !== 0 || zeroAllowed;
  const options = [
    { allowed: up < replicas || zeroAllowed, canary: up, total: replicas },
    { allowed: downAllowed && !isTied(replicas), canary: down, total: replicas },
    { allowed: maxSurge > 0, canary: up, total: replicas + 1 },
    { allowed: maxSurge > 0 && downAllowed && !isTied(replicas + 1), canary: down, total: replicas + 1 },
  ].filter(({ allowed }) => allowed);
  const distance = (option: { canary: number; total: number }): number =>
    Math.abs((option.canary * maxWeight) / option.total - weight);
  const [first = { canary: 0, total: replicas }, ...rest] = options;
  const best = rest.reduce((found, option) => (distance(option) < distance(found) ? option : found), first);
  return { canary: best.canary, stable: best.total - best.canary };
}

/** Returns the replicas that carry a weight, rounded up (Argo Rollouts, trafficWeightToReplicas). */
export function weightToReplicas(replicas: number, weight: number, maxWeight: number): number {
  return Math.ceil((weight * replicas) / maxWeight);
}
