import type { ScalingBehavior, ScalingRule, ScalingRules } from '../../model/scaling-decision.ts';
import type { Limited } from './limits.ts';
import { changeInPeriod, type ScaleEvent } from './scale-events.ts';

export interface ScaleEvents {
  up: readonly ScaleEvent[];
  down: readonly ScaleEvent[];
}

const int32 = { min: -(2 ** 31), max: 2 ** 31 - 1 };

/** How a policy limits a direction, from the size at the start of its period. */
const limitsOf: Record<
  'up' | 'down',
  Record<ScalingRule['type'], (start: number, value: number) => number>
> = {
  up: {
    Pods: (start, value) => start + value,
    // Rounded up, for a small size to grow at all.
    Percent: (start, value) => Math.ceil(start * (1 + value / 100)),
  },
  down: {
    Pods: (start, value) => start - value,
    Percent: (start, value) => Math.trunc(start * (1 - value / 100)) + 0, // not −0
  },
};

/**
 * Returns how far the policies of one direction let the size go. `Max` takes the policy that allows most, `Min` the
 * one that allows least. `Min` upwards starts from the largest number (1.18 and later); from 0, as before, it allowed
 * nothing.
 */
export function behaviorLimit(
  direction: 'up' | 'down',
  current: number,
  events: ScaleEvents,
  rules: ScalingRules,
): number {
  if (rules.selectPolicy === 'Disabled') return current;
  const limits = rules.policies.map(({ type, value, periodSeconds }) => {
    const added = changeInPeriod(events.up, periodSeconds);
    const removed = changeInPeriod(events.down, periodSeconds);
    return limitsOf[direction][type](current - added + removed, value);
  });
  const farthest = (rules.selectPolicy !== 'Min') === (direction === 'up');
  return farthest ? Math.max(int32.min, ...limits) : Math.min(int32.max, ...limits);
}

/** Brings a stabilized size into the rate of its direction and into the bounds. A rate never crosses the current size. */
export function withinBehavior(
  current: number,
  desired: number,
  bounds: { min: number; max: number },
  events: ScaleEvents,
  behavior: ScalingBehavior,
): Limited {
  if (desired > current) {
    const rate = Math.max(current, behaviorLimit('up', current, events, behavior.scaleUp));
    const limit: Limited =
      bounds.max > rate
        ? { replicas: rate, reason: 'ScaleUpLimit' }
        : { replicas: bounds.max, reason: 'TooManyReplicas' };
    if (desired > limit.replicas) return limit;
  }
  if (desired < current) {
    const rate = Math.min(current, behaviorLimit('down', current, events, behavior.scaleDown));
    const limit: Limited =
      bounds.min < rate
        ? { replicas: rate, reason: 'ScaleDownLimit' }
        : { replicas: bounds.min, reason: 'TooFewReplicas' };
    if (desired < limit.replicas) return limit;
  }
  return { replicas: desired, reason: 'DesiredWithinRange' };
}

/** The rules of a direction that says nothing itself (autoscaling/v2, defaults.go). */
export const defaultBehavior: ScalingBehavior = {
  scaleUp: {
    stabilizationWindowSeconds: 0,
    selectPolicy: 'Max',
    policies: [
      { type: 'Pods', value: 4, periodSeconds: 15 },
      { type: 'Percent', value: 100, periodSeconds: 15 },
    ],
  },
  scaleDown: {
    stabilizationWindowSeconds: 300,
    selectPolicy: 'Max',
    policies: [{ type: 'Percent', value: 100, periodSeconds: 15 }],
  },
};
