import * as z from 'zod';
import { properties } from './step.ts';

/**
 * What `inventory list --json` and `inventory show --json` print. Every field that stands here keeps its name and
 * meaning; more may come.
 */
const policy = z.enum(['Delete', 'Retain', 'RetainExceptOnCreate', 'Snapshot']);

const asset = z.looseObject({
  id: z.string(),
  /** Counts the asset's versions from 1. */
  version: z.int(),
  ...{ provider: z.string(), account: z.string(), region: z.string(), type: z.string() },
  /** Primary identifier, its parts joined by `|` as Cloud Control writes it. */
  identifier: z.string(),
  logicalId: z.string(),
  ...{ scope: z.string(), environment: z.string(), service: z.string(), owner: z.string() },
  status: z.enum(['Active', 'Retired', 'Retained', 'Unknown']),
  /** What was asked for, what was sent, and what was read back: secrets are references, sensitive values hashes. */
  ...{ desired: properties, applied: properties, attributes: properties },
  /** Logical ids in the same scope this one needs, and the ids of their assets. */
  ...{ dependsOn: z.array(z.string()), dependsOnAssets: z.array(z.string()) },
  ...{ deletionPolicy: policy, updateReplacePolicy: policy },
  ...{ requestId: z.string(), changeId: z.string(), runId: z.string() },
  updatedAt: z.string(),
});

const version = z.looseObject({
  assetId: z.string(),
  version: z.int(),
  /** What the version before it left. */
  before: asset.optional(),
  after: asset,
  ...{ runId: z.string(), changeId: z.string(), actor: z.string(), at: z.string() },
});

/** Of `inventory list --json`. */
export const assetsReport = z.looseObject({ assets: z.array(asset) });

/** Of `inventory show --json`: the versions oldest first, what it needs and what needs it. */
export const assetReport = z.looseObject({
  asset,
  versions: z.array(version),
  dependsOn: z.array(asset),
  neededBy: z.array(asset),
});
