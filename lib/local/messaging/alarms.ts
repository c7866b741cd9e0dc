/** CloudWatch alarms by name, in the state that users or tests set. */
import type { JsonObject } from '../../model/json.ts';
import { type Permission, type Service, unknownOperation } from '../gateway/wire.ts';

export type AlarmState = 'OK' | 'ALARM' | 'INSUFFICIENT_DATA';

export class AlarmService implements Service {
  private readonly alarms = new Map<string, { arn: string; state: AlarmState }>();
  private readonly arnOf: (name: string) => string;

  constructor(place: { account: string; region: string }) {
    this.arnOf = (name) => `arn:aws:cloudwatch:${place.region}:${place.account}:alarm:${name}`;
  }

  add(name: string): void {
    if (!this.alarms.has(name)) this.alarms.set(name, { arn: this.arnOf(name), state: 'OK' });
  }

  setState(name: string, state: AlarmState): void {
    this.alarms.set(name, { arn: this.arnOf(name), state });
  }

  async call(operation: string, input: JsonObject): Promise<JsonObject> {
    if (operation === 'SetAlarmState') {
      this.setState(String(input.AlarmName), String(input.StateValue) as AlarmState);
      return {};
    }
    if (operation === 'PutMetricData') return {};
    if (operation !== 'DescribeAlarms') throw unknownOperation('cloudwatch', operation);
    const names = input.AlarmNames;
    const prefix = String(input.AlarmNamePrefix ?? '');
    const found = [...this.alarms]
      .filter(([name]) => (Array.isArray(names) ? names.includes(name) : name.startsWith(prefix)))
      .filter(([, alarm]) => input.StateValue === undefined || alarm.state === input.StateValue);
    return {
      MetricAlarms: found.map(([name, alarm]) => ({
        AlarmName: name,
        AlarmArn: alarm.arn,
        StateValue: alarm.state,
      })),
      CompositeAlarms: [],
    };
  }

  permissions(operation: string): Permission[] {
    return [{ action: `cloudwatch:${operation}`, resource: '*' }];
  }
}
