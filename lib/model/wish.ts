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

/** More than a resource has properties; an asset carries its owners along. */
const pathsMax = 200;

/** What a request changes of one asset, and of nothing else. */
export const assetChangeSchema = z.strictObject({
  /** Id of the asset. */
  asset: z.string().check(z.minLength(1), z.maxLength(256)),
  /** Its resource type, which says where secrets belong before anything is read. */
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
  /** Paths given back to the manifest, with the value it has for them. */
  release: z._default(z.array(path).check(z.maxLength(pathsMax)), []),
});
export interface AssetChange {
  asset: string;
  type: string;
  set: JsonObject;
  remove: string[];
  release: string[];
}

/** What a request does with one asset. */
export const assetVerbSchema = z.strictObject({
  /** Id of the asset. */
  asset: z.string().check(z.minLength(1), z.maxLength(256)),
  /** One of the verbs of its type. */
  verb: z.string().check(z.minLength(1), z.maxLength(64)),
});
export type AssetVerb = z.output<typeof assetVerbSchema>;

/**
 * What a request asks for, by kind. Only `resources` speaks for a whole scope: what it does not name is deleted. `assets`
 * retires the assets named, the whole scope where it names none; `changes` sets and removes properties of named assets;
 * `verbs` acts on named assets and changes no property.
 */
export type Wish =
  | { kind: 'resources' }
  | { kind: 'assets'; ids: string[] }
  | { kind: 'changes'; changes: AssetChange[] }
  | { kind: 'verbs'; verbs: AssetVerb[] };

/** A property whose value is decided by somebody other than the manifest of its resource. */
export interface PropertyOwner {
  /** Path of the property; a list, and an object that the manifest does not have, is owned as a whole. */
  path: string;
  /** Who decides: `configuration` is a request that changed this property alone. */
  owner: 'configuration';
  /** The request that took it over. */
  requestId: string;
  /** What the manifest says, absent where it says nothing: as long as it says the same, it speaks of it no more. */
  manifest?: JsonValue;
}

/** A property that a manifest mentions and leaves as it is, since somebody else decides its value. */
export interface KeptProperty extends PropertyOwner {
  /** The value it has and keeps; absent where it was removed. */
  value?: JsonValue;
}
