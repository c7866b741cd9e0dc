import { expect, test } from 'vitest';
import { planText } from '../../lib/cli/plan-text.ts';
import type { HashedPlan, Step } from '../../lib/model/plan.ts';

const step: Step = {
  ...{ id: 'create:Service', resource: 'Service', type: 'AWS::ECS::Service', operation: 'create' },
  ...{ dependsOn: [], relationships: [], holdsData: false, inverse: { operation: 'delete' } },
  ...{ deletionPolicy: 'Delete', updateReplacePolicy: 'Delete', desired: { DesiredCount: 2 } },
  baton: { scaling: { min: 2, max: 40 } },
};
const plan: HashedPlan = {
  ...{ version: 1, requestId: 'r', scope: 'dev/shop', environment: 'dev', service: 'shop', owner: 'shop' },
  ...{ account: '111111111111', region: 'us-east-1', partition: 'aws', direction: 'forward' },
  ...{ steps: [step], unchanged: [], outputs: {}, hash: 'f'.repeat(64) },
};
const textOf = (one: HashedPlan) => planText(one, (_tone, text) => text).join('\n');

test('shows what the Baton block of a resource declares, below its properties', () => {
  expect(textOf(plan)).toContain('       + DesiredCount: 2\n       · Baton.scaling: {"min":2,"max":40}');
});

test('shows none of it for a resource that ends', () => {
  const ended: Step = { ...step, operation: 'delete', previous: step.desired };
  expect(textOf({ ...plan, steps: [ended] })).not.toContain('Baton.scaling');
});
