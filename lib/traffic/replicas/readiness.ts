import type { ReplicaSet } from './basic-canary.ts';

export interface DeploymentStatus {
  /** Whether the controller has seen the latest version of the deployment. */
  observed?: boolean;
  /** Replicas asked for; unknown: the number is not checked. */
  desired?: number;
  updated: number;
  /** Replicas of all versions. */
  replicas: number;
  available: number;
  progressDeadlineExceeded?: boolean;
  /** How long too few replicas have been available while it progresses. */
  unavailableSeconds?: number;
}

export interface Readiness {
  ready: boolean;
  /** Whether it may still become ready by itself. */
  retryable: boolean;
  reason?: string;
}

/** Tells whether all replicas are updated and enough are available (Flagger, pkg/canary/deployment_ready.go). */
export function readinessOf(
  status: DeploymentStatus,
  deadlineSeconds: number,
  readyPercent: number,
): Readiness {
  const { desired, updated, replicas, available, unavailableSeconds } = status;
  if (status.observed === false) return waiting('its latest version is not observed yet');
  if (status.progressDeadlineExceeded)
    return { ready: false, retryable: false, reason: 'the deployment exceeded its progress deadline' };
  const retryable = unavailableSeconds === undefined || unavailableSeconds <= deadlineSeconds;
  const enough = Math.trunc((updated * readyPercent) / 100);
  if (desired !== undefined && updated < desired)
    return waiting(`${updated} of ${desired} new replicas are updated`, retryable);
  if (replicas > updated) return waiting(`${replicas - updated} old replicas are to end`, retryable);
  if (available < enough)
    return waiting(`${available} of ${enough} updated replicas are available`, retryable);
  return { ready: true, retryable: true };
}

function waiting(reason: string, retryable = true): Readiness {
  return { ready: false, retryable, reason };
}

/** How many of the desired replicas must be available before the next step. */
export interface ProgressThreshold {
  type: 'Percentage' | 'Pods';
  value: number;
}

/** Floating-point errors of a percentage. */
const epsilon = 1e-10;

/**
 * Tells whether enough replicas are available for the next step; without a threshold, all of them and no others (Argo
 * Rollouts, utils/replicaset/canary.go, ReplicaProgressThresholdMet).
 */
export function isThresholdMet(
  desired: number,
  { spec, available }: ReplicaSet,
  threshold?: ProgressThreshold,
): boolean {
  if (threshold === undefined || threshold.value < 0) return desired === spec && desired === available;
  if (threshold.type === 'Pods') return available >= threshold.value;
  return desired === 0 || (available / desired) * 100 >= threshold.value - epsilon;
}
