import type { StepRecord } from '../../ledger/records.ts';
import type { Plan } from '../../model/plan.ts';

export interface CriticalPath {
  seconds: number;
  /** The steps of the path, first to last. */
  steps: string[];
}

/** Returns the seconds of each step from its journal; 0 for a step that never started or needed no call. */
export function stepSeconds(records: readonly StepRecord[], count: number): number[] {
  const seconds = new Array<number>(count).fill(0);
  for (const { index, startedAtSeconds, finishedAtSeconds } of records)
    if (startedAtSeconds !== undefined && finishedAtSeconds !== undefined)
      seconds[index] = Math.max(0, finishedAtSeconds - startedAtSeconds);
  return seconds;
}

/** Returns the longest chain of dependent steps by their actual durations. No order of steps could have been faster. */
export function criticalPath({ steps }: Pick<Plan, 'steps'>, seconds: readonly number[]): CriticalPath {
  const indexOf = new Map(steps.map(({ id }, index) => [id, index]));
  const ends = new Array<number>(steps.length).fill(-1);
  const before = new Array<number>(steps.length).fill(-1);
  let last = -1;
  for (const index of inOrder(steps, indexOf)) {
    let start = 0;
    for (const id of steps[index]?.dependsOn ?? []) {
      const need = indexOf.get(id) ?? -1;
      if ((ends[need] ?? 0) <= start) continue;
      start = ends[need] ?? 0;
      before[index] = need;
    }
    ends[index] = start + (seconds[index] ?? 0);
    if (last < 0 || (ends[index] ?? 0) > (ends[last] ?? 0)) last = index;
  }
  const path: string[] = [];
  for (let index = last; index >= 0; index = before[index] ?? -1) path.unshift(steps[index]?.id ?? '');
  return { seconds: Math.max(0, ends[last] ?? 0), steps: path };
}

/** Returns indexes such that every step comes after its dependencies. */
function inOrder(steps: Plan['steps'], indexOf: ReadonlyMap<string, number>): number[] {
  const open = steps.map(({ dependsOn }) => dependsOn.length);
  const dependents: number[][] = steps.map(() => []);
  steps.forEach(({ dependsOn }, index) => {
    for (const id of dependsOn) dependents[indexOf.get(id) ?? -1]?.push(index);
  });
  const order = open.flatMap((count, index) => (count === 0 ? [index] : []));
  for (let next = 0; next < order.length; next += 1)
    for (const dependent of dependents[order[next] ?? -1] ?? []) {
      open[dependent] = (open[dependent] ?? 0) - 1;
      if (open[dependent] === 0) order.push(dependent);
    }
  return order;
}
