import type { Asset } from '../model/asset.ts';
import type { HashedPlan } from '../model/plan.ts';
import type { DesiredState } from '../model/request.ts';
import type { TypeLookup } from '../model/spec.ts';

export interface ChangeInput {
  requestId: string;
  desired: DesiredState;
  /** Assets of the scope; retired and retained ones are passed over. */
  assets: Asset[];
  lookup: TypeLookup;
}

export function planChange(input: ChangeInput): HashedPlan {
  throw new Error(`not yet: ${input.requestId}`);
}
