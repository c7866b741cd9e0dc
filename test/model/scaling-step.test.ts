import { describe, expect, test } from 'vitest';
import { actionOf, actionsOf } from '../../lib/model/actions.ts';
import { scalesWithinBounds, scalingFactsOf } from '../../lib/model/capacity/scaling-step.ts';
import type { JsonValue } from '../../lib/model/json.ts';
import type { PropertyChange, Step } from '../../lib/model/plan.ts';

const service = 'AWS::ECS::Service';
const group = 'AWS::AutoScaling::AutoScalingGroup';
const change = (path: string, before?: JsonValue, after?: JsonValue): PropertyChange => ({
  ...{ path, replacement: 'no' },
  ...(before === undefined ? {} : { before }),
  ...(after === undefined ? {} : { after }),
});
const step = (changes: PropertyChange[], more: Partial<Step> = {}) => ({
  ...{ operation: 'update' as const, type: service, changes, baton: { scaling: { min: 2, max: 40 } } },
  ...more,
});

describe('a step is', () => {
  const count = change('DesiredCount', 2, 7);
  const cases: [action: string, what: string, of: ReturnType<typeof step>][] = [
    ['scale', 'if a capacity changes', step([count])],
    ['scale', 'if it is recorded who owns it', step([count, change('Owners', [], ['DesiredCount (r)'])])],
    [
      'scale',
      'if the bounds around it change, as text',
      step([change('DesiredCapacity', '2', '6'), change('MaxSize', '4', '6')], { type: group }),
    ],
    ['provision', 'if only the bounds change', step([change('MaxSize', '4', '6')], { type: group })],
    ['provision', 'if another property changes too', step([count, change('TaskDefinition', 'a', 'b')])],
    [
      'provision',
      'if the declared bounds change too',
      step([count, change('Baton.scaling', {}, { max: 99 })]),
    ],
    ['provision', 'if the last update failed', step([count, change('LastUpdate', 'failed', 'done')])],
    ['provision', 'if the capacity becomes a reference', step([change('DesiredCount', 2, { Ref: 'Size' })])],
    ['provision', 'if the capacity is removed', step([change('DesiredCount', 2)])],
    ['provision', 'if the type has no such capacity', step([count], { type: 'AWS::SNS::Topic' })],
    ['provision', 'if it replaces the resource', step([count], { operation: 'replace' })],
    ['provision', 'if nothing of it is known', step([])],
  ];
  test.each(cases)('%s for governance %s', (action, _what, of) => {
    expect(actionsOf([of])).toEqual([action]);
    // A rule on resources never sees another action than before.
    expect(actionOf(of)).toBe('provision');
  });
});

describe('scaling is within its bounds', () => {
  const cases: [is: boolean, what: string, of: ReturnType<typeof step>][] = [
    [true, 'at the upper one', step([change('DesiredCount', 2, 40)])],
    [false, 'never above', step([change('DesiredCount', 2, 41)])],
    [false, 'never below', step([change('DesiredCount', 2, 1)])],
    [false, 'never without a declaration', step([change('DesiredCount', 2, 3)], { baton: {} })],
    [
      true,
      'of a schedule too',
      step([change('DesiredCount', 2, 60)], {
        baton: { scaling: { min: 2, max: 40, schedule: [{ max: 60 }] } },
      }),
    ],
    [
      false,
      'only if all of its capacities are',
      step(
        [
          change('ProvisionedThroughput.ReadCapacityUnits', 2, 3),
          change('ProvisionedThroughput.WriteCapacityUnits', 2, 3),
        ],
        { type: 'AWS::DynamoDB::Table' },
      ),
    ],
  ];
  test.each(cases)('%s: %s', (is, _what, of) => expect(scalesWithinBounds(of)).toBe(is));
});

test('the facts are those of the largest steps', () => {
  const steps = [
    [2, 7],
    [10, 4],
    [0, 3],
  ].map(([from = 0, to = 0]) => step([change('DesiredCount', from, to)]));
  expect(scalingFactsOf([...steps, step([change('TaskDefinition', 'a', 'b')])])).toEqual({
    ...{ withinBounds: true, outPercent: 300, inPercent: 60, count: 3 },
  });
});
