import { operations } from './operations.ts';
import type { Step } from './plan.ts';
import type { AvailableAction } from './request.ts';

/**
 * What carrying a step out is, whatever its request is called: the one answer by which policies are evaluated at
 * admission and at the provider call, and by which governance decides.
 */
export function actionOf({ operation }: Pick<Step, 'operation'>): AvailableAction {
  return operations[operation].action;
}

/** The actions that the steps of a plan come to, each once, sorted; a plan without steps provisions nothing. */
export function actionsOf(steps: readonly Pick<Step, 'operation'>[]): AvailableAction[] {
  const found = [...new Set(steps.map(actionOf))].sort();
  return found.length === 0 ? ['provision'] : found;
}
