import { hashOf } from '../model/json.ts';
import type { HashedPlan, Plan, Step, UnchangedResource } from '../model/plan.ts';
import type { DesiredState } from '../model/request.ts';

/** Returns the plan of a request that names assets and has no outputs. */
export function forwardPlan(
  requestId: string,
  { header, scope, account, region, partition }: DesiredState,
  steps: Step[],
  unchanged: UnchangedResource[],
): HashedPlan {
  const { environment, service, owner } = header;
  const plan: Plan = {
    version: 1,
    requestId,
    ...{ scope, environment, service, owner, account, region, partition },
    direction: 'forward',
    steps,
    unchanged,
    outputs: {},
  };
  return { ...plan, hash: hashOf(plan) };
}
