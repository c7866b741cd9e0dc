import type { Problem } from '../../model/errors.ts';
import { isSamePlace, placeOfStep } from '../../model/place.ts';
import type { Step } from '../../model/plan.ts';
import { type Context, comesAfter, wrong } from './context.ts';
import { knownOperations } from './operations.ts';
import { readsOf } from './read.ts';

/** An inverse plan names its run, contains only inverse steps in reverse order, and can read what it needs. */
export function checkUndo(context: Context): Problem[] {
  const { plan, evidence } = context;
  const problems: Problem[] = [];
  if (plan.undoes === undefined) {
    problems.push({ path: 'undoes', code: 'NoRun', message: 'an undo plan names the run it undoes' });
  }
  const undoing = new Set(Object.values(knownOperations).flatMap(({ undoers }) => undoers));
  for (const step of plan.steps) {
    if (!undoing.has(step.operation)) {
      const expected = [...undoing].join(', ');
      problems.push(wrong(step, 'WrongOperation', `${step.id}: the steps of an undo are ${expected}`));
    }
    if (step.operation !== 'delete') problems.push(...checkReads(context, step));
  }
  if (evidence.undone === undefined) return problems;
  const undoOf = pairUp(evidence.undone.steps, plan.steps);
  for (const step of evidence.undone.steps) {
    const undo = undoOf.get(step.id);
    if (undo !== undefined && !isSamePlace(placeOfStep(plan, undo), placeOfStep(evidence.undone, step)))
      problems.push(wrong(undo, 'OtherPlace', `${undo.id} works elsewhere than ${step.id}, which it undoes`));
    for (const need of undo === undefined ? [] : step.dependsOn) {
      const later = undoOf.get(need);
      if (later === undefined || undo === undefined || comesAfter(context, later.id, undo.id)) continue;
      problems.push(wrong(later, 'NotReversed', `${later.id} does not wait for ${undo.id}`));
    }
  }
  const paired = new Set(undoOf.values());
  for (const step of plan.steps) {
    if (!paired.has(step))
      problems.push(wrong(step, 'UndoesNothing', `${step.id} undoes no step of the plan`));
  }
  return problems;
}

/** The references of an inverse step exist or are created by an earlier step. */
function checkReads(context: Context, step: Step): Problem[] {
  const problems: Problem[] = [];
  for (const { target } of readsOf(step.restore ?? step.desired ?? {})) {
    const maker = context.making.get(target);
    const made = maker !== undefined && comesAfter(context, step.id, maker.id);
    if (made || context.unchanged.has(target) || maker?.operation === 'update') continue;
    problems.push(
      wrong(step, 'DanglingReference', `${step.id} reads ${target}: neither made before nor there`),
    );
  }
  return problems;
}

/** Pairs each inverse step with its original: by resource and operation, and by name if there are several. */
function pairUp(steps: readonly Step[], undos: readonly Step[]): Map<string, Step> {
  const byResource = new Map<string, Set<Step>>();
  for (const undo of undos) {
    const group = byResource.get(undo.resource) ?? new Set();
    byResource.set(undo.resource, group.add(undo));
  }
  const pairs = new Map<string, Step>();
  for (const step of steps) {
    const left = byResource.get(step.resource) ?? new Set();
    const fitting = [...left].filter(({ operation }) =>
      knownOperations[step.operation].undoers.includes(operation),
    );
    const name = step.id.slice(step.operation.length + 1);
    const undo = fitting.find(({ id, operation }) => id === `${operation}:${name}`) ?? fitting[0];
    if (undo === undefined) continue;
    left.delete(undo);
    pairs.set(step.id, undo);
  }
  return pairs;
}
