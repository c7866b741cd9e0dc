import type { AliasIndex } from '../../inventory/alias-index.ts';
import type { JsonObject } from '../../model/json.ts';
import type { HashedPlan } from '../../model/plan.ts';
import { namingProblems, putTogether, readAliases } from '../govern/named-assets.ts';
import type { StepContext } from './step-context.ts';

/** Read once a run: what is registered while it is under way is seen by the next plan. */
const indexes = new WeakMap<HashedPlan, Promise<AliasIndex>>();

/** Why a step may not be sent that names an asset of others only now that its texts are put together. */
export async function foreignName(
  { services, view: { plan, run }, step: { resource, type, desired } }: StepContext,
  payload: JsonObject,
): Promise<{ code: string; message: string } | undefined> {
  // What an undo puts back was there before; what sends no properties names nothing.
  if (plan.direction === 'undo' || desired === undefined) return undefined;
  const properties = putTogether(desired, payload) as JsonObject | undefined;
  if (properties === undefined) return undefined;
  const index = indexes.get(plan) ?? readAliases(services, plan);
  indexes.set(plan, index);
  const request = await services.ledger.request(run.requestId);
  const [problem] = await namingProblems(services, plan, request, await index, [
    { resource, type, properties },
  ]);
  return problem && { code: problem.code, message: `${problem.path}: ${problem.message}` };
}
