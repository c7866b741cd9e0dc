/** DescribeAlarms and DescribeAlarmsForMetric. */
import type { JsonObject } from '../../../model/json.ts';
import { invalidCombination, metricOf, optionalNumber, textsOf } from '../input.ts';
import { metricKey } from '../metric-store.ts';
import type { Alarm } from './registry.ts';

const PAGE_MAX = 100;
const NAMES_MAX = 100;

/**
 * Source: CloudWatch API Reference, "DescribeAlarms": without AlarmTypes, only metric alarms are returned, even if names
 * of composite alarms are given.
 */
export function describeAlarms(input: JsonObject, alarms: readonly Alarm[]): JsonObject {
  const names = input.AlarmNames === undefined ? undefined : textsOf(input.AlarmNames);
  if (names !== undefined && input.AlarmNamePrefix !== undefined)
    throw invalidCombination('AlarmNames and AlarmNamePrefix are mutually exclusive.');
  if ((names?.length ?? 0) > NAMES_MAX)
    throw invalidCombination(`AlarmNames has at most ${NAMES_MAX} names.`);
  const types = input.AlarmTypes === undefined ? ['MetricAlarm'] : textsOf(input.AlarmTypes);
  const prefix = String(input.AlarmNamePrefix ?? '');
  const action = input.ActionPrefix === undefined ? undefined : String(input.ActionPrefix);
  const found = alarms
    .filter(({ name }) => (names === undefined ? name.startsWith(prefix) : names.includes(name)))
    .filter((alarm) => types.includes(typeOf(alarm)))
    .filter(({ state }) => input.StateValue === undefined || state.value === input.StateValue)
    .filter((alarm) => action === undefined || actionsOf(alarm).some((one) => one.startsWith(action)))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
  const start = Number(input.NextToken ?? 0);
  const end = start + Math.min(optionalNumber(input, 'MaxRecords') ?? 50, PAGE_MAX);
  const page = found.slice(start, end);
  return {
    MetricAlarms: page.filter((alarm) => typeOf(alarm) === 'MetricAlarm').map(describe),
    CompositeAlarms: page.filter((alarm) => typeOf(alarm) === 'CompositeAlarm').map(describe),
    ...(end < found.length ? { NextToken: String(end) } : {}),
  };
}

/** The metric alarms that watch just this metric with these settings. */
export function describeAlarmsForMetric(input: JsonObject, alarms: readonly Alarm[]): JsonObject {
  const key = metricKey(metricOf(input));
  const watching = alarms.filter(({ definition }) => {
    if (definition?.kind !== 'metric' || definition.watched.stat === undefined) return false;
    const { metric, periodSeconds, statistic } = definition.watched.stat;
    const wanted = input.Statistic ?? input.ExtendedStatistic ?? statistic;
    return (
      metricKey(metric) === key &&
      wanted === statistic &&
      Number(input.Period ?? periodSeconds) === periodSeconds
    );
  });
  return { MetricAlarms: watching.map(describe) };
}

export function typeOf({ definition }: Pick<Alarm, 'definition'>): 'MetricAlarm' | 'CompositeAlarm' {
  return definition?.kind === 'composite' ? 'CompositeAlarm' : 'MetricAlarm';
}

function actionsOf({ definition }: Alarm): string[] {
  const { OKActions, AlarmActions, InsufficientDataActions } = definition?.properties ?? {};
  return [OKActions, AlarmActions, InsufficientDataActions].flatMap(textsOf);
}

function describe({ name, arn, definition, state, configuredMillis }: Alarm): JsonObject {
  const { Tags: _tags, Arn: _arn, ...properties } = definition?.properties ?? {};
  return {
    ...properties,
    ...{ AlarmName: name, AlarmArn: arn, AlarmConfigurationUpdatedTimestamp: configuredMillis / 1000 },
    ActionsEnabled: properties.ActionsEnabled !== false,
    OKActions: textsOf(properties.OKActions),
    AlarmActions: textsOf(properties.AlarmActions),
    InsufficientDataActions: textsOf(properties.InsufficientDataActions),
    ...(definition?.kind === 'metric' && { Dimensions: properties.Dimensions ?? [] }),
    ...{ StateValue: state.value, StateReason: state.reason },
    ...(state.reasonData === undefined ? {} : { StateReasonData: state.reasonData }),
    StateUpdatedTimestamp: state.sinceMillis / 1000,
    StateTransitionedTimestamp: state.sinceMillis / 1000,
  };
}
