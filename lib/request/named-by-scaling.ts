import type { DesiredResource } from '../model/request.ts';
import { referencesIn } from '../template/index.ts';
import { within } from '../template/intrinsic.ts';
import type { Problems } from './problems.ts';

/**
 * Orders each resource after those that its scaling policy names: the index of policies has the names of alarms as they are
 * in the cloud, so they must exist first. Reports those that depend on the resource themselves, as an alarm with its name as a
 * dimension does.
 */
export function afterWhatScalingNames(
  resources: readonly DesiredResource[],
  problems: Problems,
): DesiredResource[] {
  const needs = new Map(resources.map(({ logicalId, dependsOn }) => [logicalId, dependsOn]));
  return resources.map((resource) => {
    const { logicalId, baton, dependsOn } = resource;
    const named = baton?.scaling === undefined ? [] : referencesIn(baton.scaling).map((one) => one.logicalId);
    const first = new Set(named.filter((name) => name !== logicalId && needs.has(name)));
    for (const name of first)
      if (reaches(needs, name, logicalId)) {
        first.delete(name);
        problems.add(
          within(within('Resources', logicalId), 'Baton.scaling'),
          'Cycle',
          `its policy refers to ${name}, which depends on ${logicalId}, so that it has no name when ${logicalId} is created; ` +
            `expected a name in place of the reference: give ${name} one, such as AlarmName, and use that`,
        );
      }
    if (first.size === 0) return resource;
    const after = [...new Set([...dependsOn, ...first])];
    needs.set(logicalId, after);
    return { ...resource, dependsOn: after };
  });
}

function reaches(needs: ReadonlyMap<string, readonly string[]>, from: string, to: string): boolean {
  const seen = new Set<string>();
  const open = [from];
  for (let name = open.pop(); name !== undefined; name = open.pop()) {
    if (name === to) return true;
    if (seen.has(name)) continue;
    seen.add(name);
    open.push(...(needs.get(name) ?? []));
  }
  return false;
}
