import type { AliasIndex } from '../../inventory/alias-index.ts';
import type { JsonObject } from '../../model/json.ts';
import type { HashedPlan } from '../../model/plan.ts';
import { namingProblems, putTogether, readAliases } from '../govern/named-assets.ts';
import type { StepContext } from './step-context.ts';

/** Read once for each run. The next plan sees assets that are registered during the run. */
const indexes = new WeakMap<HashedPlan, Promise<AliasIndex>>();

/** Returns why a step may not be sent because its assembled texts name another team's asset. */
export async function foreignName(
  { services, view: { plan, run }, step: { resource, type, desired } }: StepContext,
  payload: JsonObject,
): Promise<{ code: string; message: string } | undefined> {
  // Values that a rollback restores existed before, and a step without properties names nothing.
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
