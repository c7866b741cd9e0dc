import { operations } from './operations.ts';
import type { Step } from './plan.ts';
import type { AvailableAction } from './request.ts';
import { findVerb } from './verbs/index.ts';

type Acting = Pick<Step, 'operation'> & Partial<Pick<Step, 'type' | 'act'>>;

/**
 * What carrying a step out is, whatever its request is called: the one answer by which policies are evaluated at
 * admission and at the provider call, and by which governance decides. Undefined where it does nothing to an asset.
 */
export function actionOf({ operation, type = '', act }: Acting): AvailableAction | undefined {
  return findVerb(type, act?.verb ?? '')?.action ?? operations[operation].action;
}

/** The actions that the steps of a plan come to, each once, sorted; a plan without steps provisions nothing. */
export function actionsOf(steps: readonly Acting[]): AvailableAction[] {
  const found = [...new Set(steps.flatMap((step) => actionOf(step) ?? []))].sort();
  return found.length === 0 ? ['provision'] : found;
}
