import type { Asset } from '../model/asset.ts';
import type { HashedPlan } from '../model/plan.ts';
import type { Header } from '../model/request.ts';
import type { TypeLookup } from '../model/spec.ts';

export interface DecommissionInput {
  requestId: string;
  header: Header;
  /** What goes; the whole scope when absent. */
  assetIds?: string[];
  /** Assets of the scope. */
  assets: Asset[];
  /** Assets outside the scope that point at assets of it. */
  dependents: Asset[];
  /** Partition of the account, `aws` when absent. */
  partition?: string;
  lookup: TypeLookup;
}

export function planDecommission(input: DecommissionInput): HashedPlan {
  throw new Error(`not yet: ${input.requestId}`);
}
