import { describe, expect, it } from 'vitest';
import type { Table } from '../../lib/dynamodb/table.ts';
import { type Referred, scalingWrites } from '../../lib/inventory/scaling-index.ts';
import type { Asset } from '../../lib/model/asset.ts';
import type { JsonObject, JsonValue } from '../../lib/model/json.ts';
import { readScalingPolicies } from '../../lib/model/scaling-policy.ts';

/** The index has the names of alarms and metrics as they are in the cloud, because one query reads all policies. */
const service = {
  ...{ id: 'a1', type: 'AWS::ECS::Service', logicalId: 'Worker', identifier: 'arn:worker|arn:cluster' },
  ...{ scope: 'dev/shop', environment: 'dev', service: 'shop', owner: 'web', status: 'Active', version: 1 },
  ...{ account: '111111111111', region: 'us-east-1', desired: { DesiredCount: 2 }, applied: {} },
  attributes: { Name: 'worker', DesiredCount: 2 },
} as unknown as Asset;
const scopeOf: Referred = new Map<string, Pick<Asset, 'identifier' | 'attributes'>>([
  ['Deep', { identifier: 'shop-deep', attributes: {} }],
  ['Queue', { identifier: 'https://sqs/shop', attributes: { QueueName: 'shop' } }],
]);

async function declaredIn(metric: JsonValue): Promise<JsonValue> {
  const scaling = { min: 2, max: 9, metrics: [metric] };
  const [write] = await scalingWrites(
    {} as Table,
    { before: undefined, after: { ...service, scaling }, exists: true },
    async (names) => new Map([...scopeOf].filter(([name]) => names.includes(name))),
  );
  const { metrics } = (write as unknown as { put: { declared: { metrics: JsonValue[] } } }).put.declared;
  return metrics[0] ?? null;
}

const steps = [{ lower: 0, adjustment: 3 }];
const target = (value: JsonObject | string) => ({
  ...{ kind: 'target', metric: 'Depth', namespace: 'Shop', target: 5 },
  dimensions: { Name: value },
});

describe('the index of scaling policies', () => {
  it('keeps a reference that stands for nothing yet as text', async () => {
    expect(await declaredIn({ kind: 'step', alarm: { Ref: 'Other' }, steps })).toMatchObject({
      alarm: '${Other}',
    });
  });

  for (const [what, metric, expected] of [
    ['an alarm by Ref', { kind: 'step', alarm: { Ref: 'Deep' }, steps }, { alarm: 'shop-deep' }],
    ['an alarm as text', { kind: 'step', alarm: '${Deep}', steps }, { alarm: 'shop-deep' }],
    ['an alarm by its name', { kind: 'step', alarm: 'shop-deep', steps }, { alarm: 'shop-deep' }],
    ['an attribute', target({ 'Fn::GetAtt': ['Queue', 'QueueName'] }), { dimensions: { Name: 'shop' } }],
    ['an attribute of itself', target('${Worker.Name}'), { dimensions: { Name: 'worker' } }],
  ] as const)
    it(`has the value of ${what}`, async () => {
      const declared = await declaredIn(metric);
      expect(declared).toMatchObject(expected);
      expect(readScalingPolicies({ min: 2, max: 9, metrics: [declared] })).toHaveProperty('policies');
    });
});
