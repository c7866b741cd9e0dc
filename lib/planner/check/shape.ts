import type { Problem } from '../../model/errors.ts';
import { hashOf } from '../../model/json.ts';
import type { HashedPlan } from '../../model/plan.ts';
import { wrong } from './context.ts';

/** Checks the plan itself: its hash, ids and edges. */
export function checkShape(plan: HashedPlan): Problem[] {
  const problems: Problem[] = [];
  const { hash, ...hashed } = plan;
  if (hashOf(hashed) !== hash) {
    problems.push({ path: 'hash', code: 'WrongHash', message: `the hash ${hash} is not that of the plan` });
  }
  const ids = new Set<string>();
  for (const step of plan.steps) {
    if (ids.has(step.id)) problems.push(wrong(step, 'DuplicateStep', `two steps have the id ${step.id}`));
    ids.add(step.id);
    if (!`${step.id}:`.startsWith(`${step.operation}:${step.resource}:`)) {
      problems.push(wrong(step, 'WrongId', `the step ${step.id} does ${step.operation} on ${step.resource}`));
    }
  }
  for (const step of plan.steps) {
    for (const need of step.dependsOn) {
      if (!ids.has(need))
        problems.push(wrong(step, 'UnknownStep', `${step.id} waits for ${need}: no such step`));
    }
    if (new Set(step.dependsOn).size < step.dependsOn.length) {
      problems.push(wrong(step, 'DuplicateEdge', `${step.id} waits for the same step twice`));
    }
  }
  const stuck = problems.length > 0 ? [] : unreachable(plan);
  if (stuck.length > 0) {
    const message = `these steps wait for each other and can never start: ${stuck.slice(0, 20).join(', ')}`;
    problems.push({ path: 'steps', code: 'Cycle', message });
  }
  return problems;
}

/** Returns the steps without a valid order: those in a cycle and their dependents. */
function unreachable(plan: HashedPlan): string[] {
  const open = new Map(plan.steps.map((step) => [step.id, step.dependsOn.length]));
  const followers = new Map<string, string[]>();
  for (const step of plan.steps) {
    for (const need of step.dependsOn) {
      const list = followers.get(need);
      if (list === undefined) followers.set(need, [step.id]);
      else list.push(step.id);
    }
  }
  const free = plan.steps.filter((step) => step.dependsOn.length === 0).map((step) => step.id);
  for (const id of free) {
    open.delete(id);
    for (const follower of followers.get(id) ?? []) {
      const left = (open.get(follower) ?? 0) - 1;
      open.set(follower, left);
      if (left === 0) free.push(follower);
    }
  }
  return [...open.keys()];
}
