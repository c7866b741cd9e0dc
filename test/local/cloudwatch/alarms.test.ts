/** Alarms on the clock: by API, by Cloud Control and by the template; their events and their history. */

import {
  CloudControlClient,
  CreateResourceCommand,
  GetResourceRequestStatusCommand,
} from '@aws-sdk/client-cloudcontrol';
import {
  CloudWatchClient,
  DeleteAlarmsCommand,
  DescribeAlarmHistoryCommand,
  DescribeAlarmsCommand,
  PutCompositeAlarmCommand,
  PutMetricAlarmCommand,
  type PutMetricAlarmCommandInput,
  PutMetricDataCommand,
  SetAlarmStateCommand,
} from '@aws-sdk/client-cloudwatch';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { World } from '../../../lib/local/world.ts';
import { isObject, type JsonObject } from '../../../lib/model/json.ts';
import { clientSettings, smallWorld } from '../small-world.ts';

let world: World;
let cloudwatch: CloudWatchClient;
const events: JsonObject[] = [];
beforeAll(async () => {
  world = await smallWorld({ onEvent: (_bus, event) => void events.push(event) });
  cloudwatch = new CloudWatchClient(clientSettings(world));
  // Alarms are evaluated one second after the minute.
  await world.clock.pass(2000);
});
afterAll(async () => {
  expect(world.internalErrors).toEqual([]);
  await world.stop();
});

const minute = 60_000;
const pass = (minutes: number) => world.clock.pass(minutes * minute);
const report = (MetricName: string, more: object) =>
  cloudwatch.send(new PutMetricDataCommand({ Namespace: 'App', MetricData: [{ MetricName, ...more }] }));
const values = (metric: string, ...all: number[]) => report(metric, { Values: all });
const stateOf = (name: string) => world.services.cloudwatch.home.alarms.find(name)?.state.value;
const ofAlarm = (type: string, name: string) =>
  events
    .filter(({ detail }) => isObject(detail) && detail.alarmName === name)
    .filter((one) => one['detail-type'] === type);
const changesOf = (name: string) => ofAlarm('CloudWatch Alarm State Change', name);

function settings(name: string, more: Partial<PutMetricAlarmCommandInput> = {}): PutMetricAlarmCommandInput {
  return {
    ...{
      AlarmName: name,
      Namespace: 'App',
      MetricName: name,
      Statistic: 'Sum',
      Period: 60,
      EvaluationPeriods: 1,
    },
    ...{ ComparisonOperator: 'GreaterThanThreshold', Threshold: 10 },
    ...more,
  };
}
const put = (name: string, more: Partial<PutMetricAlarmCommandInput> = {}) =>
  cloudwatch.send(new PutMetricAlarmCommand(settings(name, more)));

describe('PutMetricAlarm refuses', () => {
  test.each<[string, Partial<PutMetricAlarmCommandInput>, RegExp]>([
    [
      'anomaly bands',
      { ComparisonOperator: 'GreaterThanUpperThreshold', ThresholdMetricId: 'ad1' },
      /ANOMALY_DETECTION_BAND is refused/,
    ],
    ['4 of 3', { EvaluationPeriods: 3, DatapointsToAlarm: 4 }, /DatapointsToAlarm must not be greater/],
    ['more than a day', { EvaluationPeriods: 1441 }, /86400 seconds/],
    ['two statistics', { ExtendedStatistic: 'p90' }, /either Statistic or ExtendedStatistic/],
    ['a metric beside metric math', { Metrics: [] }, /must not have MetricName, Namespace/],
    ['an unknown treatment of missing data', { TreatMissingData: 'sometimes' }, /one of missing, ignore/],
  ])('%s', async (_what, more, message) => {
    await expect(put('refused', more)).rejects.toThrow(message);
  });

  test('a composite alarm of unknown alarms, and names that do not exist', async () => {
    const rule = { AlarmName: 'whole', AlarmRule: 'ALARM(nobody)' };
    await expect(cloudwatch.send(new PutCompositeAlarmCommand(rule))).rejects.toThrow(/\[nobody\]/);
    const set = { AlarmName: 'nobody', StateValue: 'OK', StateReason: 'x' } as const;
    await expect(cloudwatch.send(new SetAlarmStateCommand(set))).rejects.toMatchObject({
      name: 'ResourceNotFound',
    });
  });
});

test('an alarm changes its state at the minute, publishes it as CloudWatch does, and knows its history', async () => {
  await put('Cpu', {
    AlarmDescription: 'too high',
    Dimensions: [{ Name: 'Service', Value: 'shop' }],
    TreatMissingData: 'notBreaching',
  });
  expect(stateOf('Cpu')).toBe('INSUFFICIENT_DATA');
  await pass(1);
  expect(stateOf('Cpu')).toBe('OK');
  await report('Cpu', { Value: 99.5, Dimensions: [{ Name: 'Service', Value: 'shop' }] });
  await pass(1);
  expect(stateOf('Cpu')).toBe('ALARM');
  const [ok, alarm] = changesOf('Cpu');
  const [{ startMillis, text }] = [alarm?.time].map((time) => {
    const startMillis = Date.parse(String(time)) - 61_000;
    const text = new Date(startMillis).toISOString();
    return {
      startMillis,
      text: `${text.slice(8, 10)}/${text.slice(5, 7)}/${text.slice(2, 4)} ${text.slice(11, 19)}`,
    };
  }) as [{ startMillis: number; text: string }];
  expect(ok?.detail).toMatchObject({
    previousState: { value: 'INSUFFICIENT_DATA', reason: 'Unchecked: Initial alarm creation' },
    state: {
      value: 'OK',
      reason:
        'Threshold Crossed: no datapoints were received for 1 period and 1 missing datapoint was treated as [NonBreaching].',
    },
  });
  expect(alarm).toMatchObject({
    ...{ source: 'aws.cloudwatch', resources: ['arn:aws:cloudwatch:us-east-1:111111111111:alarm:Cpu'] },
    detail: {
      alarmName: 'Cpu',
      previousState: { value: 'OK' },
      state: {
        value: 'ALARM',
        reason: `Threshold Crossed: 1 out of the last 1 datapoints [99.5 (${text})] was greater than the threshold (10.0) (minimum 1 datapoint for OK -> ALARM transition).`,
      },
      configuration: {
        description: 'too high',
        metrics: [
          {
            ...{ id: 'm1', returnData: true },
            metricStat: {
              metric: { namespace: 'App', name: 'Cpu', dimensions: { Service: 'shop' } },
              ...{ period: 60, stat: 'Sum' },
            },
          },
        ],
      },
    },
  });
  const detail = alarm?.detail as { state: { reasonData: string } } | undefined;
  expect(JSON.parse(detail?.state.reasonData ?? '{}')).toMatchObject({
    ...{ version: '1.0', statistic: 'Sum', period: 60, recentDatapoints: [99.5], threshold: 10 },
    startDate: new Date(startMillis).toISOString().replace('Z', '+0000'),
  });
  await pass(5);
  expect(stateOf('Cpu')).toBe('OK');
  const { AlarmHistoryItems } = await cloudwatch.send(
    new DescribeAlarmHistoryCommand({ AlarmName: 'Cpu', ScanBy: 'TimestampAscending' }),
  );
  expect(AlarmHistoryItems?.map(({ HistorySummary }) => HistorySummary)).toEqual([
    'Alarm "Cpu" created',
    'Alarm updated from INSUFFICIENT_DATA to OK',
    'Alarm updated from OK to ALARM',
    'Alarm updated from ALARM to OK',
  ]);
});

test('2 out of 3 points', async () => {
  await put('Depth', { EvaluationPeriods: 3, DatapointsToAlarm: 2 });
  const states: (string | undefined)[] = [];
  for (const value of [1, 20, 1, 20, 1, 1, 1]) {
    await values('Depth', value);
    await pass(1);
    states.push(stateOf('Depth'));
  }
  expect(states).toEqual(['OK', 'OK', 'OK', 'ALARM', 'OK', 'OK', 'OK']);
});

test('an alarm of DynamoDB metrics keeps its state while data is missing, whatever it says', async () => {
  await put('Throttles', { Namespace: 'AWS/DynamoDB', TreatMissingData: 'notBreaching' });
  await cloudwatch.send(
    new SetAlarmStateCommand({ AlarmName: 'Throttles', StateValue: 'ALARM', StateReason: 'x' }),
  );
  await pass(10);
  expect(stateOf('Throttles')).toBe('ALARM');
});

test('a state that was set is found again at the next evaluation', async () => {
  await put('Set', { TreatMissingData: 'notBreaching' });
  await pass(1);
  await cloudwatch.send(
    new SetAlarmStateCommand({ AlarmName: 'Set', StateValue: 'ALARM', StateReason: 'drill' }),
  );
  expect(stateOf('Set')).toBe('ALARM');
  await pass(1);
  expect(stateOf('Set')).toBe('OK');
});

test('high resolution is evaluated every ten seconds', async () => {
  await put('Fast', { Period: 10 });
  await report('Fast', { Value: 50, StorageResolution: 1 });
  await world.clock.pass(11_000);
  expect(stateOf('Fast')).toBe('ALARM');
});

test('a percentile of too few samples does not change the state, if the alarm says so', async () => {
  const percentile = {
    Statistic: undefined,
    ExtendedStatistic: 'p90',
    EvaluateLowSampleCountPercentile: 'ignore',
  };
  await put('Latency', percentile);
  await values('Latency', ...Array.from({ length: 99 }, () => 50));
  await pass(1);
  expect(stateOf('Latency')).toBe('INSUFFICIENT_DATA');
  await values('Latency', ...Array.from({ length: 100 }, () => 50));
  await pass(1);
  expect(stateOf('Latency')).toBe('ALARM');
});

test('metric math', async () => {
  const stat = (MetricName: string) => ({
    MetricStat: { Metric: { Namespace: 'App', MetricName }, Period: 60, Stat: 'Sum' },
  });
  const {
    Namespace: _n,
    MetricName: _m,
    Statistic: _s,
    Period: _p,
    ...rest
  } = settings('Rate', { Threshold: 0.5 });
  const Metrics = [
    { Id: 'e1', Expression: 'errors / FILL(calls, 1)', ReturnData: true },
    { Id: 'errors', ...stat('RateErrors') },
    { Id: 'calls', ...stat('RateCalls') },
  ];
  await cloudwatch.send(new PutMetricAlarmCommand({ ...rest, Metrics }));
  await Promise.all([values('RateErrors', 4), values('RateCalls', 10)]);
  await pass(1);
  expect(stateOf('Rate')).toBe('OK');
  await Promise.all([values('RateErrors', 6), values('RateCalls', 10)]);
  await pass(1);
  expect(stateOf('Rate')).toBe('ALARM');
});

test('a composite alarm follows the alarms of its rule', async () => {
  await Promise.all([
    put('Left', { TreatMissingData: 'notBreaching' }),
    put('Right', { TreatMissingData: 'notBreaching' }),
  ]);
  const composite = { AlarmName: 'Both', AlarmRule: 'ALARM(Left) AND NOT OK("Right")' };
  await cloudwatch.send(new PutCompositeAlarmCommand(composite));
  await pass(1);
  expect(stateOf('Both')).toBe('OK');
  await Promise.all([values('Left', 50), values('Right', 50)]);
  await pass(1);
  expect(stateOf('Both')).toBe('ALARM');
  expect(changesOf('Both').at(-1)?.detail).toMatchObject({
    state: {
      reason: expect.stringMatching(/:alarm:Right transitioned to ALARM at \w+ \d+ \w+, 2026 [\d:]{8} UTC$/),
    },
    configuration: { alarmRule: composite.AlarmRule },
  });
  const describeBoth = (AlarmTypes?: ('CompositeAlarm' | 'MetricAlarm')[]) =>
    cloudwatch.send(new DescribeAlarmsCommand({ AlarmNames: ['Both', 'Left'], AlarmTypes }));
  // Without types, composite alarms are not described.
  expect((await describeBoth()).CompositeAlarms).toEqual([]);
  const all = await describeBoth(['CompositeAlarm', 'MetricAlarm']);
  expect(all.CompositeAlarms).toMatchObject([{ AlarmName: 'Both', StateValue: 'ALARM' }]);
  expect(all.MetricAlarms).toMatchObject([{ AlarmName: 'Left', Threshold: 10, StateValue: 'ALARM' }]);
});

test('an alarm that is a resource of Cloud Control is one of CloudWatch, and the other way around', async () => {
  const { store } = world.services.cloudControl;
  const cloudControl = new CloudControlClient(clientSettings(world));
  const create = async (TypeName: string, properties: object) => {
    const RoleArn = String(world.outputs.ProvisioningRoleArn);
    const DesiredState = JSON.stringify(properties);
    const command = new CreateResourceCommand({ TypeName, RoleArn, DesiredState });
    const RequestToken = (await cloudControl.send(command)).ProgressEvent?.RequestToken;
    await world.clock.quiet();
    return (await cloudControl.send(new GetResourceRequestStatusCommand({ RequestToken }))).ProgressEvent;
  };
  const refused = {
    ...settings('Band'),
    ThresholdMetricId: 'ad1',
    ComparisonOperator: 'LessThanLowerThreshold',
  };
  expect(await create('AWS::CloudWatch::Alarm', refused)).toMatchObject({
    ...{ OperationStatus: 'FAILED', ErrorCode: 'InvalidRequest' },
    StatusMessage: 'Band: the local cloud has no anomaly detection: ANOMALY_DETECTION_BAND is refused.',
  });
  await create('AWS::CloudWatch::Alarm', settings('Made'));
  await create('AWS::CloudWatch::CompositeAlarm', {
    AlarmName: 'MadeOf',
    AlarmRule: 'INSUFFICIENT_DATA(Made)',
  });
  expect([stateOf('Made'), stateOf('MadeOf')]).toEqual(['INSUFFICIENT_DATA', 'ALARM']);
  await put('Put');
  expect(store.get('AWS::CloudWatch::Alarm', 'Put')?.properties).toMatchObject({
    AlarmName: 'Put',
    Threshold: 10,
  });
  await put('Put', { Threshold: 11 });
  await cloudwatch.send(new DeleteAlarmsCommand({ AlarmNames: ['Put', 'Made'] }));
  expect([stateOf('Put'), stateOf('Made'), store.get('AWS::CloudWatch::Alarm', 'Put')]).toEqual([
    undefined,
    undefined,
    undefined,
  ]);
  const operations = ofAlarm('CloudWatch Alarm Configuration Change', 'Put').map(
    ({ detail }) => isObject(detail) && detail.operation,
  );
  expect(operations).toEqual(['create', 'update', 'delete']);
});

test('idle alarms leave the clock alone', async () => {
  const before = world.clock.now();
  await values('Left', 50);
  await world.clock.quiet();
  expect(world.clock.now()).toBe(before);
});

test('the alarm of the template is evaluated too', async () => {
  expect(stateOf('small-alarm')).toBe('OK');
  await cloudwatch.send(
    new PutMetricDataCommand({ Namespace: 'Small', MetricData: [{ MetricName: 'Errors', Value: 1 }] }),
  );
  await pass(1);
  expect(stateOf('small-alarm')).toBe('ALARM');
});
