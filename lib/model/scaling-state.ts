import type { JsonValue } from './json.ts';
import type { MetricSource } from './metric-query.ts';
import type { CapacityChange } from './scaling-decision.ts';

/** The scaling of an asset, as the evaluation of all policies reads it. Written with each version of the asset. */
export interface ScalingItem {
  assetId: string;
  type: string;
  identifier: string;
  logicalId: string;
  scope: string;
  environment: string;
  service: string;
  /** Absent in items from before. */
  owner?: string;
  account: string;
  region: string;
  /** Name of the role that acts on it; `placeOf` tells where it is not recorded. */
  role?: string;
  /** What its manifest declares under `scaling`, with references replaced by names. */
  declared: JsonValue;
  /** The capacities last written, by property. */
  capacities: Record<string, number>;
  /** The subnets that new units are placed in. */
  subnets?: string[];
  /** Properties whose capacity people approved beyond the bounds of the policy. */
  approved?: string[];
  /** Where the metrics of the asset come from. */
  sources: MetricSource[];
}

/** A change of capacity on its way. */
export interface CapacityInFlight {
  property: string;
  from: number;
  to: number;
  since: string;
  requestId: string;
  executionArn: string;
}

/** The last decision on a capacity that asked for a change. */
export interface LastDecision {
  at: string;
  from: number;
  to: number;
  /** The document with everything that it was made from. */
  decisionHash: string;
  requestId: string;
  /** How its request ended; absent while it is in flight. */
  outcome?: string;
  /** Requests that failed one after the other, and until when nothing is decided because of that. */
  failures: number;
  retryAt?: string;
}

/** What scaling remembers of an asset. Written only when its capacity changes. */
export interface ScalingState {
  assetId: string;
  /** A standard change. Nothing is decided for the asset meanwhile. */
  inFlight?: CapacityInFlight;
  /** A normal change, which waits for an approval. What needs none is done meanwhile. */
  waiting?: CapacityInFlight;
  /** Verified changes of the last day by property, the newest last. */
  changes?: Record<string, CapacityChange[]>;
  last?: Record<string, LastDecision>;
  /** The last decision that led to a normal change, by property. */
  asked?: Record<string, LastDecision>;
}

/** The changes that an asset can have on its way, each with the memory of the last one. */
export const slots = { inFlight: 'last', waiting: 'asked' } as const;
export type Slot = keyof typeof slots;

/** An asset that declares scaling, and what is remembered of it. */
export interface ScaledAsset {
  item: ScalingItem;
  state: ScalingState;
}
