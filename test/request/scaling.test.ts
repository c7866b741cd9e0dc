import { expect, test } from 'vitest';
import type { JsonObject } from '../../lib/model/json.ts';
import { readScalingPolicies } from '../../lib/model/scaling-policy.ts';
import { manifestJsonSchema } from '../../lib/request/index.ts';
import { normalized, problemsIn } from './normalize-text.ts';

const service = 'AWS::ECS::Service';

/** A request with one resource and its policy, and an alarm. */
function request(scaling: unknown, type = service, properties: JsonObject = {}): string {
  const alarm = { ComparisonOperator: 'GreaterThanThreshold', EvaluationPeriods: 1, MetricName: 'Depth' };
  return JSON.stringify({
    Resources: {
      Scaled: { Type: type, Properties: properties, Baton: { scaling } },
      Depth: { Type: 'AWS::CloudWatch::Alarm', Properties: alarm },
    },
  });
}

/** The problems of a policy as `path: message`, with the path inside the policy. */
function problemsOf(scaling: unknown, type?: string, properties?: JsonObject): string[] {
  return problemsIn(request(scaling, type, properties)).map(({ path, message }) =>
    `${path.replace(/^Resources\.Scaled\.Baton\.scaling\.?/, '')}: ${message}`.replace(/^: /, ''),
  );
}

const steps = [{ lower: 0, adjustment: 2 }];
const target = { kind: 'target', metric: 'RequestCountPerTarget', target: 500 };
const whole = {
  min: 2,
  max: 40,
  metrics: [
    target,
    { kind: 'limit', metric: 'RequestCount', statistic: 'Sum', limit: 700 },
    { kind: 'step', alarm: { Ref: 'Depth' }, steps: [{ lower: 0, adjustment: 2 }] },
  ],
  schedule: [{ cron: '0 7 ? * MON-FRI *', timeZone: 'Europe/Berlin', min: 10 }],
  behavior: {
    scaleDown: {
      stabilizationWindowSeconds: 300,
      policies: [{ type: 'Percent', value: 10, periodSeconds: 60 }],
    },
  },
};

test('a complete policy is accepted, and stays as written for the capsule', () => {
  const { resources } = normalized(request(whole));
  expect(resources.find(({ logicalId }) => logicalId === 'Scaled')?.baton).toEqual({ scaling: whole });
});

test('a resource is created after the alarm that its policy refers to, so that the name of the alarm is known', () => {
  const { resources } = normalized(request(whole));
  expect(resources.find(({ logicalId }) => logicalId === 'Scaled')?.dependsOn).toEqual(['Depth']);
});

test('an alarm that depends on the resource is refused as a reference, and accepted by its name', () => {
  const withAlarm = (alarm: unknown) => {
    const { Resources } = JSON.parse(request({ ...whole, metrics: [{ kind: 'step', alarm, steps }] }));
    const Dimensions = [{ Name: 'ServiceName', Value: { 'Fn::GetAtt': ['Scaled', 'Name'] } }];
    Object.assign(Resources.Depth.Properties, { AlarmName: 'depth', Dimensions });
    return problemsIn(JSON.stringify({ Resources }));
  };
  expect(withAlarm({ Ref: 'Depth' })).toMatchObject([
    { code: 'Cycle', path: 'Resources.Scaled.Baton.scaling', message: expect.stringContaining('AlarmName') },
  ]);
  expect(withAlarm('depth')).toEqual([]);
});

test('defaults are filled in where a policy is read', () => {
  const read = readScalingPolicies({ min: 1, max: 4, metrics: [target] });
  expect(read).toEqual({
    policies: [
      {
        ...{ min: 1, max: 4, schedule: [], forecast: { seasons: ['day', 'week'] } },
        metrics: [{ ...target, statistic: 'Average', periodSeconds: 60 }],
      },
    ],
  });
});

test('a table may have a policy for each of its capacities', () => {
  const read = { property: 'ProvisionedThroughput.ReadCapacityUnits', min: 5, max: 50, metrics: [target] };
  const write = { ...read, property: 'ProvisionedThroughput.WriteCapacityUnits' };
  const table = { KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }] };
  expect(problemsOf([read, write], 'AWS::DynamoDB::Table', table)).toEqual([]);
  expect(problemsOf([read, read], 'AWS::DynamoDB::Table', table)).toEqual([
    expect.stringMatching(/^1: a second policy for ProvisionedThroughput.ReadCapacityUnits/),
  ]);
  expect(problemsOf(read, 'AWS::DynamoDB::Table', { ...table, BillingMode: 'PAY_PER_REQUEST' })).toEqual([
    expect.stringContaining('expected BillingMode PROVISIONED'),
  ]);
});

const base = { min: 2, max: 40, metrics: [target] };
const step = (...steps: JsonObject[]) => ({ ...base, metrics: [{ kind: 'step', alarm: 'deep', steps }] });
const entry = (fields: JsonObject) => ({ ...base, schedule: [fields] });

test.each<[what: string, policy: unknown, problems: RegExp[]]>([
  ['not an object', 5, [/^expected a scaling policy with property, min, max, .*, got 5$/]],
  ['an empty list', [], [/^expected 1 to 10 policies, got 0$/]],
  ['no bounds', { metrics: [target] }, [/^min: expected a capacity from 0, got nothing$/, /^max: expected/]],
  ['a negative bound', { ...base, min: -1 }, [/^min: expected a capacity from 0, got -1$/]],
  ['a bound in words', { ...base, max: 'ten' }, [/^max: expected a capacity from 0, got "ten"$/]],
  ['half a task', { ...base, min: 2.5 }, [/^min: expected a multiple of 1 tasks, got 2.5$/]],
  ['min above max', { ...base, min: 50 }, [/^max: expected max of at least min, which is 50; got 40$/]],
  ['nothing that moves it', { min: 1, max: 2 }, [/^metrics: nothing would ever move the capacity/]],
  [
    'an unknown field',
    { ...base, mim: 3 },
    [/^a scaling policy has no "mim"; expected property, min, .*; did you mean "min"\?$/],
  ],
  [
    'a metric without kind',
    { ...base, metrics: [{ metric: 'X' }] },
    [/^metrics\.0\.kind: expected a metric of kind target, limit or step/],
  ],
  [
    'a target of 0',
    { ...base, metrics: [{ ...target, target: 0 }] },
    [/^metrics\.0\.target: expected a target above 0/],
  ],
  [
    'no target',
    { ...base, metrics: [{ kind: 'target', metric: 'X' }] },
    [/^metrics\.0\.target: expected a target above 0.*got nothing$/],
  ],
  [
    'a period of 45 s',
    { ...base, metrics: [{ ...target, periodSeconds: 45 }] },
    [/^metrics\.0\.periodSeconds: expected 10, 30 or a multiple of 60/],
  ],
  [
    'an alarm that is not there',
    { ...base, metrics: [{ kind: 'step', alarm: { Ref: 'Gone' }, steps: [{ lower: 0, adjustment: 1 }] }] },
    [/^metrics\.0\.alarm\.Ref: "Gone" is neither a parameter nor a resource here/],
  ],
  ['no steps', step(), [/^metrics\.0\.steps: expected at least one step/]],
  [
    'steps with a gap',
    step({ lower: 0, upper: 10, adjustment: 1 }, { lower: 15, adjustment: 2 }),
    [/^metrics\.0\.steps: steps leave a gap between 10 and 15/],
  ],
  [
    'steps that overlap',
    step({ lower: 0, adjustment: 1 }, { lower: 10, adjustment: 2 }),
    [/steps leave an overlap/],
  ],
  ['no open end above', step({ lower: 0, upper: 10, adjustment: 1 }), [/the highest step ends at 10/]],
  ['no open end below', step({ lower: -10, upper: 0, adjustment: -1 }), [/the lowest step begins at -10/]],
  ['a step with two open ends', step({ adjustment: 1 }), [/open on both ends/]],
  [
    'a schedule without a time',
    entry({ min: 3 }),
    [/^schedule\.0: expected one of cron, at and rate, got none$/],
  ],
  [
    'a schedule with two times',
    entry({ min: 3, rate: '1 hour', at: '2027-03-31T18:00:00' }),
    [/got at and rate$/],
  ],
  [
    'a cron of five fields',
    entry({ min: 3, cron: '0 7 * * *' }),
    [/^schedule\.0\.cron: expected 6 cron fields/],
  ],
  [
    'a rate of 1 hours',
    entry({ min: 3, rate: '1 hours' }),
    [/^schedule\.0\.rate: expected a number and its unit/],
  ],
  [
    'an unknown time zone',
    entry({ min: 3, rate: '1 hour', timeZone: 'Europe/Bonn' }),
    [/^schedule\.0\.timeZone: expected a time zone of the IANA database.*got "Europe\/Bonn"$/],
  ],
  ['a schedule that moves nothing', entry({ rate: '1 hour' }), [/^schedule\.0: expected min or max/]],
  [
    'a scheduled min above max',
    entry({ rate: '1 hour', min: 41 }),
    [/^schedule\.0\.min: expected at most max of the policy, which is 40; got 41/],
  ],
  [
    'a scheduled max below min',
    entry({ rate: '1 hour', max: 1 }),
    [/^schedule\.0\.max: expected at least min of the policy, which is 2/],
  ],
  [
    'a window of two hours',
    { ...base, behavior: { scaleDown: { stabilizationWindowSeconds: 7200 } } },
    [/^behavior\.scaleDown\.stabilizationWindowSeconds: expected a whole number from 0 to 3600, got 7200$/],
  ],
  [
    'no policies in behavior',
    { ...base, behavior: { scaleUp: { policies: [] } } },
    [/^behavior\.scaleUp\.policies: expected at least one policy/],
  ],
  [
    'an unknown season',
    { ...base, forecast: { seasons: ['month'] } },
    [/^forecast\.seasons\.0: expected day or week, got "month"$/],
  ],
])('%s is refused by name', (_what, policy, problems) => {
  const found = problemsOf(policy);
  expect(found).toHaveLength(problems.length);
  for (const [index, problem] of problems.entries()) expect(found[index]).toMatch(problem);
});

test('all problems come at once: of fields, between fields, and of the type', () => {
  const found = problemsOf(
    { min: 9, max: 3, metrics: [{ ...target, target: -1 }], schedule: [{}] },
    'AWS::SQS::Queue',
  );
  expect(found).toEqual([
    expect.stringMatching(/^metrics\.0\.target: /),
    expect.stringMatching(/^max: expected max of at least min/),
    expect.stringMatching(/^schedule\.0: expected one of cron/),
    expect.stringMatching(/^schedule\.0: expected min or max/),
    expect.stringMatching(/^AWS::SQS::Queue has no capacity that can be changed in place/),
  ]);
});

test('a policy for a property that the type does not scale names those it does', () => {
  expect(problemsOf({ ...base, property: 'DesiredCont' })).toEqual([
    'property: AWS::ECS::Service has no capacity "DesiredCont"; expected DesiredCount; did you mean "DesiredCount"?',
  ]);
  expect(problemsOf(base, 'AWS::ECS::Service', { SchedulingStrategy: 'DAEMON' })).toEqual([
    expect.stringContaining('expected SchedulingStrategy REPLICA'),
  ]);
});

test('the JSON Schema for editors has the fields of a policy', () => {
  const text = JSON.stringify(manifestJsonSchema());
  for (const word of ['stabilizationWindowSeconds', 'timeZone', 'adjustmentType', 'seasons'])
    expect(text).toContain(word);
});

test('a capacity with a policy and a scalable target is refused, with both places', () => {
  const scaled = JSON.parse(request({ min: 1, max: 4, metrics: [target] }));
  scaled.Resources.Target = {
    Type: 'AWS::ApplicationAutoScaling::ScalableTarget',
    Properties: {
      ...{
        ServiceNamespace: 'ecs',
        ScalableDimension: 'ecs:service:DesiredCount',
        MinCapacity: 1,
        MaxCapacity: 9,
      },
      ResourceId: { 'Fn::Sub': 'service/default/${Scaled.Name}' },
    },
  };
  expect(problemsIn(JSON.stringify(scaled, null, 1))).toMatchObject([
    {
      ...{ path: 'Resources.Scaled.Baton.scaling', code: 'TwoScalers' },
      message: expect.stringMatching(
        /^DesiredCount of Scaled would be decided twice: by this policy, and by native auto scaling through Resources.Target \(line \d+\)\. Expected one of the two/,
      ),
    },
  ]);
});
