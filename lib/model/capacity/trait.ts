import type { JsonObject } from '../json.ts';
import type { CapacityRules } from '../scaling-decision.ts';

/** Where a service says how much capacity is really there. Cloud Control returns what was set. */
export type LiveCapacity =
  | { by: 'property' }
  | { by: 'call'; call: string; running: string; starting?: string };

/**
 * How Application Auto Scaling names a capacity: `ServiceNamespace`, `ScalableDimension`, and the form of `ResourceId`.
 * Source: "RegisterScalableTarget", Application Auto Scaling API Reference.
 */
export interface NativeTarget {
  namespace: string;
  dimension: string;
  /** `{Name}` stands for a property of the resource, or for an attribute of it. */
  resourceId: string;
  /** The attributes by which a reference to the resource reads such a name; empty text is `Ref`. */
  read?: Readonly<Record<string, readonly string[]>>;
  /** What counts if the resource leaves a property out. */
  defaults?: Readonly<Record<string, string>>;
  /** The part of the ARN, counted from 0 between colons, that is the whole `ResourceId`, if `Ref` is the ARN. */
  partOfArn?: number;
  /** The dimension of the members of this capacity, with `{Member}` in the form of their `ResourceId`. */
  members?: { dimension: string; resourceId: string; name: string };
}

/** A capacity of a resource type that Cloud Control can change in place. */
export interface CapacityTrait {
  type: string;
  /** Path of the property that holds the capacity. */
  property: string;
  /** What is counted. */
  unit: string;
  /** How the property writes a number. */
  form: 'integer' | 'integer as text' | 'number';
  /** Capacities are multiples of this. */
  step: number;
  least: number;
  most?: number;
  /** From the accepted change to capacity that serves, in seconds, as a first estimate. */
  warmUpSeconds: number;
  /** How long removed capacity may still finish its work, in seconds; 0 where nothing is drained. */
  drainSeconds: number;
  /** What a change does to users while it runs. */
  harm: 'none' | 'brief outage';
  /** What the service accepts in one change, and how often. `rulesOf` adds the bounds. */
  rules?: Omit<CapacityRules, 'unit' | 'minimum' | 'maximum'>;
  /** How long the service refuses a change after another one, in seconds. */
  pauseSeconds?: number;
  live: LiveCapacity;
  /** Properties that must stay at or around the capacity, and are sent with it if they would not be. */
  bounds?: { atMost?: string; atLeast?: string };
  /** Other capacities of the same resource that change in proportion: `*` stands for each element of a list. */
  members?: readonly string[];
  /** The type whose capacity carries this one: it grows before, and shrinks after. */
  carriedBy?: { type: string; link: string };
  /** The subnets that new units are placed in, and how many addresses each unit takes there at least. */
  subnets?: { property: string; addressesPerUnit: number };
  /** How native auto scaling names it, where there is any. */
  native?: NativeTarget;
  /** Why this resource can't be scaled as it is, or undefined if it can. */
  unmet?(properties: JsonObject): string | undefined;
}

/** The fields that most traits share. */
export const plain = {
  form: 'integer',
  step: 1,
  drainSeconds: 0,
  harm: 'none',
  live: { by: 'property' },
} as const;
