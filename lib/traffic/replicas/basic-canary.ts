import { approximateWeight, type Replicas } from './approximate-weight.ts';
import { type Amount, cappedFenceposts } from './fenceposts.ts';

/** The replicas of one version: asked for, and able to serve. */
export interface ReplicaSet {
  spec: number;
  available: number;
}

export interface BasicCanary {
  replicas: number;
  weight: number;
  maxWeight: number;
  maxSurge: Amount;
  maxUnavailable: Amount;
  stable: ReplicaSet;
  canary: ReplicaSet;
  /** Replicas of versions before the stable one. */
  older?: ReplicaSet;
}

/**
 * Returns the next replicas on the way to a weight without a router. The stable side is scaled up before the new one, older
 * versions are scaled down first, the total never exceeds the surge, and no step leaves fewer available than allowed
 * (Argo Rollouts, utils/replicaset/canary.go, CalculateReplicaCountsForBasicCanary).
 */
export function basicCanaryReplicas(rollout: BasicCanary): Replicas {
  const { replicas, weight, maxWeight, stable, canary, older } = rollout;
  const { surge, unavailable } = cappedFenceposts(replicas, rollout.maxSurge, rollout.maxUnavailable);
  const desired = approximateWeight(replicas, weight, maxWeight, surge);
  const most = replicas + surge;
  const least = replicas - unavailable;

  let spare = Math.max(0, most - stable.spec - canary.spec - (older?.spec ?? 0));
  const raised = (from: number, to: number): number => {
    const added = Math.min(spare, Math.max(0, to - from));
    spare -= added;
    return from + added;
  };
  const stableUp = raised(stable.spec, desired.stable);
  const canaryUp = raised(canary.spec, desired.canary);
  if ((older?.spec ?? 0) > 0) return { canary: canaryUp, stable: stableUp };

  // While the new side grows, only the stable side shrinks, and unavailable stable replicas may go; and the reverse.
  const growing = desired.canary >= canary.spec;
  const counted = removable(canary, !growing) + removable(stable, growing);
  if (counted <= least) return { canary: canaryUp, stable: stableUp };
  const limits = { most, least };
  const lowered = (side: ReplicaSet, to: number, raisedTo: number): number =>
    side.spec > to ? Math.max(to, side.spec - (counted - least)) : raisedTo;
  if (growing) {
    const drained = lowered(stable, desired.stable, stableUp);
    const [stableNext, canaryNext] = withinLimits([stable, drained], [canary, canaryUp], limits);
    return { canary: canaryNext, stable: stableNext };
  }
  const drained = lowered(canary, desired.canary, canaryUp);
  const [canaryNext, stableNext] = withinLimits([canary, drained], [stable, stableUp], limits);
  return { canary: canaryNext, stable: stableNext };
}

/** Replicas to count before scaling down. Those that are about to go don't count; those of the draining side all do. */
function removable({ spec, available }: ReplicaSet, draining: boolean): number {
  return spec < available || draining ? spec : available;
}

/** Keeps the sum of both sides within the surge without making more replicas unavailable than allowed. */
function withinLimits(
  [draining, drainTo]: [ReplicaSet, number],
  [kept, keepTo]: [ReplicaSet, number],
  { most, least }: { most: number; least: number },
): [number, number] {
  const adjusted = keepTo - Math.max(0, keepTo + drainTo - most);
  const available = Math.min(draining.available, drainTo) + Math.min(kept.available, adjusted);
  const lost = Math.max(0, kept.available - adjusted);
  const keptTo = adjusted + Math.min(lost, Math.max(0, least - available));
  return [drainTo - Math.max(0, keptTo + drainTo - most), keptTo];
}
