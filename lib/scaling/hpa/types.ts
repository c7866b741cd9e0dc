/**
 * The data of the Kubernetes HPA, with ages in seconds before the decision instead of timestamps, so that a decision
 * is a function of its input. Quantities are in thousandths, as in the controller.
 *
 * Source of everything in this folder: Kubernetes, pkg/controller/podautoscaler (horizontal.go,
 * replica_calculator.go), Apache-2.0. Where versions differ, it follows 1.27 and later, and the file says so.
 */
export interface Pod {
  name: string;
  phase: string;
  deleting?: boolean | undefined;
  /** Null without a Ready condition. */
  ready: boolean | null;
  startAgeSeconds: number | null;
  readyTransitionAgeSeconds: number | null;
  /** One entry for each container; null if it requests nothing of the resource. */
  containerRequestsMilli?: readonly (number | null)[] | undefined;
}

/** A sample of one pod, with the sum of its containers. */
export interface PodSample {
  pod: string;
  valueMilli: number;
  ageSeconds: number;
  windowSeconds: number;
}

export interface MetricTarget {
  averageUtilizationPercent?: number | undefined;
  averageValueMilli?: number | undefined;
  valueMilli?: number | undefined;
}

/** The share of the target in which nothing is done: one for both directions, or one each (1.33, KEP-4951). */
export type Tolerance = number | { up: number; down: number };

export interface PodRules {
  cpuInitializationPeriodSeconds: number;
  initialReadinessDelaySeconds: number;
}

/** What a metric proposes, with the usage that it was computed from. */
export interface ReplicaProposal {
  replicas: number;
  utilizationPercent?: number;
  averageValueMilli?: number;
  valueMilli?: number;
}

/** A metric gives no answer: no samples, no pods, or a missing request. */
export class MetricError extends Error {
  override readonly name = 'MetricError';
}
