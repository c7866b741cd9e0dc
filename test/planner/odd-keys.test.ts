import { describe, expect, test } from 'vitest';
import type { JsonObject } from '../../lib/model/json.ts';
import type { DesiredState } from '../../lib/model/request.ts';
import { checkPlan, planChange } from '../../lib/planner/index.ts';
import { lookup } from '../request/normalize-text.ts';
import { built, desire } from './example.ts';

/**
 * Maps whose keys contain dots or are names of inherited properties, and maps that become empty: the planner and the
 * checker agree.
 */
function changesOf(before: DesiredState, desired: DesiredState): unknown {
  const assets = built(before);
  const plan = planChange({ requestId: 'request-1', desired, assets, lookup });
  expect(checkPlan(plan, { desired, assets, lookup })).toEqual([]);
  return plan.steps.at(-1)?.changes;
}

describe('a change of a map', () => {
  const parameters = (Parameters: JsonObject) => ['AWS::RDS::DBParameterGroup', { Parameters }] as const;
  const variables = (Variables: JsonObject) =>
    ['AWS::Lambda::Function', { Environment: { Variables } }] as const;
  const content = (Content: JsonObject) => ['AWS::SSM::Document', { Content }] as const;
  type Resource = readonly [type: string, properties: JsonObject];
  test.each<[what: string, before: Resource, after: Resource, changes: JsonObject[]]>([
    [
      'at a key with a dot',
      parameters({ 'rds.force_ssl': '0' }),
      parameters({ 'rds.force_ssl': '1' }),
      [{ path: 'Parameters.rds.force_ssl', before: '0', after: '1' }],
    ],
    [
      'that loses a key with a dot',
      parameters({ 'rds.force_ssl': '0', a: '1' }),
      parameters({ a: '1' }),
      [{ path: 'Parameters.rds.force_ssl', before: '0' }],
    ],
    ['that loses its last key', variables({ A: '1' }), variables({}), [{ path: 'Environment.Variables.A' }]],
    ['that gets its first key', variables({}), variables({ A: '1' }), [{ path: 'Environment.Variables.A' }]],
    [
      'that gets a map',
      ['AWS::Lambda::Function', { Environment: {} }],
      variables({ A: '1' }),
      [{ path: 'Environment.Variables' }],
    ],
    [
      'that loses a key every object inherits',
      variables({ toString: '1', A: '1' }),
      variables({ A: '1' }),
      [{ path: 'Environment.Variables.toString' }],
    ],
    [
      'inside of another',
      content({ a: {} }),
      content({ a: { 'x.y': 1 } }),
      [{ path: 'Content.a.x.y', after: 1 }],
    ],
  ])('%s', (_what, before, after, changes) => {
    expect(changesOf(desire(['Thing', ...before]), desire(['Thing', ...after]))).toMatchObject(changes);
  });

  test('at a key with a dot, through a reference to another resource', () => {
    const topic = (TopicName: string) => ['Topic', 'AWS::SNS::Topic', { TopicName }] as const;
    const [type, properties] = parameters({ 'x.topic': { Ref: 'Topic' } });
    const state = (name: string) => desire([...topic(name)], ['Thing', type, properties]);
    const plan = () => changesOf(state('before'), state('after'));
    expect(plan).not.toThrow();
  });
});
