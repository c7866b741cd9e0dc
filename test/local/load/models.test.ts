/** What every load model promises, and what each type reports. */
import { describe, expect, test } from 'vitest';
import type { StoredResource } from '../../../lib/local/cloud-control/resource-store.ts';
import { loadModels } from '../../../lib/local/load/loads.ts';
import { type LoadModel, type Minute, servingAt } from '../../../lib/local/load/model.ts';
import type { JsonObject } from '../../../lib/model/json.ts';

const targetGroup = 'arn:aws:elasticloadbalancing:us-east-1:1:targetgroup/shop/123';
const forward = [
  { Type: 'forward', ForwardConfig: { TargetGroups: [{ TargetGroupArn: targetGroup, Weight: 4 }] } },
];
const properties: Record<string, JsonObject> = {
  'AWS::ECS::Service': {
    ...{ ServiceName: 'shop', Cluster: 'arn:aws:ecs:us-east-1:1:cluster/main', DesiredCount: 4 },
    LoadBalancers: [{ TargetGroupArn: targetGroup }],
  },
  'AWS::AutoScaling::AutoScalingGroup': {
    DesiredCapacity: '4',
    MinSize: '1',
    TargetGroupARNs: [targetGroup],
  },
  'AWS::DynamoDB::Table': { ProvisionedThroughput: { ReadCapacityUnits: 4, WriteCapacityUnits: 4 } },
  'AWS::Lambda::Function': { ReservedConcurrentExecutions: 4 },
  'AWS::Lambda::Alias': {
    ...{
      FunctionName: 'f',
      Name: 'live',
      ProvisionedConcurrencyConfig: { ProvisionedConcurrentExecutions: 4 },
    },
  },
  'AWS::RDS::DBCluster': {},
  'AWS::RDS::DBInstance': {},
  'AWS::ElastiCache::ReplicationGroup': { NumCacheClusters: 4 },
  'AWS::ElasticLoadBalancingV2::Listener': { DefaultActions: forward },
  'AWS::ElasticLoadBalancingV2::ListenerRule': { Actions: forward },
};
const stored = (type: string, identifier: string, own: JsonObject): StoredResource => ({
  ...{ type, identifier, properties: own, createdMillis: 0 },
});
const behavior = ['local-error-percent', 'local-healthy-hosts'].map((Key) => ({ Key, Value: '4' }));
const others = (type: string) => [
  ...[1, 2, 3, 4, 5].map((index) =>
    stored(type, `${index}`, {
      DBClusterIdentifier: 'it',
      ...(index < 4 && { SourceDBInstanceIdentifier: 'it' }),
    }),
  ),
  ...(type.endsWith('::TargetGroup') ? [stored(type, targetGroup, { Tags: behavior })] : []),
];

function minuteOf(model: LoadModel, more: Partial<Minute> & { units?: number } = {}) {
  const resource = { identifier: 'it', properties: properties[model.type] ?? {} };
  const capacities = model.capacities(resource, others);
  if (typeof capacities === 'string') throw new Error(capacities);
  const { units, ...rest } = more;
  const serving = Object.fromEntries(
    Object.entries(capacities).map(([name, value]) => [name, units ?? value]),
  );
  return model.minute({
    ...{ load: 0, perUnit: model.perUnit, left: {}, wanted: serving, serving, resource },
    ...rest,
  });
}

/** The value of a metric, of whatever dimensions. */
function valueOfMetric(result: ReturnType<LoadModel['minute']>, name: string): number | undefined {
  return result.metrics.find((metric) => metric.name === name)?.values[0];
}

describe.each(loadModels.map((model) => [model.type, model] as const))('%s', (_type, model) => {
  test('reports under namespaces of AWS, and only finite numbers, at any load and capacity', () => {
    for (const units of [0, 1, 4])
      for (const load of [0, 1, model.perUnit * 4, model.perUnit * 400]) {
        const { metrics, left } = minuteOf(model, { load, units });
        expect(metrics.every(({ namespace }) => /^(AWS|ECS)\//.test(namespace))).toBe(true);
        const numbers = [...metrics.flatMap(({ values }) => values), ...Object.values(left)];
        expect(numbers.filter((value) => !Number.isFinite(value) || value < 0)).toEqual([]);
      }
  });

  test('reads four units of capacity from the resource', () => {
    const resource = { identifier: 'it', properties: properties[model.type] ?? {} };
    expect(Object.values(model.capacities(resource, others)).every((value) => value === 4)).toBe(true);
  });

  test('is pure: the same minute gives the same metrics', () => {
    const minute = { load: model.perUnit * 5 };
    expect(minuteOf(model, minute)).toEqual(minuteOf(model, minute));
  });
});

const byType = (type: string) => {
  const found = loadModels.find((model) => model.type === type);
  if (found === undefined) throw new Error(type);
  return found;
};

/** A metric that rises with load and falls with capacity, its value at half of capacity, and at twice of it. */
test.each<[string, string, number, number]>([
  ['AWS::ECS::Service', 'CPUUtilization', 51, 100],
  ['AWS::ECS::Service', 'RequestCountPerTarget', 3000, 9000],
  ['AWS::AutoScaling::AutoScalingGroup', 'CPUUtilization', 51.5, 100],
  ['AWS::Lambda::Function', 'ConcurrentExecutions', 2, 4],
  ['AWS::Lambda::Function', 'Throttles', 0, 1200],
  ['AWS::Lambda::Alias', 'ProvisionedConcurrencyUtilization', 0.5, 1],
  ['AWS::Lambda::Alias', 'ProvisionedConcurrencySpilloverInvocations', 0, 1200],
  ['AWS::RDS::DBCluster', 'CPUUtilization', 52.5, 100],
  ['AWS::RDS::DBInstance', 'CPUUtilization', 52.5, 100],
  ['AWS::ElastiCache::ReplicationGroup', 'EngineCPUUtilization', 52.5, 100],
  ['AWS::DynamoDB::Table', 'ConsumedReadCapacityUnits', 96, 240],
])('%s %s', (type, metric, atHalf, atTwice) => {
  const model = byType(type);
  const at = (share: number) =>
    valueOfMetric(minuteOf(model, { load: model.perUnit * 4 * share }), metric) ?? 0;
  expect(at(0.5)).toBeCloseTo(atHalf, 6);
  expect(at(2)).toBeCloseTo(atTwice, 6);
});

test('without capacity there is no utilization: no data, and not zero', () => {
  for (const type of ['AWS::ECS::Service', 'AWS::AutoScaling::AutoScalingGroup']) {
    const result = minuteOf(byType(type), { load: 100, units: 0 });
    expect([valueOfMetric(result, 'CPUUtilization'), valueOfMetric(result, 'RequestCountPerTarget')]).toEqual(
      [undefined, undefined],
    );
    expect(valueOfMetric(result, 'HTTPCode_ELB_5XX_Count')).toBe(6000);
  }
});

test('a backlog is worked off once there is capacity, and latency says how long it takes', () => {
  const ecs = byType('AWS::ECS::Service');
  const flooded = minuteOf(ecs, { load: 800 });
  expect(flooded.left.requests).toBe(12_000);
  expect(valueOfMetric(flooded, 'TargetResponseTime')).toBeGreaterThan(30);
  const after = minuteOf(ecs, { load: 200, left: flooded.left });
  expect(after.left.requests).toBe(0);
  expect(valueOfMetric(after, 'CPUUtilization')).toBe(100);
});

test('a table saves five minutes of unused capacity, and throttles when it is used up', () => {
  const table = byType('AWS::DynamoDB::Table');
  let left: Record<string, number> = {};
  for (let minutes = 0; minutes < 10; minutes += 1) left = minuteOf(table, { load: 0, left }).left;
  expect(left.Read).toBe(1200);
  const throttled: (number | undefined)[] = [];
  for (let minutes = 0; minutes < 4; minutes += 1) {
    const result = minuteOf(table, { load: 10, left });
    left = result.left;
    throttled.push(valueOfMetric(result, 'ReadThrottleEvents'));
  }
  expect(throttled).toEqual([undefined, undefined, undefined, undefined]);
  const flood = minuteOf(table, { load: 100, left });
  expect(valueOfMetric(flood, 'ReadThrottleEvents')).toBe(4800 - 240 - (left.Read ?? 0));
});

test('added capacity serves after the warm-up, removed capacity is gone at once', () => {
  const at = (seconds: number, ...steps: [seconds: number, capacity: number][]) =>
    servingAt(
      steps.map(([atSeconds, capacity]) => ({ atMillis: atSeconds * 1000, capacity })),
      seconds * 1000,
      60,
    );
  expect([at(0, [0, 2]), at(10, [0, 2], [5, 4]), at(65, [0, 2], [5, 4])]).toEqual([2, 2, 4]);
  expect([at(10, [0, 4], [5, 2]), at(70, [0, 4], [5, 2])]).toEqual([2, 2]);
  // What was started and stopped within the warm-up never served.
  expect(at(100, [0, 2], [50, 9], [70, 3])).toBe(2);
  expect(at(130, [0, 2], [50, 9], [70, 3])).toBe(3);
});
