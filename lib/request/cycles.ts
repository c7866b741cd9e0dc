/**
 * Returns one cycle for each strongly connected group of nodes, as `[A, B, C, A]`, in the order of the given nodes.
 * Uses Tarjan's algorithm without recursion, so that long chains don't overflow the stack. Runs in linear time.
 */
export function findCycles(dependencies: ReadonlyMap<string, readonly string[]>): string[][] {
  return groupsOf(dependencies)
    .filter((group) => group.length > 1 || dependencies.get(group[0] ?? '')?.includes(group[0] ?? ''))
    .map((group) => cycleWithin(new Set(group), dependencies));
}

interface Visit {
  node: string;
  next: number;
}

function groupsOf(dependencies: ReadonlyMap<string, readonly string[]>): string[][] {
  const order = new Map<string, number>();
  const lowest = new Map<string, number>();
  const open = new Set<string>();
  const stack: string[] = [];
  const groups: string[][] = [];
  const enter = (node: string, visits: Visit[]): void => {
    order.set(node, order.size);
    lowest.set(node, order.get(node) ?? 0);
    stack.push(node);
    open.add(node);
    visits.push({ node, next: 0 });
  };
  const lower = (node: string, to: number): void => {
    lowest.set(node, Math.min(lowest.get(node) ?? to, to));
  };
  const leave = (node: string): void => {
    if (lowest.get(node) !== order.get(node)) return;
    const group = stack.splice(stack.lastIndexOf(node));
    for (const member of group) open.delete(member);
    groups.push(group);
  };
  for (const root of dependencies.keys()) {
    if (order.has(root)) continue;
    const visits: Visit[] = [];
    enter(root, visits);
    for (let visit = visits.at(-1); visit !== undefined; visit = visits.at(-1)) {
      const target = dependencies.get(visit.node)?.[visit.next++];
      if (target === undefined) {
        visits.pop();
        leave(visit.node);
        const parent = visits.at(-1);
        if (parent !== undefined) lower(parent.node, lowest.get(visit.node) ?? 0);
      } else if (!dependencies.has(target)) {
        // A dependency on a missing node is reported elsewhere.
      } else if (!order.has(target)) enter(target, visits);
      else if (open.has(target)) lower(visit.node, order.get(target) ?? 0);
    }
  }
  return groups;
}

/** Returns the shortest path from the group's first node back to itself. */
function cycleWithin(
  group: ReadonlySet<string>,
  dependencies: ReadonlyMap<string, readonly string[]>,
): string[] {
  const [start = ''] = group;
  const cameFrom = new Map<string, string>();
  const queue = [start];
  for (const node of queue) {
    for (const target of dependencies.get(node) ?? []) {
      if (target === start) return [...wayTo(node, start, cameFrom), start];
      if (!group.has(target) || cameFrom.has(target)) continue;
      cameFrom.set(target, node);
      queue.push(target);
    }
  }
  return [start];
}

function wayTo(node: string, start: string, cameFrom: ReadonlyMap<string, string>): string[] {
  const way = [node];
  for (let here = node; here !== start; ) {
    here = cameFrom.get(here) ?? start;
    way.unshift(here);
  }
  return way;
}
