import type { ScalingBehavior } from '../model/scaling-decision.ts';
import type { ScalingPolicy } from '../model/scaling-policy.ts';
import { defaultBehavior } from './hpa/behavior.ts';

/** The behavior of a policy. What it leaves out is that of the HPA if a metric of its kind is there. */
export function behaviorOf({ behavior, metrics }: ScalingPolicy): ScalingBehavior | undefined {
  const isHpa = metrics.some(({ kind }) => kind === 'target');
  if (behavior === undefined && !isHpa) return undefined;
  const rules = (direction: 'scaleUp' | 'scaleDown') => {
    const byDefault = isHpa ? defaultBehavior[direction] : { policies: [], stabilizationWindowSeconds: 0 };
    const own = behavior?.[direction];
    return { ...byDefault, ...own, policies: own?.policies ?? byDefault.policies };
  };
  return { scaleUp: rules('scaleUp'), scaleDown: rules('scaleDown') };
}
