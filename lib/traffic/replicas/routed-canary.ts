import { type Replicas, weightToReplicas } from './approximate-weight.ts';
import { type BasicCanary, basicCanaryReplicas, type ReplicaSet } from './basic-canary.ts';

/** A number of new replicas that doesn't follow the weight. */
export interface CanaryScale {
  replicas?: number;
  weight?: number;
  matchTrafficWeight?: boolean;
}

export interface CanaryRollout extends BasicCanary {
  /** Whether a router splits the traffic, so that replicas only have to carry it. */
  trafficRouting: boolean;
  promoteFull?: boolean;
  abort?: boolean;
  /** Only with a router. */
  canaryScale?: CanaryScale;
  /** How long an aborted canary stays scaled up, by default 30; 0 keeps its scale. */
  abortScaleDownDelaySeconds?: number;
  /** Only with a router: a side that is needed has at least these. */
  minPodsPerReplicaSet?: number;
}

/**
 * Returns the next replicas of a canary, with or without a router (Argo Rollouts, utils/replicaset/canary.go). With a
 * router, the stable side keeps all its replicas until the end.
 */
export function canaryReplicas(rollout: CanaryRollout): Replicas {
  const weight = desiredWeight(rollout);
  if (!rollout.trafficRouting) return basicCanaryReplicas({ ...rollout, weight });
  const { replicas, maxWeight } = rollout;
  const scale = rollout.promoteFull ? undefined : scaleInForce(rollout);
  const canary =
    scale?.replicas ??
    atLeast(
      weightToReplicas(replicas, scale?.weight ?? weight, maxWeight),
      replicas,
      rollout.minPodsPerReplicaSet,
    );
  return { canary, stable: replicas };
}

function desiredWeight({ promoteFull, abort, maxWeight, weight }: CanaryRollout): number {
  if (promoteFull) return maxWeight;
  return abort ? 0 : weight;
}

function scaleInForce(rollout: CanaryRollout): CanaryScale | undefined {
  const kept = !rollout.abort || rollout.abortScaleDownDelaySeconds === 0;
  return kept && !rollout.canaryScale?.matchTrafficWeight ? rollout.canaryScale : undefined;
}

/** A side that is needed at all has a minimum, but no more than all replicas. */
function atLeast(count: number, replicas: number, minimum = 0): number {
  return count === 0 ? 0 : Math.max(count, Math.min(minimum, replicas));
}

export interface DynamicCanary {
  replicas: number;
  maxWeight: number;
  abort?: boolean;
  /** Weights of the steps, and the index of the current one. */
  stepWeights: readonly number[];
  currentStep: number;
  /** Weights as read back from the router. */
  actual?: { canary: number; stable: number };
  stable?: ReplicaSet;
  canary?: ReplicaSet;
  minPodsPerReplicaSet?: number;
  /** Whether a delay for scaling down an aborted canary was asked for. */
  hasAbortDelay?: boolean;
}

/**
 * Returns the replicas where the stable side shrinks as the new one grows. Each side keeps what its actual weight needs
 * until the router gives it less. An abort goes back step by step, so that the stable side is never overwhelmed (Argo
 * Rollouts, utils/replicaset/canary.go, CalculateReplicaCountsForTrafficRoutedCanary, GetDesiredCanaryWeight).
 */
export function dynamicStableScale(rollout: DynamicCanary): Replicas {
  const { replicas, maxWeight, actual, minPodsPerReplicaSet } = rollout;
  const needed = (weight: number): number => weightToReplicas(replicas, weight, maxWeight);
  const withMinimum = (count: number): number => atLeast(count, replicas, minPodsPerReplicaSet);
  const weight = rollout.abort ? abortWeight(rollout) : currentWeight(rollout);
  const wanted = withMinimum(needed(weight));
  const stable = Math.max(needed(maxWeight - weight), needed(actual?.stable ?? 0));
  const canary =
    rollout.abort && actual !== undefined ? abortedCanary(wanted, needed(actual.canary), rollout) : wanted;
  return { canary: withMinimum(canary), stable: withMinimum(stable) };
}

/** Keeps an aborted canary while it has traffic, and never scales it up for more than that. */
function abortedCanary(wanted: number, carrying: number, { canary, stable }: DynamicCanary): number {
  const kept = Math.max(wanted, carrying);
  return canary === undefined || stable === undefined
    ? kept
    : Math.min(kept, Math.max(carrying, canary.spec));
}

function currentWeight({ stepWeights, currentStep, maxWeight }: DynamicCanary): number {
  return stepWeights.length === 0 ? maxWeight : (stepWeights[currentStep] ?? maxWeight);
}

/** Returns the next lower step than what the new side has to carry, as long as the stable side is not up again. */
function abortWeight(rollout: DynamicCanary): number {
  const { replicas, maxWeight, stepWeights, stable, canary } = rollout;
  if (stable === undefined || canary === undefined) return 0;
  const missing = replicas - stable.available;
  const carried = rollout.hasAbortDelay ? missing : Math.max(missing, canary.available);
  return stepWeights.findLast((weight) => weightToReplicas(replicas, weight, maxWeight) < carried) ?? 0;
}
