import { expect, test } from 'vitest';
import { shiftSteps } from '../../lib/model/traffic-policy.ts';
import { codeDeployPlans, linear } from '../../lib/traffic/aws/shift-plan.ts';

/** Returns the strategy that means the same as a predefined configuration: `canary-10-5m` for Canary10Percent5Minutes. */
function strategyLike(name: string): string {
  const [, kind = '', percent, minutes] = /(Canary|Linear)(\d+)Percent(?:Every)?(\d+)Minute/.exec(name) ?? [];
  return kind === '' ? 'all-at-once' : `${kind.toLowerCase()}-${percent}-${minutes}m`;
}

const stepsOf = (strategy: string) => shiftSteps({ strategy });

test.each([...codeDeployPlans])('%s has the steps of the strategy like it', (name, plan) => {
  const steps = stepsOf(strategyLike(name));
  expect(steps.map(({ weight }) => weight)).toEqual(plan.weights);
  expect(steps.map(({ bakeSeconds }) => bakeSeconds / 60)).toEqual(plan.waitMinutesAfter);
});

test.each([3, 3.1, 7.7, 33.3, 99.9])(
  'a linear shift by %d percent has the steps that ECS makes',
  (percent) => {
    expect(stepsOf(`linear-${percent}-6m`).map(({ weight }) => weight)).toEqual(linear(percent, 6).weights);
  },
);
