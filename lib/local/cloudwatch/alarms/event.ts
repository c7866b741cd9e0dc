/**
 * The events of alarms on the default bus.
 * Source: CloudWatch User Guide, "Alarm events and EventBridge".
 */
import type { JsonObject } from '../../../model/json.ts';
import { given, textsOf } from '../input.ts';
import type { Query } from '../queries.ts';
import type { AlarmDefinition } from './definition.ts';
import { eventTime } from './reason.ts';
import type { AlarmState } from './state.ts';

/** The state of an alarm since `sinceMillis`. */
export interface StateSince {
  value: AlarmState;
  reason: string;
  reasonData?: string;
  sinceMillis: number;
}

export function stateChangeDetail(
  name: string,
  definition: AlarmDefinition | undefined,
  state: StateSince,
  previous: StateSince,
): JsonObject {
  return {
    alarmName: name,
    state: stateForm(state),
    previousState: stateForm(previous),
    configuration: definition === undefined ? {} : configurationOf(definition),
  };
}

export function configurationChangeDetail(
  name: string,
  definition: AlarmDefinition,
  operation: 'create' | 'update' | 'delete',
  state: StateSince,
  nowMillis: number,
): JsonObject {
  const { properties } = definition;
  return {
    alarmName: name,
    operation,
    state: { value: state.value, timestamp: eventTime(state.sinceMillis) },
    configuration: {
      ...configurationOf(definition),
      ...{
        alarmName: name,
        actionsEnabled: properties.ActionsEnabled !== false,
        timestamp: eventTime(nowMillis),
      },
      okActions: textsOf(properties.OKActions),
      alarmActions: textsOf(properties.AlarmActions),
      insufficientDataActions: textsOf(properties.InsufficientDataActions),
    },
  };
}

function stateForm({ value, reason, reasonData, sinceMillis }: StateSince): JsonObject {
  return { value, reason, ...given('reasonData', reasonData), timestamp: eventTime(sinceMillis) };
}

function configurationOf(definition: AlarmDefinition): JsonObject {
  const { AlarmDescription, AlarmRule, ActionsSuppressor } = definition.properties;
  const description = given('description', AlarmDescription);
  if (definition.kind === 'metric') return { ...description, metrics: definition.queries.map(queryForm) };
  return { ...description, alarmRule: AlarmRule ?? '', ...given('actionsSuppressor', ActionsSuppressor) };
}

function queryForm({ id, label, returnData, stat, expression }: Query): JsonObject {
  const text = given('label', label);
  if (stat === undefined) return { id, expression: expression ?? '', ...text, returnData };
  const { metric, periodSeconds, statistic, unit } = stat;
  return {
    ...{ id, ...text, returnData },
    metricStat: {
      metric: { namespace: metric.namespace, name: metric.name, dimensions: { ...metric.dimensions } },
      ...{ period: periodSeconds, stat: statistic, ...given('unit', unit) },
    },
  };
}
