/**
 * CloudWatch in one region: metrics and alarms.
 * Source: CloudWatch API Reference.
 */
import type { JsonObject } from '../../model/json.ts';
import type { Clock } from '../clock.ts';
import type { ResourceStore } from '../cloud-control/resource-store.ts';
import { type Permission, type Service, ServiceError, unknownOperation } from '../gateway/wire.ts';
import { alarmsOf } from './alarms/composite-rule.ts';
import { alarmType, compositeType, definitionOf } from './alarms/definition.ts';
import { describeAlarms, describeAlarmsForMetric, typeOf } from './alarms/describe.ts';
import { type Alarm, AlarmRegistry } from './alarms/registry.ts';
import { AlarmSchedule } from './alarms/schedule.ts';
import { type AlarmState, alarmStates, isAlarmState } from './alarms/state.ts';
import { invalid, missing, textAt, textsOf, validationError } from './input.ts';
import { MetricStore } from './metric-store.ts';
import { dataOf } from './put-metric-data.ts';
import { getMetricData, getMetricStatistics, listMetrics } from './reads.ts';

export interface CloudWatchOptions {
  account: string;
  region: string;
  clock: Clock;
  /** The resources of the region. Alarms that are made by a call are among them, as on AWS. */
  resources: ResourceStore;
  publish(detailType: string, detail: JsonObject, arn: string): void;
}

export class CloudWatchService implements Service {
  readonly metrics = new MetricStore();
  readonly alarms: AlarmRegistry;
  private readonly schedule: AlarmSchedule;
  private readonly options: CloudWatchOptions;
  /** Alarms of the template, which no call and no Cloud Control changes. */
  private readonly ofTemplate = new Set<string>();

  constructor(options: CloudWatchOptions) {
    this.options = options;
    const { clock, publish } = options;
    this.alarms = new AlarmRegistry({ arnOf: (name) => this.arnOf(name), now: () => clock.now(), publish });
    this.schedule = new AlarmSchedule(clock, this.metrics, this.alarms);
  }

  /** Adds an alarm of the template. @throws ServiceError for what the local cloud refuses */
  add(type: string, name: string, properties: JsonObject): void {
    this.ofTemplate.add(name);
    this.define(type, name, properties, true);
  }

  /** Sets the state of an alarm, which need not exist. A metric alarm finds its own state at its next evaluation. */
  setState(name: string, state: AlarmState, reason = 'Set for a test'): void {
    this.alarms.set(name, state, { reason });
    this.schedule.wake(name);
  }

  /** Takes over the alarms that are resources now. */
  synchronize(): void {
    const resources = [alarmType, compositeType].flatMap((type) => this.options.resources.list(type));
    for (const { type, identifier, properties } of resources) this.define(type, identifier, properties);
    const names = new Set(resources.map(({ identifier }) => identifier));
    for (const { name, definition } of this.alarms.all()) {
      if (definition === undefined || names.has(name) || this.ofTemplate.has(name)) continue;
      this.alarms.remove(name);
      this.schedule.forget(name);
    }
  }

  async call(operation: string, input: JsonObject): Promise<JsonObject> {
    const action = Object.hasOwn(this.actions, operation) ? this.actions[operation] : undefined;
    if (action === undefined) throw unknownOperation('cloudwatch', operation);
    return action(input, this.options.clock.now());
  }

  /** Source: Service Authorization Reference, "Actions, resources, and condition keys for Amazon CloudWatch". */
  permissions(operation: string, input: JsonObject): Permission[] {
    const action = `cloudwatch:${operation}`;
    if (operation === 'PutMetricData') {
      return [{ action, resource: '*', context: { 'cloudwatch:namespace': String(input.Namespace) } }];
    }
    if (!ofAlarm.has(operation)) return [{ action, resource: '*' }];
    const names = [
      ...textsOf(input.AlarmNames),
      ...(input.AlarmName === undefined ? [] : [String(input.AlarmName)]),
    ];
    return (names.length === 0 ? ['*'] : names).map((name) => ({ action, resource: this.arnOf(name) }));
  }

  private readonly actions: Record<string, (input: JsonObject, nowMillis: number) => JsonObject> = {
    PutMetricData: (input, nowMillis) => {
      for (const { id, sample } of dataOf(input, nowMillis)) this.metrics.put(id, sample);
      return {};
    },
    GetMetricData: (input, nowMillis) => getMetricData(input, this.metrics, nowMillis),
    GetMetricStatistics: (input, nowMillis) => getMetricStatistics(input, this.metrics, nowMillis),
    ListMetrics: (input, nowMillis) => listMetrics(input, this.metrics, nowMillis),
    PutMetricAlarm: (input) => this.put(alarmType, input),
    PutCompositeAlarm: (input) => this.put(compositeType, input),
    DescribeAlarms: (input) => describeAlarms(input, this.alarms.all()),
    DescribeAlarmsForMetric: (input) => describeAlarmsForMetric(input, this.alarms.all()),
    DescribeAlarmHistory: (input) =>
      this.alarms.history.describe(input, (name) => typeOf(this.alarms.find(name) ?? {})),
    SetAlarmState: (input) => {
      const { name } = this.found(textAt(input, 'AlarmName'));
      const state = textAt(input, 'StateValue');
      if (!isAlarmState(state))
        throw invalid(`The value ${state} for StateValue must be one of ${alarmStates.join(', ')}.`);
      const data = input.StateReasonData === undefined ? {} : { reasonData: String(input.StateReasonData) };
      this.alarms.set(name, state, { reason: textAt(input, 'StateReason'), ...data });
      this.schedule.wake(name);
      return {};
    },
    DeleteAlarms: (input) => {
      const names = textsOf(input.AlarmNames);
      if (names.length === 0) throw missing('AlarmNames');
      for (const name of names) {
        const { definition } = this.found(name);
        this.options.resources.delete(definition?.kind === 'composite' ? compositeType : alarmType, name);
        this.ofTemplate.delete(name);
      }
      this.synchronize();
      return {};
    },
  };

  private found(name: string): Alarm {
    const alarm = this.alarms.find(name);
    if (alarm !== undefined) return alarm;
    throw new ServiceError('ResourceNotFound', `The alarm ${name} does not exist.`, { statusCode: 404 });
  }

  private put(type: string, input: JsonObject): JsonObject {
    const name = textAt(input, 'AlarmName');
    const { AlarmName, Tags: _tags, ...rest } = input;
    const definition = definitionOf(type, input);
    const other = this.alarms.find(name)?.definition;
    if (other !== undefined && other.kind !== definition.kind)
      throw validationError(`An alarm ${name} of the other type exists.`);
    if (definition.kind === 'composite') {
      const unknown = alarmsOf(definition.rule).filter((one) => this.alarms.find(one) === undefined);
      if (unknown.length > 0)
        throw validationError(
          `Could not save the composite alarm as alarms [${unknown.join(', ')}] in the alarm rule do not exist`,
        );
    }
    const { resources, clock } = this.options;
    const properties: JsonObject = { ...rest, AlarmName: name, Arn: this.arnOf(name) };
    resources.put({ type, identifier: name, properties, createdMillis: clock.now() });
    this.synchronize();
    return {};
  }

  private define(type: string, name: string, properties: JsonObject, quietly = false): void {
    const definition = definitionOf(type, properties);
    const changed = this.alarms.define(name, definition, quietly);
    if (changed && definition.kind === 'metric') this.schedule.follow(name, definition);
  }

  private arnOf(name: string): string {
    const { account, region } = this.options;
    return `arn:aws:cloudwatch:${region}:${account}:alarm:${name}`;
  }
}

const ofAlarm = new Set([
  'PutMetricAlarm',
  'PutCompositeAlarm',
  'DeleteAlarms',
  'SetAlarmState',
  'DescribeAlarmHistory',
]);
