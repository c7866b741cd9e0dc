import * as z from 'zod/mini';
import type { JsonObject, JsonValue } from './json.ts';
import { segmentsOf } from './property-path.ts';

const path = z.string().check(
  z.maxLength(1024),
  z.refine(
    (text) => segmentsOf(text) !== undefined,
    'expected a property path such as Tags.0.Value, or /Parameters/rds.force_ssl where a name holds a dot',
  ),
);

/** More than the properties of any resource. An asset stores its owners. */
const pathsMax = 200;

/** A change of one asset and nothing else. */
export const assetChangeSchema = z.strictObject({
  /** Id of the asset. */
  asset: z.string().check(z.minLength(1), z.maxLength(256)),
  /** Its resource type, which determines where secrets are allowed before anything is read. */
  type: z.string().check(z.minLength(1), z.maxLength(256)),
  /** Values by property path. */
  set: z._default(
    z
      .record(path, z.json())
      .check(z.refine((set) => Object.keys(set).length <= pathsMax, `expected at most ${pathsMax} paths`)),
    {},
  ),
  /** Paths whose values are removed. */
  remove: z._default(z.array(path).check(z.maxLength(pathsMax)), []),
  /** Paths that are returned to the manifest, with its values for them. */
  release: z._default(z.array(path).check(z.maxLength(pathsMax)), []),
  /** Numbers that the change was decided on. If one is another when the change is planned, the request is refused. */
  expected: z.optional(
    z.record(path, z.union([z.number(), z.string().check(z.regex(/^\d{1,20}$/, 'expected a number'))])),
  ),
  /** Only of requests by scaling: a capacity beyond its policy, which always needs an approval. */
  beyondPolicy: z.optional(z.literal(true)),
});
export interface AssetChange {
  asset: string;
  type: string;
  set: JsonObject;
  remove: string[];
  release: string[];
  expected?: Record<string, number | string> | undefined;
  beyondPolicy?: true | undefined;
}

/** An action on one asset. */
export const assetVerbSchema = z.strictObject({
  /** Id of the asset. */
  asset: z.string().check(z.minLength(1), z.maxLength(256)),
  /** One of the verbs of its type. */
  verb: z.string().check(z.minLength(1), z.maxLength(64)),
});
export type AssetVerb = z.output<typeof assetVerbSchema>;

const sideName = z
  .string()
  .check(
    z.regex(
      /^[\w$:/.+=@|-]{1,1024}$/,
      'expected a side: the logical id of a resource, an ARN, a version or the id of a deployment',
    ),
  );

/** A shift of the traffic of one asset. */
export const trafficShiftSchema = z.strictObject({
  /** Id of the asset. */
  asset: z.string().check(z.minLength(1), z.maxLength(256)),
  /** The side that gets the traffic, and the one that has it now. */
  to: sideName,
  from: z.optional(sideName),
  /** The name of a strategy, in place of the one that the manifest declares. */
  strategy: z.optional(z.string().check(z.minLength(1), z.maxLength(64))),
  /** Why traffic goes to a side that failed its analysis. */
  lift: z.optional(z.string().check(z.minLength(1), z.maxLength(1024))),
});
export type TrafficShift = z.output<typeof trafficShiftSchema>;

/** The parts of an event that name assets, and their form. A new kind of wish gets a row. */
export const wishParts = {
  /** Ids of assets to decommission, with `header.action: decommission` and without a document. */
  assets: z.optional(z.array(z.string()).check(z.maxLength(10_000))),
  /** Properties of assets to set and remove, with `header.action: configure`, or `scale` for capacities, and no document. */
  changes: z.optional(z.array(assetChangeSchema).check(z.minLength(1), z.maxLength(1000))),
  /** Verbs on single assets; with `header.action: recover` and no document. */
  verbs: z.optional(z.array(assetVerbSchema).check(z.minLength(1), z.maxLength(1000))),
  /** A shift of traffic, with `header.action: shift-traffic` and no document. One, so that a directive is about one shift. */
  shifts: z.optional(z.array(trafficShiftSchema).check(z.minLength(1), z.maxLength(1))),
};

/**
 * What a request asks for, by kind. Only `resources` covers a whole scope and deletes what it doesn't name. `assets`
 * retires the named assets, or the whole scope if it names none. `changes` sets and removes properties of named assets.
 * `verbs` acts on named assets and changes no property. `shifts` moves traffic between two sides, in steps.
 */
export type Wish =
  | { kind: 'resources' }
  | { kind: 'assets'; ids: string[] }
  | { kind: 'changes'; changes: AssetChange[] }
  | { kind: 'verbs'; verbs: AssetVerb[] }
  | { kind: 'shifts'; shifts: TrafficShift[] };

export const ownerKinds = ['configuration', 'scaling', 'native', 'traffic'] as const;
export type OwnerKind = (typeof ownerKinds)[number];

/** A property with an owner other than the manifest of its resource. */
export interface PropertyOwner {
  /** Path of the property. A list, or an object that the manifest doesn't have, is owned as a whole. */
  path: string;
  /**
   * The kind of owner. `configuration`: a request that changed only this property. `scaling`: the manifest declares
   * scaling for this capacity, so that its own value is only the initial one. `native`: auto scaling of the service
   * itself decides it, so that the value moves without any request. `traffic`: the manifest declares traffic, and shifts set these weights.
   */
  owner: OwnerKind;
  /** For `native`: the resource that lets native auto scaling decide it. */
  by?: string;
  /** The request that took ownership; for `scaling` and `traffic`, the last one that set the value. */
  requestId: string;
  /**
   * The value in the manifest; absent if the manifest has none. While it stays the same, the manifest doesn't claim a
   * configured property again. It never claims one that scaling or traffic owns.
   */
  manifest?: JsonValue;
  /** For `scaling`: people approved a capacity beyond the bounds of the policy, which stays until it is back within. */
  beyond?: true;
}

/** A property in a manifest that keeps its value because the manifest doesn't own it. */
export interface KeptProperty extends PropertyOwner {
  /** The current value; absent if the property was removed. */
  value?: JsonValue;
  /** For `scaling` and `native`: the value before, if the bounds move it. */
  from?: JsonValue;
  /** For `native`: between which bounds it moves, as far as they are known. */
  bounds?: { min?: number; max?: number };
  /** For `native`: why it can't be told what it scales. */
  unresolved?: string;
}
