import type { DesiredResource } from '../model/request.ts';
import { PlanRefused } from './errors.ts';

/**
 * Returns resources such that each comes after its dependencies, and otherwise in the given order. Ignores names
 * without a resource (Admit rejects them). Throws `PlanRefused` with the complete cycle if there is one.
 */
export function inOrder(resources: readonly DesiredResource[]): DesiredResource[] {
  const byName = new Map(resources.map((resource) => [resource.logicalId, resource]));
  const done = new Set<string>();
  const open = new Set<string>();
  const order: DesiredResource[] = [];
  for (const root of resources) {
    const stack = [{ resource: root, next: 0 }];
    if (done.has(root.logicalId)) continue;
    open.add(root.logicalId);
    for (let top = stack.at(-1); top !== undefined; top = stack.at(-1)) {
      const { resource } = top;
      const needed = byName.get(resource.dependsOn[top.next] ?? '');
      top.next += 1;
      if (top.next > resource.dependsOn.length) {
        done.add(resource.logicalId);
        open.delete(resource.logicalId);
        order.push(resource);
        stack.pop();
      } else if (needed !== undefined && open.has(needed.logicalId)) {
        throw circle([...open], needed.logicalId);
      } else if (needed !== undefined && !done.has(needed.logicalId)) {
        open.add(needed.logicalId);
        stack.push({ resource: needed, next: 0 });
      }
    }
  }
  return order;
}

function circle(path: string[], back: string): PlanRefused {
  const members = [...path.slice(path.indexOf(back)), back];
  return new PlanRefused([
    {
      path: `Resources.${back}`,
      code: 'Cycle',
      message: `resources need each other in a circle: ${members.join(' → ')}; remove one of these references`,
    },
  ]);
}
