import { assetIdOf } from '../inventory/keys.ts';
import { placeOfStep } from '../model/place.ts';
import type { HashedPlan, Step } from '../model/plan.ts';
import { isRecordSet, recordSet } from '../model/record-sets.ts';
import { providerOf } from '../providers/registry.ts';

/** Returns the id of the asset for the resource of a step with an identifier. */
export function assetOfStep(
  plan: Pick<HashedPlan, 'environment' | 'account' | 'region'>,
  step: Pick<Step, 'type' | 'place'>,
  identifier: string,
): string {
  const { account, region } = placeOfStep(plan, step);
  // A record and a group with its name and type are the same resource of Route 53.
  const type = isRecordSet(step.type) ? recordSet : step.type;
  return assetIdOf({ provider: providerOf(step.type), account, region, type, identifier });
}
