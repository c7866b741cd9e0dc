import type { JsonObject, JsonValue } from './json.ts';
import type { DeletionPolicy, HealthCheck } from './request.ts';
import type { PropertyOwner } from './wish.ts';

export type AssetStatus = 'Active' | 'Retired' | 'Retained' | 'Unknown';

/** A configuration item (CI): one existing resource, as the inventory knows it. */
export interface Asset {
  /** Hash of provider, account, region, type and primary identifier: the same resource is the same asset. */
  id: string;
  /** Optimistic lock: the number of the asset's version, from 1. */
  version: number;
  provider: string;
  account: string;
  region: string;
  /** Name of the role that acts on it; `placeOf` tells where it is not recorded. */
  role?: string;
  type: string;
  /** The primary identifier, with its parts joined by `|` as in Cloud Control. */
  identifier: string;
  logicalId: string;
  scope: string;
  environment: string;
  service: string;
  owner: string;
  status: AssetStatus;
  /** The requested properties, including unresolved references. The next plan compares with them. */
  desired: JsonObject;
  /** The properties sent to the provider, with secrets as references. */
  applied: JsonObject;
  /**
   * Present if the last update failed and its effect is unknown: the properties requested and sent before it. `desired`
   * and `applied` then belong to the failed update, and `attributes` were read after it.
   */
  unsettled?: { desired: JsonObject; applied: JsonObject };
  /** Live properties and attributes, with sensitive values as hashes. `Ref` and `Fn::GetAtt` read them. */
  attributes: JsonObject;
  /** Properties whose values are owned by a request other than the manifest, by scaling or by shifts of traffic. */
  owners?: PropertyOwner[];
  /** What its manifest declares under `scaling`, as written. */
  scaling?: JsonValue;
  /** What it declares under `traffic`, as written. */
  traffic?: JsonValue;
  /** The `UpdatePolicy` in the last step on the asset. */
  updatePolicy?: JsonObject;
  /** The health checks in the last step on the asset. */
  health?: HealthCheck[];
  /** How long the checks must hold. */
  bakeSeconds?: number;
  /** When the checks last held for the required time since the asset was created or changed: ISO 8601 instant. */
  verifiedAt?: string;
  /** Logical ids in the same scope that this asset depends on. */
  dependsOn: string[];
  /** Ids of the assets that this asset refers to. */
  dependsOnAssets: string[];
  deletionPolicy: DeletionPolicy;
  updateReplacePolicy: DeletionPolicy;
  requestId: string;
  changeId: string;
  runId: string;
  /** ISO 8601 instant. */
  updatedAt: string;
}
