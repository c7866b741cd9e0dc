import type { JsonObject } from './json.ts';
import type { DeletionPolicy, HealthCheck } from './request.ts';
import type { PropertyOwner } from './wish.ts';

export type AssetStatus = 'Active' | 'Retired' | 'Retained' | 'Unknown';

/** A configuration item (CI): one resource that exists, as the inventory knows it. */
export interface Asset {
  /** Hash of provider, account, region, type and primary identifier: the same resource is the same asset. */
  id: string;
  /** Optimistic lock: counts the asset's versions from 1. */
  version: number;
  provider: string;
  account: string;
  region: string;
  /** Name of the role that acts on it; `placeOf` tells where it is not recorded. */
  role?: string;
  type: string;
  /** Primary identifier, its parts joined by `|` as Cloud Control writes it. */
  identifier: string;
  logicalId: string;
  scope: string;
  environment: string;
  service: string;
  owner: string;
  status: AssetStatus;
  /** What was asked for, unresolved references included: what the next plan compares with. */
  desired: JsonObject;
  /** What was sent to the provider, secrets still as references. */
  applied: JsonObject;
  /**
   * There where the last update failed, and nobody knows what of it took effect: what had been asked for and sent before
   * it. `desired` and `applied` are of that update then, and `attributes` what was read after it.
   */
  unsettled?: { desired: JsonObject; applied: JsonObject };
  /** Live properties and attributes, sensitive values as hashes: what `Ref` and `Fn::GetAtt` read. */
  attributes: JsonObject;
  /** Properties whose values somebody other than the manifest decides. */
  owners?: PropertyOwner[];
  /** `UpdatePolicy` that the last step on it declared. */
  updatePolicy?: JsonObject;
  /** Health checks that the last step on it declared. */
  health?: HealthCheck[];
  /** How long they must hold. */
  bakeSeconds?: number;
  /** When they last held for as long as they must, since it was made or changed: ISO 8601 instant. */
  verifiedAt?: string;
  /** Logical ids in the same scope this one needs. */
  dependsOn: string[];
  /** Asset ids this one points at. */
  dependsOnAssets: string[];
  deletionPolicy: DeletionPolicy;
  updateReplacePolicy: DeletionPolicy;
  requestId: string;
  changeId: string;
  runId: string;
  /** ISO 8601 instant. */
  updatedAt: string;
}
