/**
 * A decision on capacity, and all that it was made from: JSON only, so that it replays offline to the same answer.
 * `combine` in lib/scaling/combine.ts makes decisions. Times are ISO instants.
 */

import type { JsonValue } from './json.ts';

/** One policy of a direction, in the words of the Kubernetes HPA. */
export interface ScalingRule {
  type: 'Pods' | 'Percent';
  value: number;
  periodSeconds: number;
}

/** What limits changes in one direction. Without `tolerance`, the one of the metric or of the controller counts. */
export interface ScalingRules {
  stabilizationWindowSeconds?: number | undefined;
  selectPolicy?: 'Max' | 'Min' | 'Disabled' | undefined;
  policies: readonly ScalingRule[];
  tolerance?: number | undefined;
}

export interface ScalingBehavior {
  scaleUp: ScalingRules;
  scaleDown: ScalingRules;
}

/**
 * What one source says about the load. Only `ok` data may scale in. `partial` data (some of the units reported) may
 * scale out; `stale`, `missing`, and `nan` hold the capacity where it is.
 * - `average`: the value of one unit, to be kept at the target: `units · value / target`.
 * - `total`: the value of all units together: `value / target`.
 * - `capacity`: the value is a capacity already, of a step policy, a schedule window, or a function of the user's.
 */
export interface Proposal {
  source: string;
  kind: 'average' | 'total' | 'capacity';
  status: 'ok' | 'partial' | 'stale' | 'missing' | 'nan';
  value: number | null;
  target?: number | undefined;
  /** The relative distance from the target in which nothing is done; 0.1 unless given. Not used by `capacity`. */
  tolerance?: number | undefined;
}

/** A schedule that holds now. Its bounds take the place of the policy's. */
export interface ScheduledBounds {
  name: string;
  min?: number | undefined;
  max?: number | undefined;
}

/** An outer limit to growth. It never removes capacity that is there. */
export interface CapacityLimit {
  /** Such as `quota L-1234`, `addresses of subnet-1`, `budget`. */
  name: string;
  max: number;
}

/** What the service accepts in one change of a property, and how often. */
export interface CapacityRules {
  /** Values are multiples of this: 0.5 for ACU, 8 for RPU. 1 unless given. */
  unit?: number | undefined;
  /** One change at most multiplies or divides by this: 2 for Kinesis. */
  factor?: number | undefined;
  /** Changes in 24 hours: 10 for Kinesis. */
  changesADay?: number | undefined;
  /** Decreases in a UTC day, and the pause after which one more is allowed: 4 and 3600 for DynamoDB. */
  decreasesADay?: number | undefined;
  extraDecreaseAfterSeconds?: number | undefined;
  /** Storage can't shrink. */
  onlyUp?: boolean | undefined;
  minimum?: number | undefined;
  maximum?: number | undefined;
}

/** A change of the capacity that was verified at that time. */
export interface CapacityChange {
  at: string;
  from: number;
  to: number;
}

export interface Recommendation {
  at: string;
  replicas: number;
}

export interface DecisionInput {
  at: string;
  /** The capacity last written and verified, and how much of it serves load (all of it unless given). */
  current: number;
  ready?: number | undefined;
  proposals: readonly Proposal[];
  bounds: { min: number; max: number };
  /** People approved the current capacity: a maximum below it doesn't take it away. */
  approved?: true | undefined;
  schedule?: readonly ScheduledBounds[] | undefined;
  /** Load expected from history. It may raise the floor, and never lowers it. */
  forecast?: { floor: number; basis: string } | undefined;
  limits?: readonly CapacityLimit[] | undefined;
  /** Names of limits that could not be read. They limit nothing. */
  unknownLimits?: readonly string[] | undefined;
  rules?: CapacityRules | undefined;
  behavior?: ScalingBehavior | undefined;
  /** Cooldowns count from the verified end of the last change: in after any change, out after a scale-out. */
  cooldown?: { outSeconds: number; inSeconds: number } | undefined;
  /** A change on its way. Nothing is decided while there is one. */
  inFlight?: { to: number; since: string } | undefined;
  /** Why nothing may change now: a freeze, a switch, a shift of traffic that needs both sides. */
  freeze?: { name: string; only?: 'in' | 'out' | undefined } | undefined;
  /** The newest last. Entries older than the longest window or a day are not needed. */
  changes?: readonly CapacityChange[] | undefined;
  recommendations?: readonly Recommendation[] | undefined;
}

/** The names of what can hold a decision back, in order of precedence: a later one wins. */
export type BoundKind =
  | 'stabilization'
  | 'rate'
  | 'cooldown'
  | 'data'
  | 'minimum'
  | 'schedule minimum'
  | 'forecast'
  | 'maximum'
  | 'schedule maximum'
  | 'limit'
  | 'type'
  | 'in flight'
  | 'freeze';

/** A limit that changed the result: from what, to what. */
export interface Bound {
  kind: BoundKind;
  name: string;
  from: number;
  to: number;
}

export interface RejectedProposal {
  source: string;
  /** What it wanted, or null if it has no usable data. */
  want: number | null;
  why: string;
}

export interface Decision {
  direction: 'out' | 'in' | 'none';
  /** What the largest proposal asks for, before any limit. */
  wanted: number;
  /** The source of `wanted`, or null if no source has data. */
  winner: string | null;
  /** The capacity to be reached now, all limits kept. */
  desired: number;
  /** The values to write, one after the other; the last is `desired`. Empty if nothing is to change. */
  sequence: number[];
  /** Changes that the type still allows today after this sequence. */
  changesLeft?: number | undefined;
  /** Limits that changed the result, in the order in which they were applied. */
  bound: Bound[];
  rejected: RejectedProposal[];
  /** What would be done without the limits of the policy (bounds, rate, budget): for a request that people decide. */
  beyond?: { to: number; limits: string[] } | undefined;
  /** The recommendations to pass to the next decision. */
  recommendations: Recommendation[];
}

/** Everything of one decision. `version` is that of the algorithm: a record replays with the same version only. */
export interface DecisionRecord {
  version: 1;
  input: DecisionInput;
  decision: Decision;
}

/** The document of a decision that asked for a change: the record, and what it was about. */
export interface StoredDecision extends DecisionRecord {
  assetId: string;
  type: string;
  property: string;
  /** What was asked for at once, on the way to what was decided, and how: with an approval or without. */
  to: number;
  change: 'standard' | 'normal';
  /** The farthest capacity that governance took as a standard change. */
  standardTo: number;
  /** What the manifest declared under `scaling`. */
  policy: JsonValue;
}
