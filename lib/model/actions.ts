import { operations } from './operations.ts';
import type { Step } from './plan.ts';
import type { AvailableAction } from './request.ts';
import { findVerb } from './verbs/index.ts';

type Acting = Pick<Step, 'operation'> & Partial<Pick<Step, 'type' | 'act'>>;

/**
 * Returns the action of a step, regardless of its request. Policies are evaluated with it at admission and at the
 * provider call, and governance decides by it. Undefined if the step doesn't affect an asset.
 */
export function actionOf({ operation, type = '', act }: Acting): AvailableAction | undefined {
  return findVerb(type, act?.verb ?? '')?.action ?? operations[operation].action;
}

/** Returns the actions of a plan's steps, sorted and unique. A plan without steps counts as provisioning. */
export function actionsOf(steps: readonly Acting[]): AvailableAction[] {
  const found = [...new Set(steps.flatMap((step) => actionOf(step) ?? []))].sort();
  return found.length === 0 ? ['provision'] : found;
}
