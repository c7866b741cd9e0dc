import type { Problem } from '../../model/errors.ts';
import type { Step } from '../../model/plan.ts';
import type { TypeSpec } from '../../model/spec.ts';
import { type Context, wrong } from './context.ts';
import { knownOperations } from './operations.ts';

/** The inverse of each step is correct, and says what it can't restore. */
export function checkInverses({ plan, lookup }: Context): Problem[] {
  return plan.steps.flatMap((step) => checkInverse(step, lookup(step.type)));
}

function checkInverse(step: Step, spec: TypeSpec | undefined): Problem[] {
  const problems: Problem[] = [];
  const { operation, irreversible } = step.inverse;
  const { inverse } = knownOperations[step.operation];
  if (operation !== inverse) {
    const message = `${step.id} is undone by ${inverse}, not by ${operation}`;
    problems.push(wrong(step, 'WrongInverse', message));
  }
  const holdsData = spec?.holdsData === true;
  if (step.holdsData !== holdsData) {
    const message = `${step.id}: a ${step.type} ${holdsData ? 'holds' : 'does not hold'} data`;
    problems.push(wrong(step, 'WrongHoldsData', message));
  }
  const loses = losesSomething(step, spec);
  if (loses !== (irreversible !== undefined)) {
    const message = `${step.id} is marked ${loses ? 'reversible, and is not' : 'irreversible, and is not'}`;
    problems.push(wrong(step, 'WrongInverse', message));
  }
  return problems;
}

function losesSomething(step: Step, spec: TypeSpec | undefined): boolean {
  if (step.act?.harm === 'data loss') return true;
  if (spec === undefined) return false;
  const unread = spec.writeOnly.filter((name) => {
    const needed = spec.properties[name]?.required ?? false;
    return needed && !Object.hasOwn(step.previous ?? {}, name);
  });
  if (step.operation === 'delete') return spec.holdsData || unread.length > 0;
  const touched = (name: string) =>
    step.changes?.some(({ path }) => path === name || path.startsWith(`${name}.`)) ?? false;
  return step.operation === 'update' && unread.some(touched);
}
