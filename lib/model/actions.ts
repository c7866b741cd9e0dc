import { type Scaling, scaledBy } from './capacity/scaling-step.ts';
import { operations, shiftsTraffic } from './operations.ts';
import type { Step } from './plan.ts';
import type { AvailableAction } from './request.ts';
import { findVerb } from './verbs/index.ts';

type Acting = Pick<Step, 'operation'> & Partial<Pick<Step, 'type' | 'act' | 'shift'>>;

/**
 * Returns the action of a step, regardless of its request. Policies are evaluated with it at admission and at the
 * provider call, and governance decides by it. Undefined if the step doesn't affect an asset.
 */
export function actionOf({ operation, type = '', act }: Acting): AvailableAction | undefined {
  return findVerb(type, act?.verb ?? '')?.action ?? operations[operation].action;
}

/**
 * Returns the actions of a plan's steps by which governance decides, sorted and unique. An update that changes only
 * capacities is `scale` here, whatever its request says, and one that moves traffic is `shift-traffic`. Policies on
 * resources evaluate both like any other update (see `actionOf`). A plan without steps counts as provisioning.
 */
export function actionsOf(steps: readonly (Acting & Scaling)[]): AvailableAction[] {
  const governed = (step: Acting & Scaling) => {
    if (shiftsTraffic(step)) return 'shift-traffic';
    return scaledBy(step) === undefined ? actionOf(step) : 'scale';
  };
  const found = [...new Set(steps.flatMap((step) => governed(step) ?? []))].sort();
  return found.length === 0 ? ['provision'] : found;
}
