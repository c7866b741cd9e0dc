/** The alarms of a region: what they are, the state they are in, and what becomes known of a change. */
import { canonicalJson, type JsonObject } from '../../../model/json.ts';
import { alarmsOf, holds } from './composite-rule.ts';
import type { AlarmDefinition, CompositeAlarm } from './definition.ts';
import { configurationChangeDetail, type StateSince, stateChangeDetail } from './event.ts';
import { AlarmHistory } from './history.ts';
import { eventTime, type Reason } from './reason.ts';
import type { AlarmState } from './state.ts';

export interface Alarm {
  name: string;
  arn: string;
  /** Absent for an alarm that only has the state that it was set to. */
  definition?: AlarmDefinition;
  state: StateSince;
  configuredMillis: number;
}

export interface RegistryOptions {
  arnOf(name: string): string;
  now(): number;
  /** Publishes an event of CloudWatch. */
  publish(detailType: string, detail: JsonObject, arn: string): void;
}

/** Composite alarms that read each other settle in fewer rounds than this, or not at all. */
const ROUNDS_MAX = 20;

export class AlarmRegistry {
  readonly history = new AlarmHistory();
  private readonly alarms = new Map<string, Alarm>();
  private readonly options: RegistryOptions;

  constructor(options: RegistryOptions) {
    this.options = options;
  }

  find(name: string): Alarm | undefined {
    return this.alarms.get(name);
  }

  all(): Alarm[] {
    return [...this.alarms.values()];
  }

  /** Creates an alarm, or changes what it is and leaves its state. Returns whether anything has changed. */
  define(name: string, definition: AlarmDefinition, quietly = false): boolean {
    const known = this.alarms.get(name);
    if (known?.definition !== undefined && same(known.definition, definition)) return false;
    const configuredMillis = this.options.now();
    const initial: StateSince = {
      value: 'INSUFFICIENT_DATA',
      reason: 'Unchecked: Initial alarm creation',
      sinceMillis: configuredMillis,
    };
    const alarm: Alarm = {
      ...{ name, arn: this.options.arnOf(name), definition, configuredMillis },
      state: known?.state ?? initial,
    };
    this.alarms.set(name, alarm);
    if (!quietly) this.configured(alarm, definition, known === undefined ? 'create' : 'update');
    if (definition.kind === 'composite') this.evaluateComposites(undefined);
    return true;
  }

  remove(name: string): void {
    const alarm = this.alarms.get(name);
    this.alarms.delete(name);
    if (alarm?.definition !== undefined) this.configured(alarm, alarm.definition, 'delete');
  }

  /** Sets a state, of an alarm that may be unknown, and evaluates the composite alarms that read it. */
  set(name: string, value: AlarmState, reason: Reason): void {
    const sinceMillis = this.options.now();
    const known = this.alarms.get(name);
    const state: StateSince = { value, ...reason, sinceMillis };
    const alarm: Alarm = {
      ...(known ?? { name, arn: this.options.arnOf(name), configuredMillis: sinceMillis }),
      state,
    };
    this.alarms.set(name, alarm);
    if (known === undefined || known.state.value === value) return;
    const detail = stateChangeDetail(name, alarm.definition, state, known.state);
    this.history.add({
      ...{ name, atMillis: sinceMillis, type: 'StateUpdate' },
      summary: `Alarm updated from ${known.state.value} to ${value}`,
      data: { version: '1.0', oldState: detail.previousState ?? {}, newState: detail.state ?? {} },
    });
    this.options.publish('CloudWatch Alarm State Change', detail, alarm.arn);
    this.evaluateComposites(name);
  }

  private configured(
    alarm: Alarm,
    definition: AlarmDefinition,
    operation: 'create' | 'update' | 'delete',
  ): void {
    const now = this.options.now();
    const detail = configurationChangeDetail(alarm.name, definition, operation, alarm.state, now);
    this.history.add({
      ...{ name: alarm.name, atMillis: now, type: 'ConfigurationUpdate' },
      summary: `Alarm "${alarm.name}" ${operation}d`,
      data: { version: '1.0', type: `${operation[0]?.toUpperCase()}${operation.slice(1)}`, ...detail },
    });
    this.options.publish('CloudWatch Alarm Configuration Change', detail, alarm.arn);
  }

  /** Source: CloudWatch User Guide, "Composite alarm": evaluated when one of the alarms of its rule changes state. */
  private evaluateComposites(trigger: string | undefined): void {
    for (let round = 0; round < ROUNDS_MAX; round += 1) {
      const changed = this.all().find((alarm) => this.compositeState(alarm) !== alarm.state.value);
      if (changed?.definition?.kind !== 'composite') return;
      const value = this.compositeState(changed);
      this.set(changed.name, value, this.compositeReason(changed, changed.definition, value, trigger));
    }
  }

  private compositeState({ definition, state }: Alarm): AlarmState {
    if (definition?.kind !== 'composite') return state.value;
    return holds(definition.rule, (name) => this.alarms.get(name)?.state.value) ? 'ALARM' : 'OK';
  }

  private compositeReason(
    { arn }: Alarm,
    { rule }: CompositeAlarm,
    value: AlarmState,
    trigger: string | undefined,
  ): Reason {
    const read = alarmsOf(rule).flatMap((one) => this.alarms.get(one) ?? []);
    const latest = read.find(({ name }) => name === trigger);
    const reason =
      latest === undefined
        ? `${arn} was created and its alarm rule evaluates to ${value}`
        : `${latest.arn} transitioned to ${latest.state.value} at ${longTime(latest.state.sinceMillis)}`;
    const triggeringAlarms = read.map(({ arn: of, state }) => ({
      ...{ arn: of, state: { value: state.value, timestamp: eventTime(state.sinceMillis) } },
    }));
    return { reason, reasonData: JSON.stringify({ triggeringAlarms }) };
  }
}

function same(left: AlarmDefinition, right: AlarmDefinition): boolean {
  return left.kind === right.kind && canonicalJson(left.properties) === canonicalJson(right.properties);
}

/** Friday 22 July, 2022 15:57:45 UTC */
function longTime(millis: number): string {
  const part = (options: Intl.DateTimeFormatOptions) =>
    new Intl.DateTimeFormat('en-US', { timeZone: 'UTC', ...options }).format(millis);
  const [weekday, month] = [part({ weekday: 'long' }), part({ month: 'long' })];
  const date = new Date(millis);
  const time = date.toISOString().slice(11, 19);
  return `${weekday} ${date.getUTCDate()} ${month}, ${date.getUTCFullYear()} ${time} UTC`;
}
