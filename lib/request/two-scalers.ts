import { twoScalers } from '../model/native-scaling/conflict.ts';
import { nativeScalingOf } from '../model/native-scaling/owners.ts';
import type { DesiredResource } from '../model/request.ts';
import type { Problems } from './problems.ts';

/** Reports capacities with a policy under `scaling` that native auto scaling would decide too. Names both places. */
export function refuseTwoScalers(resources: readonly DesiredResource[], problems: Problems): void {
  const scaled = resources.filter(({ baton }) => baton?.scaling !== undefined);
  if (scaled.length === 0) return;
  const { owners } = nativeScalingOf(resources);
  const lines = new Map(resources.map(({ logicalId, line }) => [logicalId, line]));
  for (const resource of scaled)
    for (const { path, code, message } of twoScalers(resource, owners.get(resource.logicalId), (by) =>
      lines.get(by),
    ))
      problems.add(path, code, message);
}
