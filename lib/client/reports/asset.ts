import * as z from 'zod';
import { properties } from './step.ts';

/**
 * The output of `inventory list --json` and `inventory show --json`. Fields keep their names and meanings; new ones may
 * be added.
 */
const policy = z.enum(['Delete', 'Retain', 'RetainExceptOnCreate', 'Snapshot']);

const asset = z.looseObject({
  id: z.string(),
  /** The asset's version, from 1. */
  version: z.int(),
  ...{ provider: z.string(), account: z.string(), region: z.string(), type: z.string() },
  /** The name of the IAM role that acts on it. */
  role: z.string().optional(),
  /** The primary identifier, with its parts joined by `|` as in Cloud Control. */
  identifier: z.string(),
  logicalId: z.string(),
  ...{ scope: z.string(), environment: z.string(), service: z.string(), owner: z.string() },
  status: z.enum(['Active', 'Retired', 'Retained', 'Unknown']),
  /** The properties requested, sent and read back. Secrets are references; sensitive values are hashes. */
  ...{ desired: properties, applied: properties, attributes: properties },
  /** Logical ids in the same scope that this asset depends on, and the ids of their assets. */
  ...{ dependsOn: z.array(z.string()), dependsOnAssets: z.array(z.string()) },
  ...{ deletionPolicy: policy, updateReplacePolicy: policy },
  ...{ requestId: z.string(), changeId: z.string(), runId: z.string() },
  updatedAt: z.string(),
});

const version = z.looseObject({
  assetId: z.string(),
  version: z.int(),
  /** The asset before this version. */
  before: asset.optional(),
  after: asset,
  ...{ runId: z.string(), changeId: z.string(), actor: z.string(), at: z.string() },
});

/** The output of `inventory list --json`. */
export const assetsReport = z.looseObject({ assets: z.array(asset) });

/** The output of `inventory show --json`: the versions, oldest first, and the relationships in both directions. */
export const assetReport = z.looseObject({
  asset,
  versions: z.array(version),
  dependsOn: z.array(asset),
  neededBy: z.array(asset),
});
