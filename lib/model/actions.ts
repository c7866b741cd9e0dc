import type { Operation, Step } from './plan.ts';
import type { AvailableAction } from './request.ts';

/**
 * What carrying a step out is, whatever its request is called: the one answer by which policies are evaluated at
 * admission and at the provider call, and by which governance decides. A resource that is retained is given up.
 */
const actionsByOperation: Record<Operation, AvailableAction> = {
  create: 'provision',
  update: 'provision',
  replace: 'provision',
  delete: 'decommission',
  retain: 'decommission',
};

export function actionOf({ operation }: Pick<Step, 'operation'>): AvailableAction {
  return actionsByOperation[operation];
}

/** The actions that the steps of a plan come to, each once, sorted; a plan without steps provisions nothing. */
export function actionsOf(steps: readonly Pick<Step, 'operation'>[]): AvailableAction[] {
  const found = [...new Set(steps.map(actionOf))].sort();
  return found.length === 0 ? ['provision'] : found;
}
